"""The folder where Polariscope keeps the ledger, reports and converted models."""

import contextlib
import os
import tempfile
from pathlib import Path

from polariscope.errors import PolariscopeError


def data_home(create: bool = True) -> Path:
    """``$POLARISCOPE_HOME``, else ``$XDG_DATA_HOME/polariscope``, else ``~/.local/share/polariscope``.

    A variable that is empty, or an XDG one that is not absolute, counts as not set, as the XDG base directory
    specification has it.

    Args:
        create: Make the folder where it is missing, and make sure now that it can be written, before any work
            depends on it; a folder that cannot be made leaves nothing behind.

    Returns:
        The folder, absolute.

    Raises:
        PolariscopeError: There is no home folder to begin from, or this one cannot be made or written.
    """
    argument, home = _locate()
    if create:
        try:
            _make(home)
            # An access check would say yes to root on a read-only disk; only writing tells.
            with tempfile.TemporaryFile(dir=home):
                pass
        except OSError as error:
            rule = "must be a folder that can be made and written"
            cure = "set POLARISCOPE_HOME to a folder that can be written"
            raise PolariscopeError(argument, rule, f"{home} ({error.strerror})", cure) from error
    return home


def ledger_path() -> Path:
    """The user's own ledger, ``data_home() / "ledger.sqlite"``; the folder is made and checked.

    Returns:
        Its path, whether or not there is a file yet.
    """
    return data_home() / "ledger.sqlite"


def _locate() -> tuple[str, Path]:
    # The name of the variable that decided, and the folder.
    own, xdg = os.environ.get("POLARISCOPE_HOME"), os.environ.get("XDG_DATA_HOME", "")
    try:
        if own:
            return "POLARISCOPE_HOME", Path(own).expanduser().absolute()
        if xdg.startswith("/"):
            return "XDG_DATA_HOME", Path(xdg) / "polariscope"
        return "HOME", Path.home() / ".local" / "share" / "polariscope"
    except RuntimeError as error:
        cure = "set POLARISCOPE_HOME to a folder that can be written"
        raise PolariscopeError("HOME", "must name your home folder", error, cure) from error


def _make(home: Path) -> None:
    # The folder and its parents are made, or none of them.
    made: list[Path] = []
    try:
        for folder in (*reversed(home.parents), home):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)  # another process may be faster
                made.append(folder)
    except OSError:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
