import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.edition import BANDS, Variable
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import our_edition
from polariscope.risk.reading.profile_file import edited, edition_note, profile_from, profile_json, read_profile
from polariscope.risk.spans import Span
from polariscope.risk.telling.toml_text import toml_document

OURS = our_edition()
FACETS = [each.id for each in OURS.variables.values() if each.kind == "facet"]
TEXTS = st.text(max_size=40)
HOSTILE = "<script>alert(1)</script>\x1b[2J\x00\u202e"


def read(**tables: Any) -> SystemProfile:
    return profile_from({"format": 1, "name": "x", **tables}, OURS, "x.toml")


def refusal(**tables: Any) -> str:
    with pytest.raises(PolariscopeError) as caught:
        read(**tables)
    return str(caught.value).removeprefix("x.toml: ")


def attached(**fields: Any) -> dict[str, Any]:
    run = {"run": "0a" * 20, "instrument": "localize", "facet": "metacognition", "proposed": "middle"}
    return {**run, "sentence": "It noticed.", "decision": "accepted", **fields}


def written_levels(variable: Variable) -> st.SearchStrategy[Any]:
    """Everything that a file may say of a property."""
    if variable.kind == "factor":
        return st.sampled_from(["yes", "no", "unknown", True, False])
    numbers = range(1, variable.whole.high + 1) if variable.kind == "axis" else ()
    ends = st.sampled_from([*BANDS, *numbers])
    ranges = st.tuples(ends, ends).filter(lambda two: _low(variable, two[0]) <= _low(variable, two[1])).map(list)
    return ends | ranges | st.sampled_from(["unknown", *(["top"] if variable.kind == "axis" else [])])


