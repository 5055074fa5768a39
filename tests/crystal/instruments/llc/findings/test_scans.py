"""One coefficient at three temperatures and three localisations, or one that still grows."""

from math import nan

import pytest

from llc_runs import DISAGREE, estimate, summary_of, temperatures
from polariscope.crystal.instruments.llc.findings.scans import localization_finding, temperature_finding


def finding(values=(6.0, 6.03, 6.05), half=0.06, **first):
    rows = temperatures(values, half)
    return temperature_finding(summary_of([estimate(), rows[0] | first, *rows[1:]]))


@pytest.mark.parametrize(
    ("values", "half", "outcome"),
    [
        ((6.0, 6.0, 6.0), 0.06, "shown"),
        ((6.0, 6.03, 6.05), 0.06, "shown"),
        ((6.0, 6.0, 6.29), 0.3, "shown"),  # under 5 %, and one within its errors
        ((6.0, 6.0, 6.29), 0.06, "undecided"),  # under 5 %, yet not one: chi^2 is far beyond
        ((6.0, 6.4, 6.0), 0.06, "ruled out"),  # the ends agree, the middle does not
        ((6.0, 6.4, 6.0), 0.2, "ruled out"),  # 0.4 +- 0.28
        ((6.0, 6.4, 6.0), 0.27, "undecided"),  # 0.4 +- 0.38, yet chi^2 is 5.6, within its quantile
        ((6.0, 6.2, 6.4), 0.06, "ruled out"),
        ((6.0, 6.2, 6.4), 0.22, "ruled out"),  # chi^2 is 6.3
        ((6.0, 6.2, 6.4), 0.23, "undecided"),  # chi^2 is 5.8
        ((6.4, 6.2, 6.0), 0.06, "ruled out"),
    ],
)
def test_chi_squared_and_any_two_decide(values, half, outcome):
    assert finding(values, half).outcome == outcome


def test_a_coefficient_that_grows_is_not_yet_the_rlct():
    told = finding((5.7, 6.0, 6.3))
    assert told.headline == "It grows by 5.0% per factor 4 of t."
    assert "From end to end it grows by 10.0%: 5.0% per factor 4 of t." in told.sentence
    assert told.sentence.endswith("A coefficient that still grows is not yet the RLCT.")
    falling = finding((6.3, 6.0, 5.7))
    assert falling.headline == "It falls by 5.0% per factor 4 of t."
    assert "not yet the RLCT" not in falling.sentence


def test_a_difference_must_exceed_its_own_interval_whatever_chi_squared_says():
    """Of few chains an interval is wider than two standard errors."""
    rows = [row | {"standard_error": 0.02} for row in temperatures((6.0, 6.4, 6.0), 0.3)]
    assert temperature_finding(summary_of([estimate(), *rows])).outcome == "undecided"


@pytest.mark.parametrize("values", [(1.2, 1.8, 1.3), (1.8, 1.2, 1.7)])
def test_what_rises_and_falls_has_no_rate(values):
    told = finding(values, 0.06)
    assert told.outcome == "ruled out"
    assert told.headline == "It is not the same at other temperatures: 1.20 to 1.80."
    assert told.sentence.endswith(" It is not the same: 1.20 to 1.80.")
    assert "per factor" not in told.sentence + finding((6.0, 6.01, 6.0)).sentence
    assert "They differ by 0.2% at most." in finding((6.0, 6.01, 6.0)).sentence


KNOWN = (5.79, 6.04, 6.18)


def test_what_must_differ_is_no_news_where_all_agree_with_the_closed_form():
    rows = temperatures((5.8, 6.03, 6.2), 0.05, KNOWN)
    told, blind = (
        temperature_finding(summary_of([estimate(), *own])) for own in (rows, temperatures((5.8, 6.03, 6.2), 0.05))
    )
    assert (told.outcome, told.headline) == ("ruled out", "")
    assert told.sentence == f"{blind.sentence} The closed form says 5.79, 6.04, 6.18: it must differ."
    assert blind.headline
    rows = temperatures((5.8, 6.3, 6.2), 0.05, KNOWN)
    told = temperature_finding(summary_of([estimate(), *rows]))
    assert told.headline == "It is not the same at other temperatures: 5.800 to 6.300."
    assert told.sentence.endswith("The closed form says 5.79, 6.04, 6.18, which not all of these hold.")


def test_the_closed_form_says_so_too_where_it_hardly_differs():
    rows = temperatures((6.0, 6.03, 6.05), 0.06, (6.0, 6.02, 6.04))
    told = temperature_finding(summary_of([estimate(), *rows]))
    assert told.outcome == "shown"
    assert told.sentence.endswith("The closed form says 6, 6.02, 6.04: it hardly differs.")


def test_a_closed_form_is_widened_as_the_exact_question_s():
    for low, held in ((1.0199, True), (1.0201, False)):
        rows = temperatures(tuple(each * low + 0.05 for each in KNOWN), 0.05, KNOWN)
        told = temperature_finding(summary_of([estimate(), *rows]))
        assert ("must differ" in told.sentence) == held
        wide = [row | {"exact_error": 0.1} for row in rows]
        assert "must differ" in temperature_finding(summary_of([estimate(), *wide])).sentence


def test_a_closed_form_of_some_points_says_nothing():
    rows = temperatures((5.8, 6.03, 6.2), 0.05, (*KNOWN[:2], None))
    told = temperature_finding(summary_of([estimate(), *rows]))
    assert "closed form" not in told.sentence
    assert told.headline


def test_each_temperature_is_told_in_order():
    rows = temperatures()
    told = temperature_finding(summary_of([estimate(), *reversed(rows)]))
    assert told.sentence.startswith(
        "6.00 [5.94, 6.06] at t = 36.2; 6.03 [5.97, 6.09] at t = 145; 6.05 [5.99, 6.11] at t = 579."
    )


def test_a_temperature_without_a_number_leaves_it_open():
    told = finding(reasons=[DISAGREE], value=nan, low=nan, high=nan)
    assert told.outcome == "undecided"
    assert told.sentence == f"No number at t = 36.2: {DISAGREE[1]}"
    assert DISAGREE[2] in told.would_decide


def test_chains_without_any_spread_are_not_one_value():
    assert finding((6.0, 6.0, 6.0), 0.0).outcome == "undecided"
    assert finding((6.0, 6.4, 6.0), 0.0).outcome == "ruled out"


def test_one_temperature_alone_decides_nothing_and_none_is_not_asked():
    assert temperature_finding(summary_of([estimate(), temperatures()[0]])).outcome == "undecided"
    assert temperature_finding(summary_of([estimate()])) is None


def test_localizations_are_judged_alike_by_their_own_factor():
    rows = [
        row | {"kind": "localization", "scale": 144.76, "localization": row["factor"]}
        for row in temperatures((6.3, 6.0, 5.7))
    ]
    told = localization_finding(summary_of([estimate(), *rows]))
    assert (told.key, told.outcome) == ("localization", "ruled out")
    assert told.headline == "It falls by 5.0% per factor 4 of γ."
    assert "at γ = 0.25; " in told.sentence
    assert localization_finding(summary_of([estimate(), *temperatures()])) is None
