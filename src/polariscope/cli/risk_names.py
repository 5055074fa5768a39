"""What the words of `polariscope risk` stand for: a profile's file, a worked example, a family."""

import os
from collections.abc import Mapping
from pathlib import Path

from polariscope.errors import PolariscopeError
from polariscope.risk.edition import Edition, Family
from polariscope.risk.naming import advice, nearest
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.profile_file import read_profile


def slug(name: str) -> str:
    """A name as one types it.

    >>> slug("Chat assistant, with memory")
    'chat-assistant-with-memory'

    Args:
        name: Of a system.

    Returns:
        Lower-case letters and digits joined by hyphens; "system" where none is left.
    """
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower())
    return "-".join(letters.split())[:60] or "system"


def find_profile(word: str, edition: Edition, commands: tuple[str, ...] = ()) -> SystemProfile:
    """Read a profile's file, or take a worked example by its name.

    Args:
        word: A path, or an example's name in any spelling that `slug` makes equal.
        edition: Whose properties.
        commands: Names of commands that the word may have been meant for.

    Returns:
        The profile.

    Raises:
        PolariscopeError: There is no such file or example; the error names the nearest examples and commands.
    """
    path = profile_path(word)
    if path is not None:
        return read_profile(path, edition)
    examples = {slug(each.name): each for each in worked_examples(edition)}
    if slug(word) in examples:
        return examples[slug(word)]
    rule = "a profile's .toml or .json file, or a worked example"
    raise PolariscopeError("PROFILE", rule, word, advice(word, [*commands, *examples]))


def profile_path(word: str) -> Path | None:
    """Tell a profile's file from a worked example.

    Args:
        word: As the user wrote it.

    Returns:
        The file, None where the word can only be an example's name.
    """
    path = Path(word)
    return path if path.suffix.lower() in {".toml", ".json"} or os.sep in word else None


def find_family(word: str, edition: Edition) -> Family:
    """Find a family by its number, its id or its name.

    Args:
        word: As the user wrote it.
        edition: Whose families.

    Returns:
        The family.

    Raises:
        PolariscopeError: There is none; the error names the nearest ids.
    """
    wanted = word.strip().removesuffix("*")
    for family in edition.families.values():
        if wanted == str(family.number) or slug(wanted) in {family.id, slug(family.name)}:
            return family
    rule = "there is no family of this number, id or name"
    raise PolariscopeError("FAMILY", rule, word, _advice(word, edition))


def _keys(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """All that a family may be called, its single words too, and the ids of the families that are."""
    keys: dict[str, tuple[str, ...]] = {}
    for family in edition.families.values():
        whole = slug(family.name)
        for key in dict.fromkeys((family.id, whole, *family.id.split("-"), *whole.split("-"))):
            keys[key] = (*keys.get(key, ()), family.id)
    return keys


def _advice(word: str, edition: Edition) -> str:
    keys = _keys(edition)
    near = dict.fromkeys(family for key in nearest(word, keys) for family in keys[key])
    return f"perhaps you mean {' or '.join(near)}" if near else advice("", edition.families)
