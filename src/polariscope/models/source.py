"""What the user wrote for MODEL, read without a network: an alias, a Hub name, a folder or a file."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from polariscope.errors import PolariscopeError

Kind = Literal["embedded", "hub", "folder", "gguf"]

#: Models that come with the project, by the name they are opened with.
ALIASES = ("smollm2",)

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?"
_HUB_NAME = re.compile(rf"(?P<name>{_WORD}/{_WORD})(?:@(?P<revision>[^\s@]+))?")
_CURE = "name a Hub model as org/name, a folder as ./folder, or a file as ./file.gguf"


@dataclass(frozen=True)
class ModelSource:
    """One place a model can come from.

    Attributes:
        kind: "embedded", "hub", "folder" or "gguf".
        name: The alias, the Hub's org/name, or the path as the user wrote it.
        revision: A Hub branch, tag or commit; None for the default branch and for all other kinds.
        path: The absolute path of a folder or file; None for the other kinds.
    """

    kind: Kind
    name: str
    revision: str | None = None
    path: Path | None = None


def parse_source(text: str, revision: str | None = None) -> ModelSource:
    """Alias, else an existing path, else ``org/name[@revision]``; nothing is guessed beyond that.

    Args:
        text: What the user wrote.
        revision: A Hub revision given beside it.

    Returns:
        The source; a path in it exists.

    Raises:
        PolariscopeError: None of the four, or a revision where there can be none, or two that differ.

    >>> parse_source("smollm2")
    ModelSource(kind='embedded', name='smollm2', revision=None, path=None)
    >>> parse_source("Qwen/Qwen2.5-7B-Instruct@main").revision
    'main'
    """
    if text in ALIASES:
        return _without_revision(ModelSource("embedded", text), revision)
    path = _existing_path(text)
    if path is not None:
        return _without_revision(_local_source(text, path), revision)
    match = _HUB_NAME.fullmatch(text)
    if match is None or text.endswith(".gguf"):
        raise PolariscopeError("MODEL", _unknown_rule(text), text, _CURE)
    return ModelSource("hub", match["name"], _one_revision(match["revision"], revision))


def _existing_path(text: str) -> Path | None:
    try:
        path = Path(text).expanduser()
        return path.absolute() if text.strip() and path.exists() else None
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, or ~ of nobody
        return None


def _local_source(text: str, path: Path) -> ModelSource:
    if path.is_dir():
        return ModelSource("folder", text, path=path)
    if path.is_file() and path.suffix == ".gguf":
        return ModelSource("gguf", text, path=path)
    raise PolariscopeError("MODEL", "a file given as a model is a .gguf file", text, _CURE)


def _without_revision(source: ModelSource, revision: str | None) -> ModelSource:
    if revision is not None:
        rule = "a revision goes with a Hub model only"
        raise PolariscopeError("--revision", rule, revision, "leave it out, or name a Hub model as org/name")
    return source


def _one_revision(within: str | None, beside: str | None) -> str | None:
    if within and beside and within != beside:
        rule = f"the revision is given once (the model's name says {within!r})"
        raise PolariscopeError("--revision", rule, beside, "give it in one place only")
    revision = within or beside
    if revision is not None and not re.fullmatch(r"[A-Za-z0-9][\w./+-]{0,199}", revision):
        cure = "give a branch, a tag or a commit"
        raise PolariscopeError("--revision", "a revision is a plain name", revision, cure)
    return revision


def _unknown_rule(text: str) -> str:
    near = difflib.get_close_matches(text.lower(), ALIASES, n=1, cutoff=0.0) or ALIASES
    return f"it is a known alias (the nearest is {near[0]!r}), a Hub name, an existing folder or a .gguf file"
