"""All that the page shows and looks up, as JSON; its shape stands in web/page/types.ts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from polariscope.risk.bounds import settle
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import BANDS, Edition, Family, Variable
from polariscope.risk.profile import Attached, SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.tour import tour
from polariscope.risk.regions import Region, describe_region, regions
from polariscope.risk.spans import Span
from polariscope.risk.tables import condition_table, family_table

_CONDITION = ("kind", "text", "encodes", "threshold", "reason")


def page_data(edition: Edition, systems: Sequence[SystemProfile] = ()) -> Mapping[str, Any]:
    """Compute the page's data.

    Args:
        edition: Axes, families, rules.
        systems: The user's own, shown first.

    Returns:
        JSON values.

    Raises:
        PolariscopeError: A profile contradicts itself.
    """
    places = regions(edition)
    return {
        "format": 1,
        "version": version("polariscope"),
        "edition": _edition(edition),
        "bands": list(BANDS),
        "variables": [_variable(each, edition.named) for each in edition.variables.values()],
        "families": [_family(each, places[each.id], edition) for each in edition.families.values()],
        "works": {name: asdict(work) for name, work in edition.works.items()},
        "examples": [_profile(each, edition) for each in worked_examples(edition)],
        "systems": [_profile(each, edition) for each in systems],
        "tour": [asdict(scene) for scene in tour(edition)],
    }


def _edition(edition: Edition) -> Mapping[str, Any]:
    told = {"id": edition.id, "title": edition.title, "digest": edition.digest}
    return {**told, "source": dict(edition.source), "changes": list(edition.changes)}


def _variable(variable: Variable, named: frozenset[str]) -> Mapping[str, Any]:
    return {**asdict(variable), "named": variable.id in named}


def _family(family: Family, region: Region, edition: Edition) -> Mapping[str, Any]:
    plain = {name: value for name, value in asdict(family).items() if name not in {"conditions", "amplifiers"}}
    return {
        **plain,
        "conditions": [_condition(each) for each in family.conditions],
        "amplifiers": [{**_condition(each), **condition_table(each, edition)} for each in family.amplifiers],
        "table": family_table(family, edition),
        "region": "".join(map(str, (region.possible.astype(int) + region.certain).ravel())),
        "region_text": describe_region(region, edition),
    }


def _condition(condition: Condition) -> Mapping[str, Any]:
    return {name: getattr(condition, name) for name in _CONDITION}


def _profile(profile: SystemProfile, edition: Edition) -> Mapping[str, Any]:
    settle(profile, edition)  # refuses what contradicts itself
    entries = {name: _entry(entry.span, entry.span, entry.evidence) for name, entry in profile.entries.items()}
    for each in profile.attached:
        if each.decision == "accepted" and each.at_least:
            entries[each.facet] = _narrowed(entries.get(each.facet), each, edition)
    attached = [asdict(each) for each in profile.attached]
    told = {"name": profile.name, "description": profile.description, "made_by": profile.made_by}
    return {**told, "entries": entries, "attached": attached}


def _entry(span: Span, said: Span | None, evidence: Sequence[str]) -> Mapping[str, Any]:
    """A span with accepted evidence worked in, beside what the profile itself says."""
    own = None if said is None else [said.low, said.high]
    return {"span": [span.low, span.high], "said": own, "evidence": list(evidence)}


def _narrowed(entry: Mapping[str, Any] | None, run: Attached, edition: Edition) -> Mapping[str, Any]:
    # Not by the axis: that is worked in by the page, so that a what-if can raise it.
    whole = edition.variables[run.facet].whole
    span = Span(*entry["span"]) if entry else whole
    said = Span(*entry["said"]) if entry and entry["said"] else None
    evidence = (*(entry["evidence"] if entry else ()), f"run {run.run[:12]}: {run.sentence}")
    return _entry(Span(max(run.at_least, span.low), span.high), said, evidence)
