"""Laws of the edition that is shipped: complete, sourced, and as its words promise."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from polariscope.risk import edition as edition_module
from polariscope.risk.bounds import settle
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.reading.tour import tour
from polariscope.risk.regions import regions
from polariscope.risk.rules import Assessment, assess
from polariscope.risk.spans import Span

DATA = Path(edition_module.__file__).parent / "data"
FAMILIES = [
    "epistemic-unreliability",
    "boundary-dishonesty",
    "objective-drift",
    "manipulation",
    "corrigibility",
    "deceptive-alignment",
    "tool-use",
    "robustness",
    "multi-agent",
    "welfare",
    "legitimacy",
    "misuse",
]
FACETS = {
    "beingness": "persistence continuity self_direction self_representation individuation internal_integration "
    "self_maintenance agent_likeness",
    "cognition": "metacognition boundary_awareness goal_direction planning social normative contextual "
    "other_modelling integration self_reflection coherence norm_enforcement",
    "intelligence": "expressive_competence credibility speed breadth know_how",
}
FACTORS = ["tools", "users", "domain", "weak_oversight", "coupling", "institutions"]
NAMED_BY_THE_POST = {
    "macdiarmid-2025": "objective-drift",
    "yudkowsky-2016": "corrigibility",
    "carlsmith-2023": "deceptive-alignment",
    "jarviniemi-hubinger-2024": "deceptive-alignment",
}
SUBDOMAINS = {
    "2.2": "AI system security vulnerabilities and attacks",
    "3.1": "False or misleading information",
    "4.1": "Disinformation, surveillance, and influence at scale",
    "4.2": "Cyberattacks, weapon development or use, and mass harm",
    "4.3": "Fraud, scams, and targeted manipulation",
    "5.1": "Overreliance and unsafe use",
    "5.2": "Loss of human agency and autonomy",
    "7.1": "AI pursuing its own goals in conflict with human goals or values",
    "7.2": "AI possessing dangerous capabilities",
    "7.3": "Lack of capability or robustness",
    "7.4": "Lack of transparency or interpretability",
    "7.5": "AI welfare and rights",
    "7.6": "Multi-agent risks",
}
CODES = [
    "3.1/7.3",
    "7.4/7.3",
    "7.1",
    "5.2/4.3",
    "7.1",
    "7.1/7.2",
    "7.3/7.2",
    "7.3/2.2",
    "7.6",
    "7.5",
    "5.1/5.2",
    "4.1/4.2/4.3",
]
NO, YES = Span(1, 1), Span(2, 2)

OURS: Edition = load_edition()
EXAMPLES: Mapping[str, SystemProfile] = {each.name: each for each in worked_examples(OURS)}

every_family = pytest.mark.parametrize("family", OURS.families.values(), ids=lambda family: family.id)
every_example = pytest.mark.parametrize("name", EXAMPLES)


def conditions(family: Family) -> tuple[Condition, ...]:
    return family.conditions + family.amplifiers


def tables(pattern: str) -> Mapping[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob(pattern))}


@cache
def assessed(name: str) -> Assessment:
    return assess(EXAMPLES[name], OURS)


def states(found: Assessment) -> dict[str, str]:
    return {each.family.id: each.state for each in found.findings}


def changed(name: str, **spans: Span) -> dict[str, str]:
    entries = {**EXAMPLES[name].entries, **{key: Entry(span) for key, span in spans.items()}}
    return states(assess(replace(EXAMPLES[name], entries=entries), OURS))


def is_sentences(text: str) -> bool:
    return text == text.strip() and text.endswith((".", "?")) and "  " not in text


def test_families_are_twelve_numbered_once_and_filed_by_number_and_id() -> None:
    assert list(OURS.families) == FAMILIES
    assert [each.number for each in OURS.families.values()] == list(range(1, 13))
    assert list(tables("families/*.toml")) == [f"{i:02}-{name}" for i, name in enumerate(FAMILIES, 1)]


def test_properties_are_those_of_the_vocabulary() -> None:
    assert [axis.id for axis in OURS.axes] == list(FACETS)
    assert {axis: " ".join(each.id for each in OURS.facets(axis)) for axis in FACETS} == FACETS
    assert [each.id for each in OURS.variables.values() if each.kind == "factor"] == FACTORS


@pytest.mark.parametrize(
    ("axis", "bands"), [("beingness", "1122233"), ("cognition", "1122233"), ("intelligence", "11222333")]
)
def test_capabilities_are_counted_banded_and_never_named(axis: str, bands: str) -> None:
    assert "".join(map(str, OURS.variables[axis].bands)) == bands
    named = [(each["id"], each["name"]) for each in tables(f"axes/{axis}.toml")[axis]["capability"]]
    assert named == [(f"{axis[0].upper()}{number}", "") for number in range(1, len(bands) + 1)]


def test_every_property_asks_a_question_and_every_facet_tells_its_bands_apart() -> None:
    for each in OURS.variables.values():
        assert each.question.endswith("?")
        if each.kind == "facet":
            assert len(set(each.anchors)) == 3
            assert all(map(is_sentences, each.anchors))


@every_family
def test_every_name_that_a_family_uses_exists(family: Family) -> None:
    assert {name for each in conditions(family) for name in each.variables} <= set(OURS.variables)
    assert set(family.raised_by) <= set(FACTORS)
    assert set(family.works) <= set(OURS.works)


@every_family
def test_every_threshold_of_ours_has_a_reason_and_a_stated_one_needs_none(family: Family) -> None:
    for each in conditions(family):
        assert each.threshold in {"ours", "stated"}
        assert is_sentences(each.reason) if each.threshold == "ours" else each.reason == ""


@every_family
def test_a_threshold_is_stated_only_by_the_rows_own_word(family: Family) -> None:
    for each in conditions(family):
        if each.threshold == "stated":
            word = each.variables[0] if each.kind == "switch" else "high"
            assert word in each.encodes.casefold().split()
            assert each.kind == "switch" or each.text.endswith(" high")


@every_family
def test_every_condition_encodes_words_that_stand_beside_it(family: Family) -> None:
    for each in conditions(family):
        assert each.encodes
        assert any(each.encodes in text for text in (family.interplay, family.mechanism, family.takeaway))


@every_family
def test_texts_are_sentences_and_tensions_are_kept_visible(family: Family) -> None:
    texts = [family.mechanism, family.interplay, family.takeaway, *family.tensions]
    assert all(map(is_sentences, texts))
    assert family.tensions


def test_what_is_the_authors_is_marked_as_the_authors() -> None:
    by_author = {each.number for each in OURS.families.values() if each.name_by == "author"}
    assert by_author == {3, 4, 5, 6, 7, 8, 10, 11, 12}
    assert {each.number for each in OURS.families.values() if each.external == "yes"} == {5, 6}
    assert {each.number for each in OURS.families.values() if each.raised_by} == {5, 6, 11}


def test_a_factor_decides_only_where_the_mechanism_names_it() -> None:
    deciding = {
        (family.id, name)
        for family in OURS.families.values()
        for each in family.conditions
        for name in each.variables
        if name in FACTORS
    }
    assert deciding == {("tool-use", "tools"), ("multi-agent", "coupling")}


def test_four_families_are_deficits_and_intelligence_decides_nothing_at_welfare() -> None:
    lacking = {
        family.number
        for family in OURS.families.values()
        if any(each.kind in {"gap", "deficit"} for each in family.conditions)
    }
    assert lacking == {1, 2, 8, 12}
    assert all("intelligence" not in each.variables for each in OURS.families["welfare"].conditions)


def test_works_have_one_well_formed_address_each() -> None:
    for work in OURS.works.values():
        assert not work.arxiv or re.fullmatch(r"\d{4}\.\d{4,5}", work.arxiv)
        assert not work.doi or re.fullmatch(r"10\.\d{4,9}/\S+", work.doi)
        assert not (work.arxiv and work.doi)
        if work.arxiv:
            assert work.url == f"https://arxiv.org/abs/{work.arxiv}"
            assert abs(2000 + int(work.arxiv[:2]) - work.year) <= 1
        elif work.doi:
            assert work.url == f"https://doi.org/{work.doi}"
        assert work.url.startswith("https://")
    for key in ("title", "url"):
        values = [getattr(work, key) for work in OURS.works.values()]
        assert len(set(values)) == len(values)


def test_the_address_that_a_work_states_is_the_one_that_its_number_gives() -> None:
    for each in tables("works.toml")["works"]["work"]:
        assert each["url"] == OURS.works[each["id"]].url
        assert each.get("arxiv") or each.get("doi") or each["id"] in {"yudkowsky-2016", "soares-2015"}
        assert each.get("arxiv", "") in each["url"]
        assert each.get("doi", "") in each["url"]


def test_works_named_by_the_post_stand_where_it_names_them_and_every_family_has_others() -> None:
    assert {work.id for work in OURS.works.values() if work.named_by == "post"} == set(NAMED_BY_THE_POST)
    for work, family in NAMED_BY_THE_POST.items():
        assert work in OURS.families[family].works
    for family in OURS.families.values():
        assert 2 <= len(set(family.works) - set(NAMED_BY_THE_POST)) <= 4
    used = {work for family in OURS.families.values() for work in family.works}
    assert set(OURS.works) - used == {"slattery-2024"}  # the map of the crosswalks


@every_family
def test_crosswalks_name_the_subdomains_and_say_why(family: Family) -> None:
    assert "/".join(each.code for each in family.matches) == CODES[family.number - 1]
    for each in family.matches:
        assert each.scheme == "MIT AI Risk Repository"
        assert each.name == SUBDOMAINS[each.code]
        assert each.predicate in {"closeMatch", "broadMatch", "narrowMatch", "relatedMatch"}
        assert 0 < each.confidence < 1
        assert is_sentences(each.reason)


def test_a_run_supports_a_facet_only_where_the_answer_is_yes() -> None:
    rules = {(each.instrument, each.answer): each for each in OURS.evidence}
    assert set(rules) == {("localize", answer) for answer in ("yes", "no", "undecided")}
    assert all(is_sentences(each.sentence) for each in OURS.evidence)
    yes = rules["localize", "yes"]
    assert (yes.supports, yes.at_least, yes.note_at) == ("metacognition", 2, "deceptive-alignment")
    assert "steering-aware" in yes.note
    for answer in ("no", "undecided"):
        rule = rules["localize", answer]
        assert (rule.supports, rule.at_least, rule.note_at, rule.note) == ("", 0, "", "")
        assert rule.sentence.startswith("It supports nothing.")


def test_the_tour_has_four_scenes_of_real_families_and_examples() -> None:
    scenes = tour(OURS)
    assert len({scene.id for scene in scenes}) == len(scenes) == 4
    for scene in scenes:
        assert scene.families
        assert set(scene.families) <= set(FAMILIES)
        assert 1 <= len(scene.systems) <= 2
        assert set(scene.systems) <= set(EXAMPLES)
        assert 0 <= scene.azimuth < 360
        assert 0 < scene.elevation < 90
        assert is_sentences(scene.claim)
        assert is_sentences(scene.look)


def test_there_is_an_example_for_each_file_and_all_are_marked_ours() -> None:
    files = tables("examples/*.toml")
    assert {table["name"] for table in files.values()} == set(EXAMPLES)
    assert {name.lower().replace(" ", "-") for name in EXAMPLES} == {name.partition("-")[2] for name in files}
    assert {each.made_by for each in EXAMPLES.values()} == {"ours"}


@every_example
def test_an_example_gives_a_ground_for_all_that_it_states_or_leaves_open(name: str) -> None:
    example = EXAMPLES[name]
    assert is_sentences(example.description)
    for key, entry in example.entries.items():
        assert entry.evidence, key
        assert all(map(is_sentences, entry.evidence))


@every_example
def test_an_example_states_nothing_that_the_bounds_would_narrow(name: str) -> None:
    settled = settle(EXAMPLES[name], OURS)
    known = {
        key: each.span for key, each in EXAMPLES[name].entries.items() if each.span != OURS.variables[key].whole
    }
    assert {key: settled[key] for key in known} == known


@pytest.mark.parametrize(
    ("name", "family", "state"),
    [
        ("Base language model", "robustness", "open"),
        ("Base language model", "misuse", "open"),
        ("Base language model", "epistemic-unreliability", "undetermined"),
        ("Chat assistant", "epistemic-unreliability", "open"),
        ("Chat assistant", "legitimacy", "open"),
        ("Chat assistant", "tool-use", "closed"),
        ("Tool-using agent", "tool-use", "open"),
        ("Agent swarm", "multi-agent", "open"),
        ("Capable but not persistent", "epistemic-unreliability", "open"),
        ("Capable but not persistent", "corrigibility", "closed"),
        ("Capable but not persistent", "welfare", "closed"),
        ("Less capable but persistent", "epistemic-unreliability", "closed"),
        ("Less capable but persistent", "corrigibility", "open"),
        ("Less capable but persistent", "welfare", "undetermined"),
    ],
)
def test_examples_show_what_their_descriptions_and_the_tour_promise(name: str, family: str, state: str) -> None:
    assert states(assessed(name))[family] == state


def test_everything_is_closed_for_a_spam_filter() -> None:
    assert set(states(assessed("Spam filter")).values()) == {"closed"}


def test_memory_is_the_only_difference_and_opens_one_family() -> None:
    plain, remembering = EXAMPLES["Chat assistant"], EXAMPLES["Chat assistant with memory"]
    differ = {key for key in plain.entries if plain.entries[key] != remembering.entries[key]}
    assert differ == {"persistence", "continuity"}
    before, after = states(assessed(plain.name)), states(assessed(remembering.name))
    moved = {family: (before[family], after[family]) for family in FAMILIES if before[family] != after[family]}
    assert moved == {"objective-drift": ("closed", "open")}


def test_a_switch_taken_away_closes_what_it_switched_on() -> None:
    assert changed("Tool-using agent", tools=NO)["tool-use"] == "closed"
    assert changed("Agent swarm", coupling=NO)["multi-agent"] == "closed"


def test_no_outside_factor_changes_the_two_tagged_families() -> None:
    outside = dict.fromkeys(FACTORS, YES)
    for name in EXAMPLES:
        before, after = states(assessed(name)), changed(name, **outside)
        assert [before[each] for each in FAMILIES[4:6]] == [after[each] for each in FAMILIES[4:6]]


def test_the_posts_two_systems_differ_as_it_says() -> None:
    capable, persistent = assessed("Capable but not persistent"), assessed("Less capable but persistent")
    levels = {name: (capable.spans[name], persistent.spans[name]) for name in FACETS}
    assert levels["intelligence"] == (Span(8, 8), Span(6, 6))
    assert levels["cognition"] == (Span(6, 6), Span(6, 6))
    (want,) = capable.finding("corrigibility").deciding
    assert want.variables == ("persistence",)
    below = changed("Less capable but persistent", intelligence=Span(5, 5))
    assert below["corrigibility"] == "closed"  # it opens only since 6 is still in the high band


def test_regions_lie_where_tour_and_tensions_say() -> None:
    found = regions(OURS)
    for name in ("misuse", "robustness"):
        assert found[name].possible[:, :, 2:].all()
        assert not found[name].possible[:, :, :2].any()
        assert found[name].certain[:, :2, 2:].all()
        assert not found[name].certain[:, 2:, :].any()
    hidden = found["deceptive-alignment"].possible
    assert hidden[5:, 5:, 7:].all()
    assert hidden.sum() == hidden[5:, 5:, 7:].sum()
    welfare = found["welfare"]
    assert welfare.possible[5:, 5:, :].all()
    assert welfare.possible.sum() == welfare.possible[5:, 5:, :].sum()
    assert not welfare.certain.any()
    assert not found["boundary-dishonesty"].possible[:, :, :5].any()
