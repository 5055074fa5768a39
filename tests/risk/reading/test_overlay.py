import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.conditions import AtLeast, AtMost
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import our_edition
from polariscope.risk.reading.toml_file import parse_toml
from polariscope.risk.rules import assess
from polariscope.risk.spans import Span
from risk_editions import deficit, driver, family, laid, refused

OURS = our_edition()
MISUSE = parse_toml(
    """
    number = 12
    id = "misuse"
    name = "Misuse"
    mechanism = "Users do harm with it."
    [[condition]]
    kind = "driver"
    of = "intelligence"
    at_least = "high"
    """,
    "misuse",
)


def threshold(family: str = "deceptive-alignment", of: str = "intelligence", **level: Any) -> dict[str, Any]:
    return {"family": family, "of": of, "reason": "Seen in the lab.", **(level or {"at_least": "high"})}


def test_an_empty_overlay_changes_only_the_name(tmp_path: Path) -> None:
    found = laid(tmp_path)
    assert (found.id, found.title) == ("polariscope-1 + my-lab-3", f"{OURS.title}, with Ours")
    assert found.changes == ()
    assert found.digest != OURS.digest
    assert replace(found, id=OURS.id, title=OURS.title, digest=OURS.digest) == OURS


def test_the_digest_is_of_what_was_changed(tmp_path: Path) -> None:
    digests = [
        laid(tmp_path, threshold=[threshold(at_least=level)]).digest for level in ("high", "middle", "high", 7)
    ]
    assert digests[0] == digests[2]
    assert len(set(digests)) == 3
    assert laid(tmp_path, reason="One.").digest != laid(tmp_path, reason="Another.").digest


def test_a_threshold_is_moved_told_and_bears_the_editions_name(tmp_path: Path) -> None:
    found = laid(tmp_path, threshold=[threshold()], reason="We have seen it.")
    assert found.changes == (
        "my-lab-3: We have seen it.",
        "deceptive-alignment: intelligence at least top is now at least high (Seen in the lab.)",
    )
    before, now = OURS.families["deceptive-alignment"], found.families["deceptive-alignment"]
    [moved] = [each for each in now.conditions if each not in before.conditions]
    assert moved.atoms == (AtLeast("intelligence", 6),)
    assert (moved.text, moved.threshold, moved.reason) == (
        "intelligence at least high",
        "my-lab-3",
        "Seen in the lab.",
    )
    assert moved.encodes == "extreme Intelligence"
    others = {name: each for name, each in found.families.items() if name != now.id}
    assert others == {name: each for name, each in OURS.families.items() if name != now.id}


def test_a_moved_threshold_decides(tmp_path: Path) -> None:
    high = {name: Entry(Span(3, 3)) for name in ("metacognition", "social", "persistence")}
    system = SystemProfile("x", {**high, "intelligence": Entry(Span(6, 6))})
    states = [
        next(each.state for each in assess(system, edition).findings if each.family.id == "deceptive-alignment")
        for edition in (OURS, laid(tmp_path, threshold=[threshold()]))
    ]
    assert states == ["closed", "open"]


def test_a_threshold_for_one_of_several_is_for_all_of_them(tmp_path: Path) -> None:
    found = laid(tmp_path, threshold=[threshold("robustness", "coherence", at_most="middle")])
    assert found.families["robustness"].conditions[0].atoms == (
        AtMost("coherence", 2),
        AtMost("norm_enforcement", 2),
    )
    assert found.changes == (
        "robustness: internal coherence or norm enforcement at most low is now at most middle (Seen in the lab.)",
    )


def test_a_threshold_of_an_amplifier_is_moved_where_no_condition_has_it(tmp_path: Path) -> None:
    found = laid(tmp_path, threshold=[threshold("manipulation", "beingness")]).families["manipulation"]
    assert found.conditions == OURS.families["manipulation"].conditions
    assert [each.atoms for each in found.amplifiers] == [(AtLeast("beingness", 6),)]


