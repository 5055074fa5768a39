"""Estimates stand over their settings, the plateau over its own, and what cannot be used beyond the frame."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts, told
from polariscope.reports.scan_rows import ScanSeries
from polariscope.reports.scans import Plateau, scan

X = np.logspace(-5, -1, 5)
VALUES = [4.0, 6.9, 7.1, 7.0, np.nan]
ROW = ScanSeries(
    "temperature 5", VALUES, [0.5, 0.2, 0.1, 0.3, 0.1], [False, True, True, True, True],
    ["not mixed", "", "", "", "diverged"],
)  # fmt: skip
OTHER = ScanSeries("temperature 9", [8.0] * 5, [0.1] * 5, [True] * 4 + [False], [""] * 4 + ["diverged"])
PLATEAU = Plateau(1e-4, 1e-3, 7.05, 0.08)


def draw(*rows: ScanSeries, **options: object) -> str:
    return scan(X, rows or [ROW], **{"x_label": "step", "y_label": "estimate", "title": "t", **options})


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    options = {"plateau": PLATEAU, "chosen": 1e-3, "reference": 7.0}
    assert draw(ROW, OTHER, **options) == draw(ROW, OTHER, **options)
    assert outside(draw(ROW, OTHER, **options)) == []


def test_usable_estimates_stand_at_their_settings_with_their_errors() -> None:
    svg = draw()
    points, bars = marks(svg, "series-0"), lines(svg, "errors-0")
    assert len(points) == len(bars) == 3
    assert_straight([-4, -3, -2], [x for x, _ in points])
    assert_straight(VALUES[1:4], [y for _, y in points])
    px = (points[0][1] - points[1][1]) / 0.2
    for (x, y), bar, error in zip(points, bars, [0.2, 0.1, 0.3], strict=True):
        assert [at for at, _ in bar] == pytest.approx([x, x], abs=0.01)
        assert sorted(at for _, at in bar) == pytest.approx([y - error * px, y + error * px], abs=0.1)


def test_series_stand_beside_each_other_and_look_different() -> None:
    svg = draw(ROW, OTHER)
    first, second = marks(svg, "series-0"), marks(svg, "series-1")
    assert [b - a for (a, _), (b, _) in zip(first, second[1:], strict=True)] == pytest.approx([4.0] * 3, abs=0.01)
    assert "temperature 5" in texts(svg)
    assert "temperature 9" in texts(svg)


def test_what_cannot_be_used_is_a_cross_beyond_the_frame_with_the_letter_of_its_reason() -> None:
    svg = draw(ROW, OTHER, reference=6.0)
    (low,), (nan,), (high,) = (marks(svg, name) for name in ("below-0", "above-0", "above-1"))
    heights = [y for _, y in marks(svg, "series-0") + marks(svg, "series-1")]
    bottom = lines(svg, "reference")[0][0][1]
    assert low[1] > bottom > max(heights)
    assert max(nan[1], high[1]) < min(heights)
    assert nan[1] != high[1]
    assert_straight([-5, -4, -3, -2, -1], [low[0], *(x for x, _ in marks(svg, "series-0")), nan[0]])
    assert texts(svg).count("a") == 1
    assert texts(svg).count("b") == 2
    assert "a: not mixed; b: diverged." in " ".join(texts(svg))


def test_all_is_told() -> None:
    words = told(draw(ROW, OTHER, plateau=PLATEAU, chosen=1e-3, reference=7.02, reference_label="truth"))
    assert "temperature 5: 6.9 ± 0.2 at 10⁻⁴, 7.1 ± 0.1 at 0.001, 7 ± 0.3 at 0.01" in words
    assert "not usable: 4 at 10⁻⁵ (not mixed), not a number at 0.1 (diverged)" in words
    assert "Plateau from 10⁻⁴ to 0.001: 7.05 ± 0.08" in words
    assert "truth 7.02" in words
    assert "Chosen: 0.001" in words
    assert "No plateau" in told(draw())


def test_the_plateau_and_what_is_chosen_stand_where_they_are() -> None:
    svg = draw(plateau=PLATEAU, chosen=1e-3, reference=7.0)
    points, (around,), (middle,) = marks(svg, "series-0"), lines(svg, "plateau"), lines(svg, "plateau-value")
    px = (points[0][1] - points[1][1]) / 0.2
    zero = points[2][1]
    assert sorted({round(y, 2) for _, y in around}) == pytest.approx(
        [zero - 0.13 * px, zero + 0.03 * px], abs=0.02
    )
    assert [x for x, _ in middle] == pytest.approx([points[0][0] - 7, points[1][0] + 7], abs=0.05)
    assert marks(svg, "chosen")[0][0] == pytest.approx(points[1][0], abs=0.01)
    assert [y for _, y in lines(svg, "reference")[0]] == pytest.approx([zero, zero], abs=0.01)
    assert "plateau 7.05 ± 0.08" in texts(svg)
    assert "chosen 0.001" in texts(svg)
    assert part(draw(), "plateau") is None
    assert part(draw(), "chosen") is None
    assert part(draw(), "reference") is None


def test_bars_far_wider_than_the_values_are_cut_and_said_to_be() -> None:
    wide = ScanSeries("a", [1, 2, 3, 2, 1], [0.1, 0.1, 1e6, np.inf, np.nan], [True] * 5, [""] * 5)
    svg = draw(wide)
    assert "Bars reach beyond the frame." in " ".join(texts(svg))
    assert "1, error not known at 0.1" in told(svg)
    heights = [y for _, y in marks(svg, "series-0")]
    assert max(heights) - min(heights) > 30
    assert outside(svg) == []
    assert "Bars reach" not in " ".join(texts(draw()))


@pytest.mark.parametrize("error", [np.nan, np.inf, 0.0, 1e9])
def test_whatever_the_error_of_a_plateau_its_value_is_drawn(error: float) -> None:
    svg = draw(plateau=Plateau(1e-4, 1e-3, 7.0, error))
    assert lines(svg, "plateau-value")[0][0][1] == pytest.approx(marks(svg, "series-0")[2][1], abs=0.01)
    assert outside(svg) == []


@pytest.mark.parametrize("values", [[np.nan] * 5, [np.inf] * 5])
def test_nothing_usable_is_said(values: list[float]) -> None:
    svg = draw(ScanSeries("a", values, values, [True] * 5, [""] * 5))
    assert "no number to draw" in texts(svg)
    assert "a: no number to draw; not usable:" in told(svg)
    assert len(marks(svg, "above-0")) == 5
    assert outside(svg) == []


def test_no_series_and_one_setting_are_drawn() -> None:
    empty = scan([], [], x_label="x", y_label="y", title="t")
    assert "no number to draw" in texts(empty)
    assert outside(empty) == []
    one = ScanSeries("a", [3], [1], [True], [""])
    assert (
        outside(scan([1e-3], [one], plateau=Plateau(1e-3, 1e-3, 3, 1), x_label="x", y_label="y", title="t")) == []
    )


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    row = ScanSeries(name, VALUES, [1] * 5, [False] * 5, [name] * 5)
    svg = draw(row, x_label=name, y_label=name, title=name, reference=1.0, reference_label=name)
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e140, 1e140), st.floats(), st.booleans()), min_size=1, max_size=7),
    st.floats(-1e9, 1e9),
)
def test_whatever_the_numbers_nothing_leaves_the_picture(
    points: list[tuple[float, float, bool]], reference: float
) -> None:
    values, errors, usable = zip(*points, strict=True)
    row = ScanSeries("a", values, errors, usable, ["b"] * len(points))
    x = 10.0 ** np.arange(-3, len(points) - 3)
    svg = scan(
        x, [row, row], plateau=Plateau(x[0], x[-1], values[0], 1.0), chosen=x[0], reference=reference,
        x_label="x", y_label="y", title="t",
    )  # fmt: skip
    assert outside(svg) == []
