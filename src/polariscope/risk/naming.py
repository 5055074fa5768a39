"""One refusal for a name that nothing has, with the nearest names that there are."""

import difflib
from collections.abc import Iterable, Sequence
from typing import NoReturn

from polariscope.errors import PolariscopeError, printable

_NEAREST = 3
_LISTED = 40  # of names that there are, where none is near


def find(kind: str, name: str, known: Iterable[str], argument: str = "") -> str:
    """Return a name that is known, or refuse it.

    >>> find("band", "low", ("low", "middle", "high"))
    'low'

    Args:
        kind: What it names, such as "facet".
        name: As the user wrote it.
        known: All names there are.
        argument: Where the user wrote it; default: the kind.

    Returns:
        The name.

    Raises:
        PolariscopeError: It is not known; the cure names the nearest ones.
    """
    names = tuple(known)
    if name not in names:
        _refuse(unknown(kind, name, names, argument))
    return name


def unknown(kind: str, name: str, known: Iterable[str], argument: str = "") -> PolariscopeError:
    """Make the refusal of an unknown name.

    >>> print(unknown("facet", "Norm-Enforcment", ["norm_enforcement", "planning"]))
    facet: there is no facet of this name; got Norm-Enforcment. Cure: perhaps you mean norm_enforcement.
    >>> print(unknown("band", "?", ["low", "middle", "high"], "what-if"))
    what-if: there is no band of this name; got ?. Cure: take low, middle or high.

    Args:
        kind: What it names, such as "facet".
        name: As the user wrote it.
        known: All names there are.
        argument: Where the user wrote it; default: the kind.

    Returns:
        The error, to be raised.
    """
    return PolariscopeError(argument or kind, f"there is no {kind} of this name", name, advice(name, known))


def advice(name: str, known: Iterable[str]) -> str:
    """Say which name to take instead of an unknown one.

    Args:
        name: As the user wrote it.
        known: All names there are.

    Returns:
        The nearest names, or all of them where none is near.
    """
    names = tuple(known)
    near = nearest(name, names)
    if near:
        return f"perhaps you mean {_either(near)}"
    return f"take {_either(names)}" if names else "leave it out: there are none"


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Find the names most like another, whatever the case and whether underscores, hyphens or blanks join them.

    >>> nearest("Tool use", ["tool-use", "misuse", "welfare"]), nearest("meta", ["metacognition", "planning"])
    (('tool-use',), ('metacognition',))

    Args:
        name: As the user wrote it.
        known: All names there are.

    Returns:
        Up to three, the nearest first; then those that the name begins or is a part of.
    """
    wanted = _folded(name)
    folded = {_folded(each): each for each in known}
    near = difflib.get_close_matches(wanted, folded, n=_NEAREST)
    holding = [each for each in folded if len(wanted) > 2 and wanted in each]  # two letters are in many names
    return tuple(folded[each] for each in dict.fromkeys([*near, *holding]))[:_NEAREST]


def _refuse(error: PolariscopeError) -> NoReturn:
    raise error


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def _either(names: Sequence[str]) -> str:
    shown = [printable(name) for name in names[:_LISTED]]
    if len(names) > _LISTED:
        return ", ".join(shown) + ", ..."
    return f"{', '.join(shown[:-1])} or {shown[-1]}" if len(shown) > 1 else shown[0]
