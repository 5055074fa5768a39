"""A user's own .gguf file, converted once into the cache under its SHA-256."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from polariscope.errors import PolariscopeError
from polariscope.models.atomic_folder import build_once
from polariscope.models.conversion import CONVERSION, convert_gguf
from polariscope.models.gguf_check import check_gguf
from polariscope.models.home import cache_home


def fetch_gguf(path: Path, report: Callable[[str], None] | None = None) -> Path:
    """The model in a GGUF file as a folder of safetensors, converted on the first call.

    Args:
        path: The file; moving or renaming it later does not convert it again.
        report: Is told when a conversion starts.

    Returns:
        A folder that transformers opens.

    Raises:
        PolariscopeError: The file is damaged, hostile, unreadable, or of an architecture nobody can convert.
    """
    check_gguf(path)  # first: a hostile file is refused before it is read through
    target = cache_home() / "models" / f"gguf-{_digest(path)}-c{CONVERSION}"

    def build(folder: Path) -> None:
        if report is not None:
            report(f"converting {path.name} to safetensors, once")
        convert_gguf(path, folder)

    return build_once(target, build)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PolariscopeError(
            str(path), "the file can be read", error.strerror, "check its permissions"
        ) from error
