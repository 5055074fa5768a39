"""Densities stand over the values they smooth, on one axis, with their errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts, told
from polariscope.reports.densities import DensityLine, Values, density
from polariscope.reports.scales import axis_points, linear_within

EIGENVALUES = np.r_[np.linspace(-0.03, 0.05, 300), 0.41, 0.97, 2.3, 5.2]
WIDTH = 0.02
FLOOR = 0.1 / (len(EIGENVALUES) * WIDTH * np.sqrt(2 * np.pi))
HOSTILE = '<b> & "x"\u202e\n' + "w" * 300


def smooth(x: np.ndarray) -> np.ndarray:
    return np.exp(-(((x[:, None] - EIGENVALUES) / WIDTH) ** 2) / 2).mean(axis=1) / (WIDTH * np.sqrt(2 * np.pi))


def draw(*, linear: float | None = None, floor: float | None = FLOOR, label: str = "estimate") -> str:
    x = axis_points(-0.2, 5.5, 900, linear)
    curves = [DensityLine(label, 1.1 * smooth(x), 0.1 * smooth(x)), DensityLine("exact", smooth(x))]
    known, extremes = Values("all", EIGENVALUES), Values("single", [5.2, 2.3, 0.41, 0.97])
    return density(
        x, curves, known=known, extremes=extremes, axis="eigenvalue", y_label="density", title="t", linear=linear,
        floor=floor,
    )  # fmt: skip


def test_the_same_numbers_give_the_same_bytes_of_a_small_picture_that_is_whole() -> None:
    svg = draw(linear=0.01)
    assert svg == draw(linear=0.01)
    assert len(svg) < 100_000
    assert outside(svg) == []


@pytest.mark.parametrize("linear", [None, 0.01])
def test_values_bumps_and_pointers_stand_at_one_place(linear: float | None) -> None:
    svg = draw(linear=linear)
    singles = [0.41, 0.97, 2.3, 5.2]
    pointers = [x for x, _ in marks(svg, "extremes")]
    rug = [stroke[0][0] for stroke in lines(svg, "known")]
    assert rug[-4:] == pytest.approx(pointers, abs=0.01)
    bumps = [min(stroke, key=lambda point: point[1])[0] for stroke in lines(svg, "curve-1")]
    assert len(bumps) == 5, "the bulk and each single value, with gaps below the floor"
    assert bumps[-4:] == pytest.approx(pointers, abs=1.5)
    drawn = singles if linear is None else [float(np.arcsinh(value / linear)) for value in singles]
    assert_straight(drawn, pointers)


def test_a_logarithmic_height_begins_at_its_floor_and_hides_no_single_value() -> None:
    svg = draw()
    tops = [min(y for _, y in stroke) for stroke in lines(svg, "curve-0")]
    feet = [max(y for _, y in stroke) for stroke in lines(svg, "curve-0")]
    assert feet == pytest.approx([feet[0]] * 5, abs=0.01)
    assert all(foot - top > 20 for foot, top in zip(feet, tops, strict=True))
    assert len(lines(draw(floor=None), "curve-0")) == 1
    assert "begins at" in told(svg)
    assert "begins at" not in told(draw(floor=None))


def test_the_band_is_one_standard_error_each_way() -> None:
    x = np.linspace(0, 1, 5)
    svg = density(
        x, [DensityLine("a", [1.0] * 5, [0.25] * 5), DensityLine("b", [2.0] * 5)], axis="x", y_label="y", title="t"
    )
    (one,), (two,) = lines(svg, "curve-0"), lines(svg, "curve-1")
    unit = one[0][1] - two[0][1]
    heights = sorted({round(y, 3) for _, y in lines(svg, "band-0")[0]})
    assert heights == pytest.approx([one[0][1] - unit / 4, one[0][1] + unit / 4], abs=0.01)
    assert part(svg, "band-1") is None


def test_numbers_are_told() -> None:
    words = told(draw())
    assert "single: 0.41, 0.97, 2.3, 5.2" in words
    assert "all: 304 from −0.03 to 5.2" in words
    assert "estimate: highest" in words
    assert " ± " in words.split("exact:")[0]
    assert " ± " not in words.split("exact:")[1].split("all:")[0]


@pytest.mark.parametrize("bad", [[], [np.nan] * 3, [np.inf, -np.inf, np.nan]])
def test_nothing_to_draw_is_said(bad: list[float]) -> None:
    svg = density(
        list(range(len(bad))),
        [DensityLine("a", bad, bad)],
        known=Values("k", bad),
        axis="x",
        y_label="y",
        title="t",
    )
    assert "no number to draw" in texts(svg)
    assert "a: no number to draw" in told(svg)
    assert "k: none" in told(svg)


def test_gaps_are_counted() -> None:
    curves = [DensityLine("a", [1.0, np.nan, 3.0, np.inf])]
    svg = density([0, 1, 2, 3], curves, known=Values("k", [1.0, np.nan]), axis="x", y_label="y", title="t")
    assert "2 places without a number" in told(svg)
    assert "k: 1, 1 not finite" in told(svg)


def test_a_hundred_thousand_points_stay_small() -> None:
    rng = np.random.default_rng(0)
    x, noise = np.linspace(-5, 5, 100_000), 0.02 * rng.normal(size=100_000)
    curve = DensityLine("a", np.exp(-(x**2) / 2) + noise, np.full(100_000, 0.05))
    svg = density(x, [curve], known=Values("k", rng.normal(size=100_000)), axis="x", y_label="y", title="t")
    assert len(svg) < 300_000
    assert "k: 100,000 from" in told(svg)
    assert outside(svg) == []


def test_hostile_labels_are_text_and_stay_within() -> None:
    svg = density(
        [0, 1], [DensityLine(HOSTILE, [1, 2])], known=Values(HOSTILE, [1.0]), axis=HOSTILE, y_label=HOSTILE,
        title=HOSTILE,
    )  # fmt: skip
    assert outside(svg) == []
    assert "<b>" not in svg
    assert any(text.startswith('<b> & "x"⟨U+202E⟩') for text in texts(svg))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=12), st.booleans(), st.booleans())
def test_whatever_the_numbers_nothing_leaves_the_picture(values: list[float], bent: bool, log: bool) -> None:
    x = np.sort(np.array(values))
    linear = linear_within(x) if bent else None
    svg = density(
        x, [DensityLine("a", np.abs(x), np.ones(len(x)))], known=Values("k", x), extremes=Values("e", x), axis="x",
        y_label="y", title="t", linear=linear, floor=1e-3 if log else None,
    )  # fmt: skip
    assert outside(svg) == []
