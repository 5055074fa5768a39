from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.edition import BANDS
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import our_edition
from polariscope.risk.rules import assess
from polariscope.risk.spans import Span
from polariscope.risk.what_if import what_if

OURS = our_edition()
RUN = Attached("0a" * 20, "localize", "metacognition", 2, "It noticed.", "accepted", "deceptive-alignment", "See.")
SYSTEM = SystemProfile(
    "x",
    {"beingness": Entry(Span(2, 2)), "cognition": Entry(Span(3, 5), ("so they say",))},
    attached=(RUN,),
    made_by="ours",
)
WORDS = {"axis": [*BANDS, "top", "unknown", "2", "3", "1-4", "low-middle"],
         "facet": [*BANDS, "unknown", "low-middle"],
         "factor": ["yes", "no", "unknown"]}  # fmt: skip


def settings_of(*names: str) -> st.SearchStrategy[list[str]]:
    each = [
        st.sampled_from(WORDS[OURS.variables[name].kind]).map(lambda word, name=name: f"{name}={word}")
        for name in names
    ]
    return st.tuples(*each).map(list)


SETTINGS = st.lists(st.sampled_from(list(OURS.variables)), unique=True, max_size=4).flatmap(
    lambda names: settings_of(*names)
)


def spans(profile: SystemProfile) -> dict[str, Span]:
    return {name: entry.span for name, entry in profile.entries.items()}


def refusal(*settings: str, of: SystemProfile = SYSTEM) -> str:
    with pytest.raises(PolariscopeError) as caught:
        what_if(of, OURS, settings)
    return str(caught.value)


@pytest.mark.parametrize(
    ("setting", "span"),
    [
        ("metacognition=high", Span(3, 3)), ("cognition=high", Span(6, 7)), ("cognition=3", Span(3, 3)),
        ("cognition=3-5", Span(3, 5)), ("cognition=2-middle", Span(2, 5)), (" tools = yes ", Span(2, 2)),
        ("intelligence=top", Span(8, 8)), ("speed=low-middle", Span(1, 2)), ("users=no", Span(1, 1)),
    ],
)  # fmt: skip
def test_a_setting_says_what_a_file_would(setting: str, span: Span) -> None:
    found = what_if(SystemProfile("x"), OURS, [setting])
    assert spans(found) == {setting.partition("=")[0].strip(): span}


def test_what_is_set_is_replaced_with_its_evidence_and_the_rest_stays() -> None:
    found = what_if(SYSTEM, OURS, ["cognition=4", "tools=yes"])
    assert found.entries == {
        "beingness": Entry(Span(2, 2)),
        "cognition": Entry(Span(4, 4)),
        "tools": Entry(Span(2, 2)),
    }
    assert (found.name, found.attached) == (SYSTEM.name, SYSTEM.attached)
    assert found.made_by == "edited from our example x"
    assert what_if(found, OURS, ["tools=no"]).made_by == found.made_by
    assert what_if(SystemProfile("mine"), OURS, ["tools=no"]).made_by == ""
    assert spans(what_if(SYSTEM, OURS, ["cognition=unknown"])) == {"beingness": Span(2, 2)}


def test_no_setting_changes_nothing_but_whose_profile_it_is() -> None:
    found = what_if(SYSTEM, OURS, [])
    assert (found.entries, found.attached) == (SYSTEM.entries, SYSTEM.attached)


@pytest.mark.parametrize(
    ("level", "decision"),
    [("low", "declined"), ("unknown", "declined"), ("middle", "accepted"), ("high", "accepted")],
)
def test_evidence_that_does_not_allow_a_setting_counts_as_declined(level: str, decision: str) -> None:
    found = what_if(SYSTEM, OURS, ["cognition=high", f"metacognition={level}"])
    (run,) = found.attached
    assert (run.decision, run.note) == (decision, "See.")
    roof = Span(1, 3) if level == "unknown" else Span(BANDS.index(level) + 1, BANDS.index(level) + 1)
    assert settle(found, OURS)["metacognition"] == roof


