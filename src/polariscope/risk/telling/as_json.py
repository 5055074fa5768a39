"""Assessments, comparisons and families as JSON for programs; strict, and the same text for the same data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from polariscope.risk.changes import Change, Move
from polariscope.risk.comparison import Comparison
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family
from polariscope.risk.logic import Truth
from polariscope.risk.reading.profile_file import edition_note, profile_json
from polariscope.risk.rules import Assessment, Finding
from polariscope.risk.telling import wording

FORMAT = 1


def edition_json(edition: Edition) -> dict[str, Any]:
    """Write what every export says of its edition.

    Args:
        edition: Which.

    Returns:
        ``id``, ``title``, ``digest``, ``source``, ``changes``.
    """
    return {
        "id": edition.id,
        "title": edition.title,
        "digest": edition.digest,
        "source": dict(edition.source),
        "changes": list(edition.changes),
    }


def assessment_json(assessment: Assessment) -> dict[str, Any]:
    """Write an assessment whole: edition, profile, what is known of each property, every family with its reasons.

    Args:
        assessment: Of a system.

    Returns:
        JSON values; spans are [low, high] in levels from 1.
    """
    return {
        "format": FORMAT,
        "edition": edition_json(assessment.edition),
        "profile": profile_json(assessment.profile, assessment.edition),
        "made_by": assessment.profile.made_by or "user",
        "edition_note": edition_note(assessment.profile, assessment.edition),
        "spans": {name: [span.low, span.high] for name, span in assessment.spans.items()},
        "families": [finding_json(each) for each in assessment.findings],
        "limits": wording.LIMITS,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Write one family, for one system.

    Args:
        finding: Which.

    Returns:
        JSON values; a truth is "yes", "no" or "unknown".
    """
    family, decided = finding.family, finding.decided
    amplifiers = zip(family.amplifiers, finding.amplifiers, strict=True)
    return {
        **_named(family),
        "state": finding.state,
        "conditions": [
            {**_condition(each, finding.truths[index]), "decided": index in decided}
            for index, each in enumerate(family.conditions)
        ],
        "amplifiers": [_condition(each, truth) for each, truth in amplifiers],
        "raised_by": {
            name: wording.WORDS[truth] for name, truth in zip(family.raised_by, finding.raised, strict=True)
        },
        "to_open": _changes(finding.to_open),
        "to_close": _changes(finding.to_close),
    }


def family_json(family: Family, edition: Edition, region: str) -> dict[str, Any]:
    """Write all that an edition says of a family.

    Args:
        family: Which.
        edition: Its edition.
        region: Where it is possible and certain, in words.

    Returns:
        JSON values.
    """
    texts = ("mechanism", "interplay", "takeaway")
    return {
        "edition": edition_json(edition),
        **_named(family),
        **{name: getattr(family, name) for name in texts},
        "conditions": [_condition(each) for each in family.conditions],
        "amplifiers": [_condition(each) for each in family.amplifiers],
        "raised_by": list(family.raised_by),
        "region": region,
        "tensions": list(family.tensions),
        "works": [asdict(edition.works[name]) for name in family.works],
        "matches": [asdict(each) for each in family.matches],
    }


def comparison_json(comparison: Comparison, a: Assessment, b: Assessment) -> dict[str, Any]:
    """Write a comparison: the ids of the families in each group, and both assessments.

    Args:
        comparison: Of the two.
        a: The first.
        b: The second.

    Returns:
        JSON values.
    """
    return {**changes_json(comparison), "a": assessment_json(a), "b": assessment_json(b)}


def changes_json(comparison: Comparison) -> dict[str, list[str]]:
    """Write which families stand in which group of a comparison.

    Args:
        comparison: Of two assessments.

    Returns:
        Ids of families by ``opened``, ``closed``, ``became_known``, ``became_unknown`` and ``same``.
    """
    groups = Comparison.__dataclass_fields__
    return {group: [after.family.id for _, after in getattr(comparison, group)] for group in groups}


def _named(family: Family) -> dict[str, Any]:
    return {
        "id": family.id,
        "number": family.number,
        "name": family.name,
        "name_by": family.name_by,
        "external": family.external,
    }


def _condition(condition: Condition, truth: Truth | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": condition.kind,
        "text": condition.text,
        "variables": list(condition.variables),
        "encodes": condition.encodes,
        "threshold": condition.threshold,
        "reason": condition.reason,
    }
    return told if truth is None else told | {"holds": wording.WORDS[truth]}


def _changes(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [{"moves": _moves(each.moves), "follows": _moves(each.follows)} for each in changes]


def _moves(moves: Sequence[Move]) -> list[dict[str, Any]]:
    return [{"variable": m.variable, "span": [m.span.low, m.span.high], "text": m.text} for m in moves]
