"""All that the page shows and looks up, as JSON; its shape stands in web/page/types.ts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any

from polariscope.risk.bounds import settle
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import BANDS, Edition, Family, Variable
from polariscope.risk.examples import worked_examples
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.regions import Region, describe_region, regions
from polariscope.risk.tables import condition_table, family_table
from polariscope.risk.tour import tour

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
    entries = _worked_in(profile, edition).entries
    spans = {
        name: {"span": [e.span.low, e.span.high], "evidence": list(e.evidence)} for name, e in entries.items()
    }
    attached = [asdict(each) for each in profile.attached]
    told = {"name": profile.name, "description": profile.description, "made_by": profile.made_by}
    return {**told, "entries": spans, "attached": attached}


def _worked_in(profile: SystemProfile, edition: Edition) -> SystemProfile:
    """The profile with accepted evidence as entries, so that the page needs no rule for it."""
    spans, entries = settle(profile, edition), dict(profile.entries)
    for each in profile.attached:
        if each.decision == "accepted" and each.at_least:
            evidence = entries[each.facet].evidence if each.facet in entries else ()
            entries[each.facet] = Entry(spans[each.facet], (*evidence, f"run {each.run[:12]}: {each.sentence}"))
    return replace(profile, entries=entries)
