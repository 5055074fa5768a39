"""The models at hand: the embedded one, and GGUF files that were converted before."""

from dataclasses import dataclass
from pathlib import Path

from polariscope.errors import PolariscopeError
from polariscope.models.conversion import CONVERSION, read_provenance
from polariscope.models.embedded import EMBEDDED_LICENCE, EMBEDDED_NOTE, embedded_folder
from polariscope.models.home import cache_home

_EMBEDDED_BYTES = 541_613_600  # what the conversion writes; told before it has


@dataclass(frozen=True)
class KnownModel:
    """One line of ``polariscope models``.

    Attributes:
        name: What ``open_model`` takes; for a converted file, the file's name when it was converted.
        kind: "embedded" or "gguf".
        cached: Whether it opens without a download or a conversion.
        size: Bytes it takes, or will take, in the cache.
        licence: Its licence; "unknown" for a user's own file.
        note: What the weights are.
        folder: Where it is kept, or None.
    """

    name: str
    kind: str
    cached: bool
    size: int
    licence: str
    note: str
    folder: Path | None


def list_models() -> list[KnownModel]:
    """The embedded model first, then converted GGUF files by name.

    Returns:
        One entry for each; damaged folders are left out.
    """
    return [_embedded(), *_converted()]


def _embedded() -> KnownModel:
    folder = embedded_folder()
    cached = folder.is_dir()
    size = _size(folder) if cached else _EMBEDDED_BYTES
    place = folder if cached else None
    return KnownModel("smollm2", "embedded", cached, size, EMBEDDED_LICENCE, EMBEDDED_NOTE, place)


def _converted() -> list[KnownModel]:
    found = []
    for folder in (cache_home() / "models").glob(f"gguf-*-c{CONVERSION}"):
        try:
            provenance = read_provenance(folder)
        except PolariscopeError:
            continue
        note = provenance.weights_note
        found.append(KnownModel(provenance.origin, "gguf", True, _size(folder), "unknown", note, folder))
    return sorted(found, key=lambda model: (model.name, str(model.folder)))


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
