"""Where models are kept between runs: the cache folder, made and tested before anything is put into it."""

import os
from pathlib import Path

from polariscope.errors import PolariscopeError


def cache_home() -> Path:
    """$POLARISCOPE_CACHE, else $XDG_CACHE_HOME/polariscope, else ~/.cache/polariscope; made where missing.

    The order is the one of the XDG base directory specification, with a variable of our own before it.

    Returns:
        A folder that exists and can be written.

    Raises:
        PolariscopeError: The folder cannot be made, is no folder, or cannot be written.
    """
    home = _wanted_home()
    cure = "set POLARISCOPE_CACHE to a folder that you can write"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PolariscopeError("POLARISCOPE_CACHE", "the cache folder can be made", home, cure) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise PolariscopeError("POLARISCOPE_CACHE", "the cache folder can be written", home, cure)
    return home


def _wanted_home() -> Path:
    own = os.environ.get("POLARISCOPE_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # The specification says that a relative path there is to be ignored.
    base = Path(xdg) if xdg.startswith("/") else Path(os.environ.get("HOME") or "~").expanduser() / ".cache"
    return base.absolute() / "polariscope"