def test_families_are_removed_with_the_notes_that_runs_raise_there(tmp_path: Path) -> None:
    found = laid(tmp_path, remove=["deceptive-alignment"])
    assert found.changes == ("family deceptive-alignment is removed",)
    assert list(found.families) == [name for name in OURS.families if name != "deceptive-alignment"]
    assert {(each.note_at, each.note) for each in found.evidence} == {("", "")}


def test_a_family_is_added_in_order_of_number(tmp_path: Path) -> None:
    found = laid(tmp_path, family=[family(driver("speed"), deficit(["social", "normative"]), number=20)])
    assert list(found.families) == [*OURS.families, "curiosity"]
    assert found.changes == (
        "family curiosity is added: it opens where speed at least high "
        "and social cognition or normative cognition at most low",
    )
    new = found.families["curiosity"]
    assert new.name_by == "my-lab-3"
    assert {each.threshold for each in new.conditions} == {"my-lab-3"}


def test_a_family_is_redefined_in_its_place(tmp_path: Path) -> None:
    found = laid(tmp_path, family=[MISUSE])
    assert list(found.families) == list(OURS.families)
    assert found.changes == (
        "family misuse is redefined: opens where intelligence at least high, "
        "before where intelligence at least middle and functional self-reflection at most low; "
        "other name, mechanism, interplay, takeaway, tensions, works, match",
    )
    assert found.families["misuse"].by == "my-lab-3"
    assert not found.families["welfare"].by
    assert found.families["misuse"].name_by == "my-lab-3"


def test_what_is_word_for_word_ours_stays_ours(tmp_path: Path) -> None:
    copy = parse_toml(_file("06-deceptive-alignment"), "copy")
    copy["condition"][2]["at_least"] = "high"
    found = laid(tmp_path, family=[copy]).families["deceptive-alignment"]
    before = OURS.families["deceptive-alignment"]
    assert found.name_by == before.name_by == "author"
    changed = [each.threshold for each in found.conditions if each not in before.conditions]
    assert changed == ["my-lab-3"]


def test_the_same_conditions_in_other_words_are_told_so(tmp_path: Path) -> None:
    copy = {**parse_toml(_file("06-deceptive-alignment"), "copy"), "name": "Scheming"}
    found = laid(tmp_path, family=[copy])
    assert found.changes == ("family deceptive-alignment is redefined: the same conditions; other name",)
    assert found.families["deceptive-alignment"].name_by == "my-lab-3"


def _file(name: str) -> str:
    from polariscope.risk import edition

    return (Path(edition.__file__).parent / "data" / "families" / f"{name}.toml").read_text()


def test_properties_works_and_names_are_added_and_told(tmp_path: Path) -> None:
    facet = {"axis": "cognition", "id": "humour", "name": "Humour", "question": "Is it funny?"}
    bands = {"low": "No.", "middle": "At times.", "high": "Always."}
    work = {"id": "us-2026", "title": "T", "authors": "Us", "year": 2026, "url": "https://example.org"}
    found = laid(
        tmp_path,
        facet=[{**facet, **bands}],
        factor=[{"id": "audience", "name": "Audience", "question": "Is there one?"}],
        work=[work],
        capability=[{"id": "B2", "name": "Continuity"}],
        family=[
            family(driver("humour", "low"), {"kind": "switch", "of": ["audience", "users"]}, works=["us-2026"])
        ],
    )
    assert found.changes == (
        "facet humour of cognition is added",
        "capability B2 is named 'Continuity'",
        "factor audience is added",
        "work us-2026 is added",
        "family curiosity is added: it opens where humour at least low and audience or users: yes",
    )
    assert found.variables["humour"].anchors == ("No.", "At times.", "Always.")
    assert [each.id for each in found.facets("cognition")][-1] == "humour"
    assert found.variables["beingness"].anchors == ("", "Continuity", "", "", "", "", "")
    assert found.works["us-2026"].named_by == "my-lab-3"
    kinds = [each.kind for each in found.variables.values()]
    assert kinds == sorted(kinds, key=["axis", "facet", "factor"].index)


