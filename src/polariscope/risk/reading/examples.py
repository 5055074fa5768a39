"""Worked examples, ours: kinds of systems, described with the same files that a user writes."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from polariscope.risk.edition import Edition
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.otherwise import otherwise
from polariscope.risk.reading.profile_file import profile_from
from polariscope.risk.reading.toml_file import parse_toml


def worked_examples(edition: Edition) -> tuple[SystemProfile, ...]:
    """Read our worked examples.

    >>> from polariscope.risk.reading.loading import our_edition
    >>> {example.made_by for example in worked_examples(our_edition())}
    {'ours'}

    Args:
        edition: Ours, or one laid over it.

    Returns:
        The examples in the order of their files' names. A description says so where the edition gives its
        system other states than ours.
    """
    folder = files("polariscope.risk") / "data" / "examples"
    found = sorted(folder.iterdir(), key=lambda file: Path(file.name).stem)
    texts = {file.name: file.read_text(encoding="utf-8") for file in found}
    profiles = (profile_from(parse_toml(text, name), edition, name) for name, text in texts.items())
    return tuple(
        replace(profile, made_by="ours", description=profile.description + otherwise([profile], edition))
        for profile in profiles
    )
