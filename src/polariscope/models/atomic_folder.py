"""A folder that is there whole or not at all, whoever else makes it, and whenever its maker is killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from polariscope.errors import PolariscopeError


def build_once(target: Path, build: Callable[[Path], None]) -> Path:
    """``target`` if it is there; else ``build`` fills a folder beside it, which one rename makes ``target``.

    Builders of one target take turns, so the second finds the first one's work; the lock falls with its
    process. While it is held, any other unfinished folder is a killed builder's, and is removed.

    Args:
        target: The folder wanted; its parent is made where missing.
        build: Fills the empty folder that it is given; what it raises, but for OSError, passes through.

    Returns:
        ``target``, whole.

    Raises:
        PolariscopeError: The file system takes no locks, or the disk is full.
    """
    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _turn(target):
            _sweep(target)
            if not target.is_dir():
                _build(target, build)
    except OSError as error:
        cure = "free some space there, or set POLARISCOPE_CACHE to another folder"
        raise PolariscopeError(str(target.parent), "the cache can be written", error, cure) from error
    return target


def _build(target: Path, build: Callable[[Path], None]) -> None:
    partial = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    try:
        build(partial)
        _sync(partial)
        partial.rename(target)
        _sync_entry(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _turn(target: Path) -> Iterator[None]:
    with target.with_name(f".{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            cure = "set POLARISCOPE_CACHE to a folder on a local disk"
            raise PolariscopeError("POLARISCOPE_CACHE", "its file system has locks", error, cure) from error
        yield


def _prefix(target: Path) -> str:
    return f".{target.name}.partial-"


def _sweep(target: Path) -> None:
    for stale in target.parent.glob(f"{_prefix(target)}*"):
        shutil.rmtree(stale, ignore_errors=True)


def _sync(folder: Path) -> None:
    # Without this a power cut after the rename can leave the name with empty files under it.
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        _sync_entry(file)
    _sync_entry(folder)


def _sync_entry(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