def test_a_facet_is_redefined_in_its_place(tmp_path: Path) -> None:
    facet = {"axis": "cognition", "id": "planning", "name": "Foresight", "question": "?"}
    found = laid(tmp_path, facet=[{**facet, "low": "a", "middle": "b", "high": "c"}])
    assert found.changes == ("facet planning of cognition is redefined",)
    assert list(found.variables) == list(OURS.variables)
    assert found.families["tool-use"].conditions[0].text == "foresight at least middle"


def test_our_examples_can_be_read_under_any_overlay(tmp_path: Path) -> None:
    found = laid(tmp_path, remove=["misuse"], threshold=[threshold()], family=[family(driver("speed"))])
    told = [[each.entries for each in worked_examples(edition)] for edition in (found, OURS)]
    assert told[0] == told[1]


FACET = {"id": "x", "name": "X", "question": "?", "low": "a", "middle": "b", "high": "c"}


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"format": 2},
         "mine.json: format: is at most 1 in this Polariscope; got 2. "
         "Cure: it was made by a newer Polariscope; update this one to read it."),
        ({"over": "polariscope-0"},
         "mine.json: over: lies over polariscope-1, the edition of this Polariscope; got polariscope-0. "
         'Cure: check it against that edition, then write over = "polariscope-1".'),
        ({"over": None}, "mine.json: over: is needed; got nothing. Cure: add it."),
        ({"thresholds": []},
         "mine.json: there is no key of this name here; got thresholds. Cure: perhaps you mean threshold."),
        ({"id": "ours"},
         "mine.json: id: an edition has a name of its own; got ours. Cure: call it after your group, my-lab-1."),
        ({"id": "polariscope-1"}, "mine.json: id: an edition has a name of its own; got polariscope-1."),
        ({"id": "a b"}, "mine.json: id: an id has up to 64 letters, digits, underscores, hyphens and dots"),
        ({"threshold": [threshold("deceptive")]},
         "mine.json: threshold no. 1: there is no family of this name; got deceptive. "
         "Cure: perhaps you mean deceptive-alignment."),
        ({"threshold": [threshold(of="planing")]},
         "mine.json: threshold no. 1: there is no axis, facet or factor of this name; got planing. "
         "Cure: perhaps you mean planning"),
        ({"threshold": [threshold(of="planning")]},
         "mine.json: threshold no. 1: deceptive-alignment has no such threshold; got planning at_least. "
         "Cure: take one of metacognition at_least, social at_least, intelligence at_least, persistence"),
        ({"threshold": [threshold(at_most="low")]},
         "mine.json: threshold no. 1: deceptive-alignment has no such threshold; got intelligence at_most."),
        ({"threshold": [threshold("epistemic-unreliability", "metacognition")]},
         "mine.json: threshold no. 1: epistemic-unreliability has no such threshold; got metacognition at_least. "
         "Cure: redefine the family."),
        ({"threshold": [threshold("tool-use", "tools")]},
         "mine.json: threshold no. 1: tool-use has no such threshold; got tools at_least."),
        ({"threshold": [threshold(), threshold(at_least="middle")]},
         "mine.json: threshold: a threshold is moved once; got deceptive-alignment: intelligence twice."),
        ({"threshold": [threshold(at_least="low", at_most="high")]},
         "mine.json: threshold no. 1: a threshold gives at_least or at_most; got both. Cure: give one of"),
        ({"threshold": [{"family": "misuse", "of": "intelligence", "reason": "so"}]},
         "mine.json: threshold no. 1: a threshold gives at_least or at_most; got neither."),
        ({"threshold": [{"family": "misuse", "of": "intelligence", "at_least": "low"}]},
         "mine.json: threshold no. 1, reason: is needed; got nothing. Cure: add it."),
        ({"threshold": [threshold(at_least=9)]},
         "mine.json: threshold no. 1: intelligence has the levels 1 to 8; got 9. Cure: lower it."),
        ({"threshold": [threshold(at_least="hgh")]},
         "mine.json: threshold no. 1, at_least: a level is low, middle, high, top or, of an axis, a whole number "
         "from 1; got hgh. Cure: perhaps you mean high."),
        ({"threshold": [threshold(at_least=True)]}, "mine.json: threshold no. 1, at_least: a level is low"),
        ({"threshold": [threshold(of="social", at_least="top")]},
         "mine.json: threshold no. 1: facet social has the levels low, middle, high; got top. "
         "Cure: write low, middle or high."),
        ({"remove": ["welfar"]},
         "mine.json: remove: there is no family of this name; got welfar. Cure: perhaps you mean welfare."),
        ({"remove": ["misuse"], "family": [MISUSE]},
         "mine.json: remove: a family is removed or redefined, not both; got misuse. Cure: take it out of"),
        ({"family": [MISUSE, MISUSE]}, "mine.json: each family has an id of its own; got misuse twice."),
        ({"facet": [{**FACET, "axis": "wisdom"}]},
         "mine.json: facet x: there is no axis of this name; got wisdom. "
         "Cure: take beingness, cognition or intelligence."),
        ({"facet": [{**FACET, "axis": "beingness", "id": "planning"}]},
         "mine.json: facet planning: planning is a facet of cognition; got beingness. "
         "Cure: give yours another id, or that axis."),
        ({"facet": [{**FACET, "axis": "beingness", "id": "tools"}]},
         "mine.json: each axis, facet and factor has an id of its own; got tools twice."),
        ({"factor": [{"id": "cognition", "name": "x", "question": "?"}]},
         "mine.json: each axis, facet and factor has an id of its own; got cognition twice."),
        ({"capability": [{"id": "B9", "name": "x"}]},
         "mine.json: capability: there is no capability of this name; got B9."),
        ({"work": [{"id": "w", "title": "T", "authors": "A", "year": 2020, "url": "javascript:alert(1)"}]},
         "mine.json: work no. 1, url: an address begins with https://; got javascript:alert(1). "
         "Cure: write the whole address."),
        ({"work": [{"id": "w", "title": "T", "authors": "A", "year": 2020}]},
         "mine.json: work no. 1: a work has a doi, an arxiv number or a url; got none of them. Cure: add one."),
        ({"work": [{"id": "w", "title": "T", "authors": "A", "year": 2020, "doi": "x"}]},
         "mine.json: work no. 1, doi: a DOI begins with 10.; got x. Cure: look it up."),
        ({"work": [{"id": "w", "title": "T", "authors": "A", "year": 1, "doi": "10.1234/x"}]},
         "mine.json: work no. 1, year: must be greater than or equal to 1900; got 1. Cure: change it."),
    ],
)  # fmt: skip
def test_mistakes_are_refused_with_a_cure(tmp_path: Path, tables: dict[str, Any], told: str) -> None:
    assert refused(tmp_path, **tables).startswith(told)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
PLACES = [
    ("family", family(driver("speed"))),
    ("threshold", threshold()),
    ("facet", {**FACET, "axis": "cognition"}),
]


@given(ANYTHING, st.sampled_from(PLACES), st.data())
def test_whatever_stands_in_a_file_there_is_an_edition_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, value: Any, place: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    name, table = place
    key = data.draw(st.sampled_from(list(table)))
    with contextlib.suppress(PolariscopeError):
        laid(tmp_path_factory.getbasetemp(), **{name: [{**table, key: value}]})
    with contextlib.suppress(PolariscopeError):
        laid(tmp_path_factory.getbasetemp(), **{name: value})
