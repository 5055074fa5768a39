"""SHA-256 of a model's parts: of weights once per file state, of small files on every opening."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from polariscope.models.home import cache_home

_TOKENIZER_FILES = (
    "tokenizer*", "special_tokens_map.json", "added_tokens.json", "vocab*", "merges.txt", "*.model",
    "*.tiktoken",
)  # fmt: skip


def weights_digest(folder: Path) -> str:
    """SHA-256 over name and bytes of every ``*.safetensors`` file and of ``config.json``, in name order.

    Hashing half a gigabyte takes a second, so the result is kept in the cache, under path, size and time of
    change.

    Args:
        folder: A folder that holds a model.

    Returns:
        64 hexadecimal digits.
    """
    files = sorted([*folder.glob("*.safetensors"), folder / "config.json"])
    states = [_state(file) for file in files]
    key = hashlib.sha256(json.dumps(states).encode()).hexdigest()
    kept = cache_home() / "digests" / key
    with suppress(OSError):
        digest = kept.read_text(encoding="ascii", errors="replace").strip()
        if len(digest) == hashlib.sha256().digest_size * 2:
            return digest
    digest = _digest_files(files)
    _keep(kept, digest)
    return digest


def _state(file: Path) -> tuple[str, int, int, int, int]:
    """What changes when a file does; its time of change cannot be set back as that of its content can."""
    found = file.stat()
    return str(file.resolve()), found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def tokenizer_digest(folder: Path) -> str:
    """SHA-256 over the tokenizer's files in ``folder``, whatever library reads them.

    Args:
        folder: A folder that holds a model.

    Returns:
        64 hexadecimal digits.
    """
    return _digest_files(sorted({file for pattern in _TOKENIZER_FILES for file in folder.glob(pattern)}))


def template_digest(template: object) -> str | None:
    """SHA-256 of a chat template.

    Args:
        template: One template, several by name, or None.

    Returns:
        64 hexadecimal digits; None where there is no template.
    """
    if template is None:
        return None
    text = template if isinstance(template, str) else json.dumps(template, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest_files(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            own = hashlib.file_digest(stream, "sha256").hexdigest()
        total.update(f"{file.name}\0{own}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def _keep(place: Path, digest: str) -> None:
    with suppress(OSError):  # on a full disk it is only computed again next time
        place.parent.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".")
        with os.fdopen(descriptor, "w") as file:
            file.write(digest + "\n")
        Path(name).replace(place)
