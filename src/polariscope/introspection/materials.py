"""Sentences and contrastive pairs: our own, or files of the user's."""

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from unicodedata import category

from polariscope.errors import PolariscopeError

_LARGEST = 2**20
_BREAKS = ("Cc", "Zl", "Zp")
"""Control characters and line separators; joiners (Cf) and wide blanks (Zs) are parts of words in many scripts."""
_HELD_OUT = 4
"""Held-out lines that our own file has for each pair."""


@dataclass(frozen=True)
class Pair:
    """Two lines that differ in one concept, and other lines about it.

    Args:
        concept: The line with the concept.
        generic: Its twin with a generic word in the concept's place.
        held_out: Other lines about the concept, by which its vector is judged; empty when the user gave none.
    """

    concept: str
    generic: str
    held_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Materials:
    """What trials are drawn from.

    Args:
        sentences: The sentences among which a thought is injected.
        pairs: The pairs that vectors come from.
    """

    sentences: tuple[str, ...]
    pairs: tuple[Pair, ...]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Every line whose activation is wanted, each once, in a fixed order."""
        each = [line for pair in self.pairs for line in (pair.concept, pair.generic, *pair.held_out)]
        return tuple(dict.fromkeys(each))


def load_materials(
    sentence_file: Path | None = None, pair_file: Path | None = None, most_pairs: int | None = None
) -> Materials:
    """Read the lines of an experiment.

    Args:
        sentence_file: One sentence a line. Default: our own hundred.
        pair_file: The concept line on line 2k, its generic twin on line 2k + 1, counted from 0. Default: our own
            fifty, with four held-out lines for each concept.
        most_pairs: Use only so many pairs, from the file's beginning; None: all.

    Returns:
        The materials.

    Raises:
        PolariscopeError: A file is empty, not text, odd, or holds fewer pairs than asked for.

    >>> materials = load_materials()
    >>> len(materials.sentences), len(materials.pairs), len(materials.pairs[0].held_out)
    (100, 50, 4)
    """
    sentences = _read(sentence_file, "--sentence-file", "sentences.txt")
    _refuse_repeats(sentences, "--sentence-file")
    lines = _read(pair_file, "--pair-file", "pairs.txt")
    if len(lines) % 2:
        raise PolariscopeError(
            "--pair-file", "pairs stand on lines 2k and 2k+1", f"{len(lines)} lines", "complete the last pair"
        )
    held = _own("heldout.txt") if pair_file is None else ()
    pairs = tuple(
        Pair(lines[2 * k], lines[2 * k + 1], held[_HELD_OUT * k : _HELD_OUT * (k + 1)])
        for k in range(len(lines) // 2)
    )
    _refuse_equal_twins(pairs)
    if most_pairs is not None and most_pairs > len(pairs):
        raise PolariscopeError("--pairs", f"the file holds {len(pairs)} pairs", most_pairs, "ask for fewer")
    return Materials(sentences, pairs[:most_pairs])


def _own(name: str) -> tuple[str, ...]:
    text = (files("polariscope.introspection") / "data" / name).read_text("utf-8")
    return tuple(text.splitlines())


def _read(path: Path | None, argument: str, own: str) -> tuple[str, ...]:
    if path is None:
        return _own(own)
    try:
        if not path.is_file():
            raise PolariscopeError(argument, "a file that can be read", path, "give a text file")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise PolariscopeError(argument, "a file that can be read", error, "give a text file") from error
    if len(data) > _LARGEST:
        raise PolariscopeError(argument, "at most 1 MiB of text", f"more in {path}", "give fewer lines")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolariscopeError(argument, "UTF-8 text", f"{path}: {error}", "save it as UTF-8") from error
    return _checked(text, argument, path)


def _checked(text: str, argument: str, path: Path) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in text.rstrip("\r\n").split("\n"))
    if not any(lines):
        raise PolariscopeError(argument, "at least one line", f"an empty file {path}", "write one a line")
    for number, line in enumerate(lines, 1):
        if not line:
            raise PolariscopeError(argument, "no line is empty", f"line {number} of {path}", "remove it")
        if any(category(character) in _BREAKS for character in line):
            raise PolariscopeError(
                argument, "plain text, no control characters", f"line {number}: {line}", "give a text file"
            )
    return lines


def _refuse_repeats(lines: tuple[str, ...], argument: str) -> None:
    seen: set[str] = set()
    for line in lines:
        if line in seen:
            raise PolariscopeError(argument, "no line repeats", line, "remove one of the two")
        seen.add(line)


def _refuse_equal_twins(pairs: tuple[Pair, ...]) -> None:
    for pair in pairs:
        if pair.concept == pair.generic:
            raise PolariscopeError("--pair-file", "a pair differs in one concept", pair.concept, "change one line")
