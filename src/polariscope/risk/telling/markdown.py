"""A section for a model card: the states with their reasons, what is unknown, and what the section is not."""

import re
from collections.abc import Iterator, Sequence

from polariscope.risk.bounds import describe
from polariscope.risk.conditions import Condition
from polariscope.risk.reading.profile_file import edition_note
from polariscope.risk.rules import Assessment, Finding
from polariscope.risk.telling import wording
from polariscope.risk.telling.wording import plain

_SPECIAL = re.compile(r"[\\`*_\[\]|~$#]")
_LEADING = re.compile(r"^(\d*)([-+=:.)])")  # begins a list, a rule or an underline where it stands first
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SOURCES = {"stated": "stated in the post", "ours": "ours"}  # any other is the id of a user's edition
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")


def escape(text: str) -> str:
    r"""Write any text as Markdown that shows it as it is, on one line: no markup, no HTML, no control characters.

    >>> print(escape("a*b* <img> | c"), escape("- 1"), escape("https://a.example/b_c"))
    a\*b\* &lt;img&gt; \| c \- 1 <https://a.example/b_c>

    Args:
        text: Anything.

    Returns:
        Markdown; an address alone becomes a link.
    """
    line = plain(text)
    if _ADDRESS.fullmatch(line):
        return f"<{line}>"
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line)).translate(_ENTITIES)


def model_card(assessment: Assessment) -> str:
    """Write an assessment as a section of a model card.

    Args:
        assessment: Of a system.

    Returns:
        Markdown that begins with a heading of the second level.
    """
    parts = (_head, _families, _said, _evidence, _edition)
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part(assessment)))) + "\n"


def _head(assessment: Assessment) -> Iterator[str]:
    profile = assessment.profile
    yield f"## Alignment-risk families: {escape(profile.name)}"
    yield ""
    yield f"**{escape(wording.headline(assessment))}**"
    if profile.description:
        yield from ("", f"The system: {escape(profile.description)}")
    if profile.made_by:
        ours = f"A worked example of Polariscope: {wording.MADE_BY}."
        yield from ("", ours if profile.made_by == "ours" else f"Described {escape(profile.made_by)}.")
    note = edition_note(profile, assessment.edition)
    if note:
        yield from ("", escape(note))
    yield from ("", escape(wording.LIMITS))


def _families(assessment: Assessment) -> Iterator[str]:
    yield from ("| family | state | why |", "|---|---|---|")
    for each in assessment.findings:
        why = [*wording.reasons(each, assessment.edition), *_thresholds(each.deciding)]
        why += [*wording.changing(each), *_notes(assessment, each)]
        told = ". ".join(escape(line[:1].upper() + line[1:]) for line in why)
        yield f"| {escape(wording.titled(each.family))} | {wording.SYMBOLS[each.state]} {each.state} | {told} |"
    if any(each.family.external == "yes" for each in assessment.findings):
        yield from ("", escape(wording.STAR))


def _thresholds(deciding: Sequence[Condition]) -> Iterator[str]:
    """Whose the thresholds are: in a word where all are of one source, else of each condition."""
    of: dict[str, list[Condition]] = {}
    for each in deciding:
        of.setdefault(each.threshold, []).append(each)
    if len(of) == 1:
        [source] = of
        yield f"threshold{'s' if len(deciding) > 1 else ''}: {_SOURCES.get(source, f'of edition {source}')}"
    elif of:
        told = (f"{_SOURCES.get(key, f'of edition {key}')} ({wording.together(some)})" for key, some in of.items())
        yield f"thresholds: {', '.join(told)}"


def _notes(assessment: Assessment, finding: Finding) -> list[str]:
    return [f"note: {note}" for note in wording.notes(assessment, finding.family)]


def _said(assessment: Assessment) -> Iterator[str]:
    profile, edition = assessment.profile, assessment.edition
    yield from ("### What is said of the system", "")
    for name, variable in edition.variables.items():
        entry = profile.entries.get(name)
        if entry is not None and entry.span != variable.whole:
            grounds = ", ".join(map(escape, entry.evidence)) or "none given"
            yield f"- {escape(describe(variable, entry.span))}. Grounds: {grounds}"
    named = edition.named
    unknown = [
        each.name.lower()
        for name, each in edition.variables.items()
        if name in named and _unknown(assessment, name)
    ]
    yield f"- Unknown: {escape(', '.join(unknown) or 'nothing that a rule names')}"


def _unknown(assessment: Assessment, name: str) -> bool:
    """Whether nothing is said of a property, neither by an entry nor by a run nor by an axis that fixes it."""
    profile, whole = assessment.profile, assessment.edition.variables[name].whole
    said = name in profile.entries and profile.entries[name].span != whole
    attached = any(each.facet == name and each.decision == "accepted" for each in profile.attached)
    return not (said or attached or assessment.spans[name].known)


def _evidence(assessment: Assessment) -> Iterator[str]:
    if assessment.profile.attached:
        yield from ("### Runs attached as evidence", "")
    for each in assessment.profile.attached:
        yield f"- {escape(wording.attached_line(each))}"


def _edition(assessment: Assessment) -> Iterator[str]:
    source = assessment.edition.source
    yield from ("### Edition", "")
    for line in wording.edition_lines(assessment.edition):
        yield f"- {escape(line)}"
    post = f"{escape(source.get('title', ''))}, {escape(source.get('url', ''))}"
    conditions = (each for family in assessment.edition.families.values() for each in family.conditions)
    others = sorted({each.threshold for each in conditions} - set(_SOURCES))
    theirs = f", or of the user's edition {escape(', '.join(others))}" if others else ""
    yield f"- It encodes {post}. A threshold is stated there, or ours{theirs}; each row says which."