@given(SETTINGS, st.sampled_from(worked_examples(OURS)))
def test_the_result_contradicts_nothing_or_is_refused_with_settings_that_mend_it(
    settings: list[str], example: SystemProfile
) -> None:
    try:
        found = what_if(example, OURS, settings)
    except PolariscopeError as error:
        mended = error
    else:
        assert len(assess(found, OURS).findings) == 12
        return
    for _ in OURS.axes:  # one axis is told at a time
        lead, _, added = mended.cure.partition(" ")
        assert lead in {"add", "set"}
        if lead == "set":
            return
        settings = [*settings, *added.split()]
        try:
            settle(what_if(example, OURS, settings), OURS)
        except PolariscopeError as error:
            mended = error
        else:
            return
    pytest.fail(f"{settings}: {mended}")


def test_the_order_of_settings_does_not_matter() -> None:
    settings = ("beingness=high", "persistence=high", "tools=yes")
    assert spans(what_if(SYSTEM, OURS, settings)) == spans(what_if(SYSTEM, OURS, settings[::-1]))


ABOVE = "what-if: no facet is above its axis, and"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (("persistence=high",),
         f"{ABOVE} beingness is at most low; got persistence at least high. Cure: add beingness=high."),
        (("persistence=middle", "continuity=high"),
         f"{ABOVE} beingness is at most low; got persistence at least middle, continuity at least high. "
         "Cure: add beingness=high."),
        (("cognition=low",),
         f"{ABOVE} cognition is at most low; got metacognition at least middle. Cure: add metacognition=low."),
        (("cognition=low", "planning=high", "metacognition=low"),
         f"{ABOVE} cognition is at most low; got planning at least high. "
         "Cure: set cognition=high instead, or planning=low."),
        (("cognition=3", "cognition=4"),
         "what-if: a property is set once; got cognition twice. Cure: give cognition once."),
        (("tools=yes", "tools=yes"), "what-if: a property is set once; got tools twice. Cure: give tools once."),
        (("cognition",),
         "what-if: a setting is a property, =, and a level; got cognition. "
         "Cure: write metacognition=high, cognition=3-5, tools=yes or planning=unknown."),
        (("cognition=",), "what-if: a setting is a property, =, and a level; got cognition=. Cure: write metacog"),
        (("metacogntion=high",),
         "what-if: there is no axis, facet or factor of this name; got metacogntion. "
         "Cure: perhaps you mean metacognition"),
        (("Norm-Enforcement=high",),
         "what-if: there is no axis, facet or factor of this name; got Norm-Enforcement. "
         "Cure: perhaps you mean norm_enforcement."),
        (("planning=hgh",),
         "what-if planning: there is no band of this name; got hgh. Cure: perhaps you mean high."),
        (("tools=on",), "what-if tools: there is no answer of this name; got on. Cure: take no, yes or unknown."),
        (("cognition=8",),
         "what-if cognition: axis cognition is a whole number from 1 to 7, low, middle, high, top or "
         "unknown; got 8. Cure: write one of these; a range is a list of its lowest and its highest."),
        (("cognition=5-3",),
         "what-if cognition: a range goes from the lowest to the highest; got [5, 3]. Cure: swap the two."),
        (("cognition=-3",), "what-if cognition: axis cognition is a whole number from 1 to 7,"),
        (("cognition=1-2-3",), "what-if cognition: axis cognition is a whole number from 1 to 7,"),
        (("cognition=1.5",), "what-if cognition: axis cognition is a whole number from 1 to 7,"),
        (("cognition=" + "9" * 5000,), "what-if cognition: axis cognition is a whole number from 1 to 7,"),
        (("planning=2",), "what-if planning: facet planning is low, middle, high or unknown; got 2."),
    ],
)  # fmt: skip
def test_mistakes_are_refused_with_a_cure(settings: tuple[str, ...], told: str) -> None:
    assert refusal(*settings).startswith(told)


@pytest.mark.parametrize(("axis", "facet"), list(product(BANDS, BANDS)))
def test_bounds_are_those_of_settle(axis: str, facet: str) -> None:
    settings = [f"cognition={axis}", f"planning={facet}"]
    if BANDS.index(facet) > BANDS.index(axis):
        assert refusal(*settings, of=SystemProfile("x")).startswith(ABOVE)
    else:
        settle(what_if(SystemProfile("x"), OURS, settings), OURS)
