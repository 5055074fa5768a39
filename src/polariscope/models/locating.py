"""From a source to a checked folder on this machine, whatever has to be fetched or converted on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from polariscope.models.conversion import read_provenance
from polariscope.models.embedded import fetch_embedded
from polariscope.models.folder_check import check_folder
from polariscope.models.gguf_file import fetch_gguf
from polariscope.models.hub import fetch_hub
from polariscope.models.source import ModelSource

_PUBLISHED = "as published"


@dataclass(frozen=True)
class Located:
    """A folder that passed every check.

    Attributes:
        folder: Config, safetensors and tokenizer files.
        commit: The Hub's commit; None for the other kinds.
        weights_note: What the weights are, in words for a report.
    """

    folder: Path
    commit: str | None
    weights_note: str


def locate(source: ModelSource, report: Callable[[str], None] | None = None) -> Located:
    """Fetch or convert what ``source`` names, and check the folder that results.

    Args:
        source: Where the model comes from.
        report: Is told, in one line each, what takes long.

    Returns:
        The checked folder.

    Raises:
        PolariscopeError: It cannot be had, or is damaged or hostile.
    """
    located = _fetch(source, report)
    check_folder(located.folder, source.name)
    return located


def _fetch(source: ModelSource, report: Callable[[str], None] | None) -> Located:
    if source.kind == "hub":
        folder, commit = fetch_hub(source.name, source.revision, report)
        return Located(folder, commit, _PUBLISHED)
    if source.kind == "folder" and source.path is not None:
        return Located(source.path, None, _PUBLISHED)
    if source.kind == "gguf" and source.path is not None:
        folder = fetch_gguf(source.path, report)
    else:
        folder = fetch_embedded(report=report)
    return Located(folder, None, read_provenance(folder).weights_note)
