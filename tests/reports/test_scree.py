"""Marks stand at their values and ranks; what is open, cut or unlisted is seen and said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, texts, told
from polariscope.reports.scree import ScreeEnd, scree

TOP = ScreeEnd("largest", [5.2, 2.3, 0.97, 0.41], [1e-12, 1e-9, 0.3, 0.2], [True, True, False, False], 0.3)
BOTTOM = ScreeEnd("smallest", [-0.9, -0.5, -0.1], [0.0, 0.0, 0.0], [True] * 3)


def draw(*ends: ScreeEnd, **options: object) -> str:
    return scree(ends, axis="eigenvalue", title="t", **options)


def heights(svg: str, name: str) -> list[float]:
    return [y for _, y in marks(svg, name)]


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    svg = draw(TOP, BOTTOM)
    assert svg == draw(TOP, BOTTOM)
    assert outside(svg) == []


def test_both_ends_share_one_height() -> None:
    svg = draw(TOP, BOTTOM)
    zero = lines(svg, "largest-zero")[0][0][1]
    found = [
        *heights(svg, "largest-converged"),
        *heights(svg, "largest-open"),
        *heights(svg, "smallest-converged"),
    ]
    assert_straight([5.2, 2.3, 0.97, 0.41, -0.9, -0.5, -0.1, 0.0], [*found, zero])
    assert lines(svg, "smallest-zero")[0][0][1] == pytest.approx(zero, abs=0.01)


def test_the_first_rank_stands_outermost() -> None:
    svg = draw(TOP, BOTTOM)
    largest = [x for name in ("converged", "open") for x, _ in marks(svg, f"largest-{name}")]
    smallest = [x for x, _ in marks(svg, "smallest-converged")]
    assert largest == sorted(largest)
    assert smallest == sorted(smallest, reverse=True)
    assert max(largest) < min(smallest)


def test_what_has_not_converged_is_open_and_said() -> None:
    svg = draw(TOP)
    assert (len(marks(svg, "largest-converged")), len(marks(svg, "largest-open"))) == (2, 2)
    assert "not converged" in texts(svg)
    assert "not converged" not in texts(draw(BOTTOM))
    assert "0.97 ± 0.3 (not converged)" in told(svg)
    assert "2 converged" in told(svg)


def test_bars_reach_as_far_as_the_residuals() -> None:
    svg = draw(TOP)
    unit = (heights(svg, "largest-converged")[1] - heights(svg, "largest-converged")[0]) / 2.9
    lengths = [abs(b - a) for (_, a), (_, b) in lines(svg, "largest-residuals")]
    assert lengths == pytest.approx([0, 0, 0.6 * unit, 0.4 * unit], abs=0.05)
    assert any(
        text.startswith("Dashed: nothing unlisted above 0.3. Bars: residuals, 10⁻¹²") for text in texts(svg)
    )


def test_bars_that_leave_the_frame_are_cut_and_said_to_be() -> None:
    long = ScreeEnd("largest", [3.0, 2.0], [0.1, np.inf], [True, False])
    svg = draw(long)
    assert "Longer bars are cut at the frame." in " ".join(texts(svg))
    assert outside(svg) == []
    assert "cut at the frame" not in " ".join(texts(draw(TOP, BOTTOM)))


def test_the_bound_on_what_is_unlisted_is_drawn_where_there_is_one() -> None:
    svg = draw(TOP, BOTTOM, certainty="with probability 0.99")
    (dashed,) = lines(svg, "largest-beyond")
    first, second = heights(svg, "largest-converged")
    assert dashed[0][1] == pytest.approx(second + (second - first) * (2.3 - 0.3) / 2.9, abs=0.05)
    assert lines(svg, "smallest-beyond") == []
    assert "above 0.3, with probability 0.99." in " ".join(texts(svg))
    assert "nothing unlisted above 0.3" in told(svg)
    assert "no bound on the others" in told(svg)


def test_numbers_that_are_missing_or_many_are_said() -> None:
    words = told(draw(ScreeEnd("largest", [3.0, np.nan], [0.0, 0.0], [True, True])))
    assert "1 value from the largest: 3 ± 0; 1 converged; 1 not finite" in words
    count = 100_000
    values = np.sort(np.random.default_rng(0).normal(size=count))
    svg = draw(
        *(ScreeEnd(side, values[::-1], np.full(count, 0.1), values > 0) for side in ("largest", "smallest"))
    )
    assert len(svg) < 300_000
    assert "100,000 values" in told(svg)
    assert outside(svg) == []


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf]])
def test_no_value_is_no_error(values: list[float]) -> None:
    svg = draw(ScreeEnd("largest", values, values, [True] * len(values)))
    assert "no number to draw" in texts(svg)
    assert "0 values from the largest" in told(svg)


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    svg = scree([TOP], axis=name, title=name, certainty=name)
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 1e12), st.booleans()), min_size=1, max_size=7),
    st.sampled_from([None, 1e-4]),
)
def test_whatever_the_numbers_nothing_leaves_the_picture(
    rows: list[tuple[float, float, bool]], linear: float | None
) -> None:
    values, residuals, converged = zip(*rows, strict=True)
    ends = [ScreeEnd(side, values, residuals, converged, values[-1]) for side in ("largest", "smallest")]
    assert outside(draw(*ends, linear=linear)) == []
