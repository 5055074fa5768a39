"""Replacing a file so that a reader sees the old one or the new one, never half."""

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from polariscope.errors import PolariscopeError


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write a file whole: to a temporary one beside it, synced, then renamed over it, the folder synced.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder, "report.html"), "old")
    ...     write_atomic(Path(folder, "report.html"), "new")
    ...     [(p.name, p.read_text()) for p in Path(folder).iterdir()]
    [('report.html', 'new')]

    A file that is replaced keeps its mode: what only its owner may read stays so. A new one has the umask's.

    Args:
        path: The file; its folder must exist.
        data: Its content; text is written as UTF-8.

    Raises:
        PolariscopeError: The folder is missing or cannot be written, the disk is full, or a folder, a device or
            a pipe has that name.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    path = path.resolve()  # a link stays a link; what it points to is replaced
    if path.exists() and not path.is_file():
        rule = "must be a file in a folder that exists and can be written"
        cure = "give another path; nothing was changed"
        raise PolariscopeError(str(path), rule, "a folder, a device or a pipe of that name", cure)
    # A short name of its own: the target's may already be as long as the file system allows.
    temporary = path.parent / f".polariscope-{secrets.token_hex(8)}.tmp"
    try:
        try:
            _write_synced(temporary, content, _mode(path))
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        rule = "must be a file in a folder that exists and can be written"
        cure = "make the folder, its rights or room on its disk, or give another path; nothing was changed"
        raise PolariscopeError(str(path), rule, error.strerror, cure) from error


def _mode(path: Path) -> int | None:
    """Who may do what with the file that is there; None where there is none."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


def _write_synced(path: Path, content: bytes, mode: int | None) -> None:
    with path.open("xb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)  # before there is anything to read
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Makes the renaming itself outlast a power cut, where the file system syncs folders at all.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)
