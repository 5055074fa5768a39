"""Each chain is a dot at its mean, over the estimate and its interval, on one axis with the exact value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts, told
from polariscope.reports.posteriors import posterior
from polariscope.reports.scales import significant


def chains(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 7 + rng.normal(size=(count, 1)) + rng.normal(size=(count, 40))


def draw(samples: object, **options: object) -> str:
    settled = {"estimate": 7.0, "low": 6.8, "high": 7.3, "x_label": "estimate", "title": "t", **options}
    return posterior(samples, **settled)


def place(svg: str) -> tuple[float, float]:
    """Where 6.8 stands, and px of one unit, by the interval."""
    ((left, _), (right, _)) = lines(svg, "interval")[0]
    return left, (right - left) / 0.5


@pytest.mark.parametrize("count", [1, 4, 64, 256])
def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture(count: int) -> None:
    svg = draw(chains(count), reference=7.1)
    assert svg == draw(chains(count), reference=7.1)
    assert outside(svg) == []
    assert len(marks(svg, "chains")) == count
    assert len(svg) < 60_000


def test_dots_estimate_and_exact_value_stand_on_one_axis() -> None:
    svg = draw([[6.0, 6.0], [6.5, 7.5], [8.0, 8.0]], reference=7.2)
    left, px = place(svg)
    dots, ((exact, _), _) = marks(svg, "chains"), lines(svg, "reference")[0]
    ((at, _),) = marks(svg, "estimate")
    assert_straight([6, 7, 8, 7.2, 7.0], [*(x for x, _ in dots), exact, at])
    assert at == pytest.approx(left + 0.2 * px, abs=0.05)
    assert len({y for _, y in dots}) == 1


def test_dots_of_many_chains_lie_under_a_line_of_their_number() -> None:
    svg = draw(chains(256))
    means = np.sort(chains(256).mean(axis=1))
    (line,), dots = lines(svg, "smoothed"), sorted(marks(svg, "chains"))
    left, px = place(svg)
    assert [x for x, _ in dots] == pytest.approx((left + (means - 6.8) * px).tolist(), abs=12)
    foot = max(y for _, y in line)
    steps = np.diff(sorted({round(y, 3) for _, y in dots}))
    size = float(steps.max())
    x, y = np.array(line).T
    area = float(np.sum(np.diff(x) * (foot - (y[1:] + y[:-1]) / 2)))
    assert area == pytest.approx(256 * size * size, rel=0.02)
    assert abs(max(line, key=lambda point: -point[1])[0] - (left + (np.median(means) - 6.8) * px)) < 40


def test_few_chains_have_no_line() -> None:
    assert lines(draw(chains(15)), "smoothed") == []
    assert "smoothed" not in texts(draw(chains(15)))
    assert "smoothed" in texts(draw(chains(16)))
    assert "smoothed" not in texts(draw(np.full((40, 3), 7.1)))


def test_numbers_are_told() -> None:
    few, many = told(draw([[6.0, 6.0], [8.0, 9.0]], reference=7.21)), told(draw(chains(64), reference=7.35))
    assert "Means of 2 chains: 6, 8.5. estimate 7 [6.8, 7.3]. exact 7.21, within the interval." in few
    means = chains(64).mean(axis=1)
    assert f"median {significant(np.median(means))}, half of them from" in many
    assert "exact 7.35, outside of the interval." in many
    assert "estimate 7 [6.8, 7.3]" in texts(draw(chains(4)))
    assert "estimate 112.304 [112.29, 112.318]" in told(
        draw([[112.0]], estimate=112.304, low=112.29, high=112.318)
    )


def test_a_chain_far_off_is_an_arrow_at_the_end_and_said() -> None:
    samples = chains(64)
    samples[3], samples[[8, 9]] = -1e6, 1e5
    svg = draw(samples)
    assert len(marks(svg, "chains")) == 61
    (low,), (high,) = marks(svg, "below"), marks(svg, "above")
    assert low[0] < min(x for x, _ in marks(svg, "chains")) < high[0]
    assert "1 chain below the frame, as far as −10⁶. 2 chains above the frame, as far as 10⁵." in told(svg)
    assert part(draw(chains(64)), "below") is None
    assert "frame" not in told(draw(chains(64)))


def test_an_estimate_or_an_interval_beyond_the_frame_is_said() -> None:
    svg = draw(chains(64), low=-1e5)
    assert "The interval reaches beyond the frame." in told(svg)
    assert outside(svg) == []
    far = draw(chains(64), estimate=-4e5, low=-1e6)
    assert "The estimate lies beyond the frame." in told(far)
    assert part(far, "estimate") is None


def test_no_estimate_and_no_interval_are_said() -> None:
    svg = draw(chains(5), estimate=np.nan, low=np.nan, high=np.nan, reference=7.0)
    assert "no estimate" in texts(svg)
    assert len(marks(svg, "chains")) == 5
    assert part(svg, "interval") is None
    assert part(svg, "estimate") is None
    assert "exact 7." in told(svg)
    assert "interval not known" in told(draw(chains(5), low=np.nan))


def test_chains_that_are_lost_are_counted() -> None:
    samples = chains(6)
    samples[2, 5], samples[4] = np.inf, np.nan
    svg = draw(samples)
    assert len(marks(svg, "chains")) == 4
    assert "2 chains of 6 left out" in told(svg)
    assert "left out" not in told(draw(chains(6)))


@pytest.mark.parametrize("samples", [np.full((3, 5), np.nan), np.zeros((3, 0)), np.zeros((0, 4))])
def test_nothing_to_draw_is_said(samples: np.ndarray) -> None:
    svg = draw(samples, estimate=np.nan, low=np.nan, high=np.nan)
    assert "no number to draw" in texts(svg)
    assert "No number to draw" in told(svg)
    assert outside(svg) == []


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    svg = draw(chains(4), x_label=name, title=name, estimate_label=name, reference=1, reference_label=name)
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.floats(-1e140, 1e140) | st.sampled_from([0.0, 7.0, 1e-140, np.nan]), min_size=1, max_size=30),
    st.floats(-1e9, 1e9), st.floats(0, 1e12),
)  # fmt: skip
def test_whatever_the_numbers_nothing_leaves_the_picture(means: list[float], middle: float, wide: float) -> None:
    samples = np.array(means)[:, None]
    svg = draw(samples, estimate=middle, low=middle - wide, high=middle + wide, reference=middle / 2)
    assert outside(svg) == []