def _low(variable: Variable, end: Any) -> int:
    return variable.band_span(BANDS.index(end) + 1).low if isinstance(end, str) else int(end)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Profiles that contradict nothing, since they say nothing of the axes of facets they speak of."""
    tables: dict[str, dict[str, Any]] = {"axes": {}, "facets": {}, "outside": {}}
    free = [each for each in OURS.variables.values() if each.kind != "axis"]
    for variable in draw(st.lists(st.sampled_from(free), max_size=6, unique_by=lambda each: each.id)):
        value = draw(written_levels(variable))
        if draw(st.booleans()):
            value = {"is": value, "evidence": draw(st.lists(TEXTS, max_size=2))}
        tables["facets" if variable.axis else "outside"][variable.id] = value
    known = {OURS.variables[name].axis for name in tables["facets"]}
    for axis in OURS.axes:
        if axis.id not in known:
            tables["axes"][axis.id] = draw(written_levels(axis))
    runs = [
        attached(run=f"{number}", decision="declined", note=draw(TEXTS))
        for number in range(draw(st.integers(0, 2)))
    ]
    name = draw(TEXTS.filter(bool))
    return {"format": 1, "name": name, "description": draw(TEXTS), **tables, "evidence": runs}


@given(files())
def test_writing_undoes_reading_up_to_how_things_are_said(data: dict[str, Any]) -> None:
    profile = profile_from(data, OURS, "x")
    again = profile_json(profile, OURS)
    assert profile_from(again, OURS, "x") == profile
    assert profile_json(profile_from(again, OURS, "x"), OURS) == again
    assert json.loads(json.dumps(again)) == again


@pytest.mark.parametrize("example", worked_examples(OURS), ids=lambda example: example.name)
def test_both_formats_carry_every_example(example: SystemProfile, tmp_path: Path) -> None:
    data = profile_json(example, OURS)
    (tmp_path / "a.json").write_text(json.dumps(data))
    (tmp_path / "a.toml").write_text(toml_document(data))
    one, other = (read_profile(tmp_path / name, OURS) for name in ("a.json", "a.toml"))
    assert one == other
    assert (one.name, one.entries) == (example.name, example.entries)
    assert one.made_by == f"from our example {example.name}"
    assert edited(one).made_by == edited(example).made_by == f"edited from our example {example.name}"
    assert profile_json(edited(one), OURS)["from_example"] == example.name


@pytest.mark.parametrize(
    ("said", "span"),
    [
        (2, Span(2, 2)), ("low", Span(1, 2)), ("high", Span(6, 8)), ("top", Span(8, 8)), ([2, 4], Span(2, 4)),
        (["low", "middle"], Span(1, 5)), ([4, "top"], Span(4, 8)), ((3, 3), Span(3, 3)),
    ],
)  # fmt: skip
def test_levels_of_an_axis(said: Any, span: Span) -> None:
    assert read(axes={"intelligence": said}).entries == {"intelligence": Entry(span)}


def test_levels_of_facets_and_factors() -> None:
    found = read(facets={"speed": ["middle", "high"], "breadth": "low"}, outside={"tools": True, "users": "no"})
    spans = {name: entry.span for name, entry in found.entries.items()}
    assert spans == {"speed": Span(2, 3), "breadth": Span(1, 1), "tools": Span(2, 2), "users": Span(1, 1)}


def test_unknown_has_an_entry_only_where_it_has_evidence() -> None:
    unknown = {"axes": {"cognition": [1, 7]}, "facets": {"speed": "unknown"}, "outside": {"tools": "unknown"}}
    assert read(**unknown).entries == {}
    noted = read(facets={"speed": {"is": "unknown", "evidence": ["Nobody has looked."]}})
    assert noted.entries == {"speed": Entry(Span(1, 3), ("Nobody has looked.",))}
    assert profile_json(noted, OURS)["facets"] == {"speed": {"is": "unknown", "evidence": ["Nobody has looked."]}}


def test_evidence_is_kept_as_it_was_decided() -> None:
    (run,) = read(evidence=[attached(note_at="deceptive-alignment", note="See there.")]).attached
    assert run == Attached(
        "0a" * 20, "localize", "metacognition", 2, "It noticed.", "accepted", "deceptive-alignment", "See there."
    )


def test_hostile_text_is_data() -> None:
    entry = {"speed": {"is": "low", "evidence": [HOSTILE]}}
    found = read(name=HOSTILE, description=HOSTILE, facets=entry, evidence=[attached(sentence=HOSTILE)])
    texts = {found.name, found.description, found.entries["speed"].evidence[0], found.attached[0].sentence}
    assert texts == {HOSTILE}


def test_any_mapping_is_taken_and_left_as_it_is() -> None:
    data: Mapping[str, Any] = MappingProxyType({"format": 1, "name": "x", "facets": {"speed": "low"}})
    assert profile_from(data, OURS, "x").entries == {"speed": Entry(Span(1, 1))}


BAND = "Cure: take low, middle, high or unknown."
FACET_RULE = "facet speed is low, middle, high or unknown"
RANGE = "Cure: write one of these; a range is a list of its lowest and its highest."
AXIS_RULE = "axis cognition is a whole number from 1 to 7, low, middle, high, top or unknown"


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"facets": {"metacogntion": "low"}},
         "facets: there is no facet of this name; got metacogntion. "
         "Cure: perhaps you mean metacognition."),
        ({"outside": {"tool": "yes"}},
         "outside: there is no factor of this name; got tool. Cure: perhaps you mean tools."),
        ({"axes": {"wisdom": 3}},
         "axes: there is no axis of this name; got wisdom. Cure: take beingness, cognition or intelligence."),
        ({"axes": {"metacognition": "high"}},
         "axes: only axes stand here; got metacognition (facet). Cure: write it under [facets]."),
        ({"facets": {"tools": "yes"}},
         "facets: only facets stand here; got tools (factor). Cure: write it under [outside]."),
        ({"outside": {"cognition": 3}},
         "outside: only factors stand here; got cognition (axis). Cure: write it under [axes]."),
        ({"facets": {"speed": "hihg"}},
         "facets, speed: there is no band of this name; got hihg. Cure: perhaps you mean high."),
        ({"facets": {"speed": "?x"}}, f"facets, speed: there is no band of this name; got ?x. {BAND}"),
        ({"facets": {"speed": "top"}}, f"facets, speed: there is no band of this name; got top. {BAND}"),
        ({"facets": {"speed": 2}}, f"facets, speed: {FACET_RULE}; got 2. {RANGE}"),
        ({"facets": {"speed": ["low", "unknown"]}},
         "facets, speed: there is no band of this name; got unknown."),
        ({"facets": {"speed": ["high", "low"]}},
         "facets, speed: a range goes from the lowest to the highest; got ['high', 'low']. Cure: swap the two."),
        ({"facets": {"speed": ["low"]}}, f"facets, speed: {FACET_RULE}; got ['low']. {RANGE}"),
        ({"facets": {"speed": []}}, f"facets, speed: {FACET_RULE}; got []. {RANGE}"),
        ({"facets": {"speed": None}}, f"facets, speed: {FACET_RULE}; got None. {RANGE}"),
        ({"axes": {"cognition": 8}}, f"axes, cognition: {AXIS_RULE}; got 8. {RANGE}"),
        ({"axes": {"cognition": 0}}, f"axes, cognition: {AXIS_RULE}; got 0. {RANGE}"),
        ({"axes": {"cognition": True}}, f"axes, cognition: {AXIS_RULE}; got True. {RANGE}"),
        ({"axes": {"cognition": 3.0}}, f"axes, cognition: {AXIS_RULE}; got 3.0. {RANGE}"),
        ({"axes": {"cognition": float("nan")}}, f"axes, cognition: {AXIS_RULE}; got nan. {RANGE}"),
        ({"axes": {"cognition": "3"}}, f"axes, cognition: {AXIS_RULE}; got '3'. {RANGE}"),
        ({"axes": {"cognition": [1, 2.0]}}, f"axes, cognition: {AXIS_RULE}; got 2.0. {RANGE}"),
        ({"axes": {"cognition": [[1, 2], 3]}}, f"axes, cognition: {AXIS_RULE}; got [1, 2]. {RANGE}"),
        ({"outside": {"tools": 1}},
         "outside, tools: factor tools is no, yes or unknown; got 1. Cure: write one of these."),
        ({"outside": {"tools": "yess"}},
         "outside, tools: there is no answer of this name; got yess. Cure: perhaps you mean yes."),
        ({"outside": {"tools": ["no", "yes"]}},
         "outside, tools: factor tools is no, yes or unknown; got ['no', 'yes']. Cure: write one of these."),
        ({"facets": {"speed": {"evidence": ["a"]}}},
         'facets, speed: a table says what the property is; got evidence alone. Cure: write is = "unknown", or '
         "what it is."),
        ({"facets": {"speed": {"is": "low", "evidnce": []}}},
         "facets, speed: there is no key of this name here; got evidnce. Cure: perhaps you mean evidence."),
        ({"facets": {"speed": {"is": "low", "evidence": "a"}}},
         "facets, speed: evidence: must be a list; got a. Cure: write [...], or a table under [[...]]."),
        ({"facets": {"speed": {"is": {"is": "low"}}}},
         f"facets, speed: {FACET_RULE}; got {{'is': 'low'}}. {RANGE}"),
        ({"facets": ["speed"]}, "facets: must be a table; got ['speed']. Cure: write keys and values."),
        ({"facet": {"speed": "low"}},
         "there is no key of this name here; got facet. Cure: perhaps you mean facets."),
        ({"name": ""}, "name: must not be empty; got . Cure: write something."),
        ({"name": 3}, "name: must be text; got 3. Cure: write it in quotes."),
        ({"name": "x" * 201}, "name: has at most 200 characters; got xxx"),
        ({"description": "x" * 8001}, "description: has at most 8000 characters; got xxx"),
        ({"evidence": {"run": "a"}},
         "evidence: must be a list; got {'run': 'a'}. Cure: write [...], or a table under [[...]]."),
        ({"evidence": ["run"]}, "evidence no. 1: must be a table; got run. Cure: write keys and values."),
        ({"evidence": [attached(facet="speedy")]},
         "evidence no. 1: there is no facet of this name; got speedy. Cure: perhaps you mean speed."),
        ({"evidence": [attached(note_at="misus")]},
         "evidence no. 1: there is no family of this name; got misus. Cure: perhaps you mean misuse."),
        ({"evidence": [attached(decision="accept")]},
         "evidence no. 1, decision: is one of accepted, declined; got accept. Cure: perhaps you mean accepted."),
        ({"evidence": [attached(proposed="top")]},
         "evidence no. 1, proposed: is one of low, middle, high; got top. Cure: take low, middle or high."),
        ({"evidence": [attached(facet="")]},
         "evidence no. 1: what is proposed is proposed of a facet; got no facet. "
         'Cure: name the facet, or write proposed = "".'),
        ({"evidence": [attached(), attached(decision="declined")]},
         f"evidence no. 2: a run is attached once; got {'0a' * 20}. Cure: remove one of the two."),
        ({"evidence": [{"run": "a", "instrument": "b", "decision": "declined"}]},
         "evidence no. 1, sentence: is needed; got nothing. Cure: add it."),
    ],
)  # fmt: skip
def test_mistakes_are_refused_with_a_cure(tables: dict[str, Any], told: str) -> None:
    assert refusal(**tables).startswith(told)


@pytest.mark.parametrize(
    ("given_format", "told"),
    [
        ({}, "format: a file says its format; got nothing. Cure: begin it with format = 1."),
        (
            {"format": 2},
            "format: is at most 1 in this Polariscope; got 2. Cure: it was made by a newer Polariscope; ",
        ),
        ({"format": 0}, "format: is 1; got 0. Cure: write format = 1."),
        ({"format": True}, "format: is 1; got True. Cure: write format = 1."),
        ({"format": "1"}, "format: is 1; got 1. Cure: write format = 1."),
    ],
)
def test_the_format_is_looked_at_before_anything_else(given_format: dict[str, Any], told: str) -> None:
    with pytest.raises(PolariscopeError) as caught:
        profile_from({**given_format, "name": 3, "from": "the future"}, OURS, "x.toml")
    assert str(caught.value).startswith(f"x.toml: {told}")


def test_contradictions_are_refused() -> None:
    assert "not above its axis" in refusal(axes={"beingness": 2}, facets={"persistence": "high"})
    assert "it says metacognition is at least middle" in refusal(
        facets={"metacognition": "low"}, evidence=[attached()]
    )
    with pytest.raises(PolariscopeError, match=r"^x\.toml: persistence, continuity: not above its axis"):
        read(axes={"beingness": 2}, facets={"persistence": "high", "continuity": "middle"})


def test_a_profile_records_the_edition_and_says_where_it_is_read_by_another() -> None:
    written = profile_json(read(), OURS)
    assert (written["edition"], written["edition_digest"]) == (OURS.id, OURS.digest)
    for same in (written, {**written, "edition_digest": ""}, {"format": 1, "name": "x"}):
        assert edition_note(profile_from(same, OURS, "x"), OURS) == ""
    for other in ({"edition": "polariscope-9"}, {"edition": OURS.id, "edition_digest": "0" * 16}):
        found = read(**other)
        assert edition_note(found, OURS) == (
            f"x was described under {', '.join(other.values())}; here it is read by {OURS.id}, {OURS.digest}."
        )
    assert edition_note(read(edition=HOSTILE), OURS).isprintable()


def test_data_too_deep_to_print_is_refused() -> None:
    deep: Any = "low"
    for _ in range(5_000):
        deep = [deep]
    assert refusal(facets={"speed": deep}).startswith("tables and lists are nested at most 32 deep")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | TEXTS,
                    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=6),
       st.sampled_from(["name", "description", "edition", "axes", "facets", "outside", "evidence", "x"]),
       st.sampled_from([*FACETS, "cognition", "tools", "x"]), st.booleans())  # fmt: skip
@example("polariscope-9", "edition", "x", False)
def test_whatever_stands_in_a_file_there_is_a_profile_or_a_refusal(
    value: Any, table: str, name: str, inside: bool
) -> None:
    try:
        found = read(**{table: {name: value} if inside else value})
    except PolariscopeError:
        return
    # What is written anew is written under the edition that it was read by.
    assert profile_from(profile_json(found, OURS), OURS, "x") == replace(found, made_under="")
