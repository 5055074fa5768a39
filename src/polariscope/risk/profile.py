"""A system as its reviewer describes it: what is known of each property, and on what evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from polariscope.risk.spans import Span


@dataclass(frozen=True)
class Entry:
    """What is said of one property.

    Args:
        span: The levels it may have.
        evidence: On what grounds, a sentence or an address each.
    """

    span: Span
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attached:
    """A run of an instrument, attached to a facet: what the tool proposed and what the user decided.

    Args:
        run: The run's id.
        instrument: Which instrument's.
        facet: The facet's id, "" where the run supports nothing.
        at_least: The lowest band (1 to 3) that the tool proposed; 0 where it proposed none.
        sentence: The proposal in words.
        decision: What the user decided.
        note_at: Id of a family where a note is raised, or "".
        note: The note.
    """

    run: str
    instrument: str
    facet: str
    at_least: int
    sentence: str
    decision: Literal["accepted", "declined"]
    note_at: str = ""
    note: str = ""


@dataclass(frozen=True)
class SystemProfile:
    """A system to be placed.

    Args:
        name: Its name.
        entries: What is said, by the id of an axis, a facet or a factor; what is missing is unknown.
        description: In words.
        attached: Runs attached as evidence.
        made_by: "" for a user's profile, "ours" for a worked example of ours, "from our example NAME" or "edited
            from our example NAME" for what was made of one.
        made_under: The edition that its file names, where it was read with another; else "".
    """

    name: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    description: str = ""
    attached: tuple[Attached, ...] = ()
    made_by: str = ""
    made_under: str = ""
