"""Chains, their quantiles and what was estimated stand at their heights, and what is lost is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts, told
from polariscope.reports.traces import traces

STEPS = np.arange(100)
CHAINS = np.random.default_rng(0).normal(size=(32, 100)) + 7
CHAINS[:, :20] += 0.02 * np.arange(20)[::-1]


def draw(values: np.ndarray = CHAINS, burn_in: float = 20, **options: object) -> str:
    settled = {"x_label": "step", "y_label": "value", "title": "t", **options}
    return traces(np.arange(np.shape(values)[1]), values, burn_in=burn_in, **settled)


def level(svg: str) -> float:
    """Height of the reference, in px from above."""
    return lines(svg, "reference")[0][0][1]


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    options = {"estimate": 7.0, "reference": 7.2}
    assert draw(**options) == draw(**options)
    assert outside(draw(**options)) == []


def test_bands_median_and_levels_stand_at_their_quantiles() -> None:
    svg = draw(estimate=6.5, reference=8.5)
    (estimate,), (reference,), (median,) = lines(svg, "estimate"), lines(svg, "reference"), lines(svg, "median")
    px = (estimate[0][1] - reference[0][1]) / 2
    quantiles = np.quantile(CHAINS, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)

    def place(values: np.ndarray) -> np.ndarray:
        return estimate[0][1] - (values - 6.5) * px

    assert [y for _, y in median] == pytest.approx(place(quantiles[2]).tolist(), abs=0.05)
    assert_straight(STEPS.tolist(), [x for x, _ in median])
    for name, low, high in (("outer-0", 0, 4), ("inner-0", 1, 3)):
        around = [y for _, y in lines(svg, name)[0]]
        wanted = [*place(quantiles[low]), *place(quantiles[high])[::-1]]
        assert around[:200] == pytest.approx(wanted, abs=0.05)


def test_burn_in_is_shaded_up_to_its_end_where_the_estimate_begins() -> None:
    svg = draw(estimate=7.0, reference=7.2)
    (shade,), (estimate,), (reference,) = (lines(svg, name) for name in ("burn-in", "estimate", "reference"))
    (left, _), (right, _) = reference
    end = left + (right - left) * 20 / 99
    assert sorted({x for x, _ in shade}) == pytest.approx([left, end], abs=0.05)
    assert [x for x, _ in estimate] == pytest.approx([end, right], abs=0.05)
    assert "burn-in" in texts(svg)
    assert "100 steps, 20 of them burn-in" in told(svg)
    assert part(draw(burn_in=0), "burn-in") is None
    assert "burn-in" not in texts(draw(burn_in=0))


def test_a_stuck_chain_is_drawn_named_and_told() -> None:
    values = CHAINS.copy()
    values[17, 10:] = 3
    svg = draw(values, reference=3.0)
    (stroke,) = lines(svg, "chain-18")
    assert [y for _, y in stroke[12:]] == pytest.approx([level(svg)] * len(stroke[12:]), abs=0.01)
    assert "chain 18, farthest from the others" in texts(svg)
    assert "farthest from the others: chain 18, 3." in told(svg)
    assert "3 chains" in texts(svg)


def test_a_chain_that_diverges_ends_with_a_cross_and_does_not_press_the_others() -> None:
    values = CHAINS.copy()
    values[5, 40:50] = 10.0 ** np.arange(1, 11)
    values[5, 50:], values[8, 30:] = np.nan, np.inf
    svg = draw(values, reference=values[8, 29])
    (first, second), (reference,), (median,) = (
        sorted(marks(svg, "ends")),
        lines(svg, "reference"),
        lines(svg, "median"),
    )
    assert first == pytest.approx((median[29][0], reference[0][1]), abs=0.05)
    assert second[0] == pytest.approx(median[49][0], abs=0.05)
    assert second[1] < min(y for _, y in median), "cut at the top"
    assert "no number after: 2 chains" in texts(svg)
    assert "chain 6 after 10¹⁰ at 49, chain 9 after" in told(svg)
    assert "After burn-in, values reach beyond the frame" in told(svg)
    others = np.delete(values, 5, axis=0)
    assert level(svg) == pytest.approx(level(draw(others, reference=values[8, 29])), abs=0.01)
    assert outside(svg) == []


def test_burn_in_that_is_far_off_is_cut_and_said() -> None:
    values = CHAINS.copy()
    values[:, :5] = 1e4
    svg = draw(values)
    assert "Burn-in reaches beyond the frame" in told(svg)
    assert "10000." in told(svg)
    assert outside(svg) == []
    assert "beyond the frame" not in told(draw())


def test_few_chains_are_drawn_singly_and_named() -> None:
    svg = draw(CHAINS[:4])
    assert [f"chain {k}" in texts(svg) for k in (1, 2, 3, 4)] == [True] * 4
    assert part(svg, "median") is None
    (stroke,) = lines(draw(CHAINS[:1], burn_in=0), "chain-1")
    assert_straight(CHAINS[0].tolist(), [y for _, y in stroke])


@pytest.mark.parametrize("shape", [(1, 2), (8, 2), (3, 1), (9, 1)])
def test_hardly_anything_is_drawn(shape: tuple[int, int]) -> None:
    svg = draw(CHAINS[: shape[0], : shape[1]], burn_in=1, estimate=7.0, reference=7.1)
    assert outside(svg) == []
    assert "no number to draw" not in texts(svg)


@pytest.mark.parametrize("values", [np.zeros((0, 5)), np.zeros((3, 0)), np.full((6, 9), np.nan)])
def test_nothing_to_draw_is_said(values: np.ndarray) -> None:
    svg = draw(values, estimate=np.nan)
    assert "no number to draw" in texts(svg)
    assert "No number to draw" in told(svg)
    assert "estimate not a number" in texts(svg)
    assert outside(svg) == []


def test_numbers_are_told() -> None:
    words = told(draw(CHAINS, estimate=7.01, reference=7.02, estimate_label="mean", reference_label="truth"))
    means = np.sort(CHAINS[:, 20:].mean(axis=1))
    assert "mean 7.01" in words
    assert "truth 7.02" in words
    assert f"Means of chains after burn-in: {means[0]:.2f} to {means[-1]:.2f}" in words
    assert f"{np.median(CHAINS[:, -1]):.2f}".rstrip("0") in words
    assert "No step is after burn-in." in told(draw(burn_in=1e6))


def test_long_runs_stay_small() -> None:
    values = np.random.default_rng(1).normal(size=(16, 20_000))
    svg = draw(values, burn_in=5_000)
    assert len(svg) < 80_000
    assert all(len(stroke) <= 310 for k in range(1, 17) for stroke in lines(svg, f"chain-{k}"))
    assert "Median and bands: 167 steps together." in " ".join(texts(svg))


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    svg = draw(
        x_label=name, y_label=name, title=name, estimate=1, estimate_label=name, reference=1, reference_label=name
    )
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 7), st.integers(1, 5), st.floats(-1, 6), st.data(),
)  # fmt: skip
def test_whatever_the_numbers_nothing_leaves_the_picture(
    c: int, k: int, burn_in: float, data: st.DataObject
) -> None:
    number = st.floats(-1e140, 1e140) | st.sampled_from([np.nan, np.inf, -np.inf, 1e-140])
    values = np.array(data.draw(st.lists(st.lists(number, min_size=k, max_size=k), min_size=c, max_size=c)))
    assert outside(draw(values, burn_in=burn_in, reference=1.0, estimate=data.draw(number))) == []
