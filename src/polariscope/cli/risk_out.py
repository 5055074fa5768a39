"""Where `polariscope risk` may write: never over what it has read, and over nothing else without --force."""

from collections.abc import Callable, Iterable
from pathlib import Path

from polariscope.errors import PolariscopeError

_START = 4_096  # bytes that tell a page
_PAGE = (b"<!doctype html>", b"<title>Risk map, Polariscope</title>")


def check_out(
    out: Path, read: Iterable[Path | None], force: bool, *, replaceable: Callable[[Path], bool] | None = None
) -> None:
    """Refuse to write over a file that holds what cannot be made again.

    A profile holds its user's words and decisions, so --force does not help where the file is one that this
    command reads. Of any other file nothing is known: whoever wants it replaced says so.

    Args:
        out: The file to write.
        read: The files that the command reads: profiles and the edition.
        force: Whether the user allows to replace a file.
        replaceable: Tells the files that may be replaced without it; default: none.

    Raises:
        PolariscopeError: The file is one of those, or is there already.
    """
    if not out.is_file():  # not there yet, or a folder, which writing refuses
        return
    if any(each is not None and each.exists() and out.samefile(each) for each in read):
        rule, cure = "is none of the files that this command reads", "name another file; nothing was changed"
        raise PolariscopeError("--out", rule, out, cure)
    if not force and not (replaceable and replaceable(out)):
        raise PolariscopeError("--out", "is not there yet", out, "name another file, or say --force to replace it")


def is_page(path: Path) -> bool:
    """Whether a file is a page of `polariscope risk page`: that holds nothing that cannot be written again.

    Args:
        path: The file.

    Returns:
        What its beginning says.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    kind, title = _PAGE
    return start.startswith(kind) and title in start
