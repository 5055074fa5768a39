"""A subject of the user's own: ``module:function`` is imported, called, and what it returns is checked.

This runs the user's own code, as ``python -m module`` would. It is the only thing in this package that runs code
which came neither with it nor with its libraries; no code is taken from any other kind of file.
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from polariscope.errors import PolariscopeError

if TYPE_CHECKING:
    from torch import nn

_FORM = "module:function, such as mine:network for the function network in mine.py"


class LossSubject(NamedTuple):
    """A loss to examine.

    Args:
        model: The network.
        loss: (outputs, targets) to a scalar.
        data: (inputs, targets), or an iterable of such pairs.
    """

    model: "nn.Module"
    loss: Callable[[Any, Any], Any]
    data: Any


def load_subject(name: str) -> LossSubject:
    """Import a module, call one of its functions without arguments, and take what it returns as the subject.

    Both run the user's own code, with all that it may do. The current directory comes first on the path meanwhile.

    Args:
        name: ``module:function``; the module may have dots.

    Returns:
        Model, loss and data.

    Raises:
        PolariscopeError: The name is not of that form, there is no such module or function, either fails, or what
            is returned is not (model, loss, data).
    """
    module_name, function_name = split_name(name)
    with _current_directory_first():
        function = _function(name, _module(module_name), function_name)
        try:
            returned = function()
        except PolariscopeError:
            raise
        except (Exception, SystemExit) as error:
            cure = "run the function by itself and mend what fails there"
            raise PolariscopeError(name, "a function that ends without an error", _told(error), cure) from error
    return _checked(name, returned)


def split_name(name: str) -> tuple[str, str]:
    """Take ``module:function`` apart, without importing anything.

    Args:
        name: As the user gave it.

    Returns:
        The module's name and the function's.

    Raises:
        PolariscopeError: It is not of that form.
    """
    module, colon, function = name.partition(":")
    if not colon:
        raise PolariscopeError("subject", _FORM, name, "put a colon between the module and the function")
    if module.endswith(".py") or "/" in module:
        own = Path(module).name.removesuffix(".py")
        cure = f"go to its folder and give {own}:{function}"
        raise PolariscopeError("subject", "a module's name, not a file's", name, cure)
    if not all(part.isidentifier() for part in (*module.split("."), function)):
        raise PolariscopeError("subject", _FORM, name, "give names as Python code would write them")
    return module, function


@contextmanager
def _current_directory_first() -> Iterator[None]:
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        if here in sys.path:
            sys.path.remove(here)


def _module(name: str) -> ModuleType:
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and f"{name}.".startswith(f"{missing}."):
            cure = "start in the folder where it lies, or install it"
            raise PolariscopeError("subject", "a module that Python can find", name, cure) from error
        cure = f"run python -c 'import {name}' and mend what fails there"
        raise PolariscopeError(name, "a module that can be imported", _told(error), cure) from error


def _function(name: str, module: ModuleType, attribute: str) -> Callable[[], Any]:
    if not hasattr(module, attribute):
        there = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        cure = f"name one of its functions: {', '.join(there[:8]) or 'it has none'}"
        raise PolariscopeError(name, f"a function of {module.__name__}", f"no {attribute} in it", cure)
    found: Any = getattr(module, attribute)
    if not callable(found):
        cure = "give a function that returns (model, loss, data)"
        raise PolariscopeError(name, "a function", f"a {type(found).__name__}", cure)
    try:
        inspect.signature(found).bind()
    except TypeError as error:
        cure = "give its arguments defaults, or write a function that calls it"
        raise PolariscopeError(name, "a function that needs no arguments", _told(error), cure) from error
    except ValueError:  # one written in C may have no signature to read; the call tells
        pass
    return found  # type: ignore[no-any-return]


def _checked(name: str, returned: Any) -> LossSubject:
    from torch import nn

    cure = "return the network, a function of (outputs, targets), and (inputs, targets)"
    if not isinstance(returned, (tuple, list)) or len(returned) != 3:
        got = f"{len(returned)} parts" if isinstance(returned, (tuple, list)) else type(returned).__name__
        raise PolariscopeError(name, "it returns (model, loss, data)", got, cure)
    model, loss, data = returned
    if not isinstance(model, nn.Module):
        got = f"the class {model.__name__}, not made yet" if isinstance(model, type) else type(model).__name__
        raise PolariscopeError(name, "its model is a torch.nn.Module", got, cure)
    if not callable(loss) or isinstance(loss, type):
        got = f"the class {loss.__name__}, not made yet" if isinstance(loss, type) else type(loss).__name__
        raise PolariscopeError(name, "its loss can be called with (outputs, targets)", got, cure)
    if not isinstance(data, Iterable) or isinstance(data, (str, bytes)):
        got = type(data).__name__
        raise PolariscopeError(name, "its data is (inputs, targets) or an iterable of such", got, cure)
    return LossSubject(model, loss, data)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
