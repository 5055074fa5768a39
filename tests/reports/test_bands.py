"""Branches stand over their path, what is below zero is set apart, and the density shares the height."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, outside, part, texts, told
from polariscope.reports.bands import bands

Q = np.linspace(0, np.pi, 41)
ROOT = np.sqrt(np.maximum(1.5**2 - 2 * np.sin(Q / 2) ** 2, 0))
DIATOMIC = np.sqrt(np.maximum(np.column_stack((1.5 - ROOT, 1.5 + ROOT)), 0))
SOFT = np.column_stack((np.cos(Q), 2 + 0 * Q))
ENDS = [("Γ", 0.0), ("X", np.pi)]


def draw(branches: np.ndarray = DIATOMIC, **options: object) -> str:
    return bands(Q, branches, **{"corners": ENDS, "axis": "frequency", "title": "t", **options})


def states() -> tuple[np.ndarray, np.ndarray]:
    density, edges = np.histogram(DIATOMIC, bins=12)
    return edges, density


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    svg = draw(closed_form=DIATOMIC, states=states())
    assert svg == draw(closed_form=DIATOMIC, states=states())
    assert outside(svg) == []


def test_branches_stand_over_their_path() -> None:
    for branch in (0, 1):
        (stroke,) = lines(draw(), f"branch-{branch}")
        assert len(stroke) == 41
        assert_straight(Q.tolist(), [x for x, _ in stroke])
    (low,), (high,) = lines(draw(), "branch-0"), lines(draw(), "branch-1")
    assert_straight(DIATOMIC.T.ravel().tolist(), [y for _, y in (*low, *high)])


def test_corners_are_named_where_they_are() -> None:
    svg = draw(corners=[("Γ", 0.0), ("X", np.pi / 2), ("K", np.pi / 2), ("Γ", np.pi)])
    (stroke,) = lines(svg, "branch-0")
    assert [corner[0][0] for corner in lines(svg, "corners")] == pytest.approx(
        [stroke[0][0], stroke[20][0], stroke[40][0]], abs=0.01
    )
    assert {"Γ", "X|K"} <= set(texts(svg))


def test_a_closed_form_lies_on_the_branches_and_its_distance_is_told() -> None:
    svg = draw(closed_form=DIATOMIC[:, ::-1] + 0.25)
    assert "Farthest from the closed form: 0.25" in told(svg)
    assert lines(draw(closed_form=DIATOMIC), "closed-form-1") == lines(draw(), "branch-1")
    assert "closed form" in texts(svg)
    assert "closed form" not in texts(draw())


def test_what_is_below_zero_is_shaded_and_named_and_only_that() -> None:
    svg = draw(SOFT)
    assert "imaginary (unstable)" in texts(svg)
    (shade,) = lines(svg, "below")
    (stroke,) = lines(svg, "branch-0")
    zero = stroke[20][1]
    assert min(y for _, y in shade) == pytest.approx(zero, abs=0.01)
    assert max(y for _, y in shade) > max(y for _, y in stroke)
    assert "Below zero, imaginary (unstable), at 20 of 41 points" in told(svg)
    plain = draw()
    assert part(plain, "below") is None
    assert "imaginary" not in plain


def test_rounding_below_zero_is_told_but_not_shaded() -> None:
    svg = draw(DIATOMIC - 1e-9)
    assert part(svg, "below") is None
    assert "at 1 of 41 points" in told(svg)


def test_the_density_shares_the_height() -> None:
    svg = draw(states=states())
    (outline,), (high,) = lines(svg, "states-outline"), lines(svg, "branch-1")
    assert min(y for _, y in outline) == pytest.approx(min(y for _, y in high), abs=0.01)
    foot = min(x for x, _ in outline)
    longest = max(x for x, _ in outline)
    widths = {round((x - foot) / (longest - foot), 3) for x, _ in outline}
    density = states()[1]
    assert widths == {0.0, *(round(float(each), 3) for each in density / density.max())}
    assert "density of states" in texts(svg)
    steps = [(round(x, 2), y) for x, y in outline]
    bins = [y0 - y1 for (x0, y0), (x1, y1) in pairwise(steps) if x0 == x1]
    assert [each for each in bins if each > 0.01] == pytest.approx([bins[0]] * 12, abs=0.05), "one run a bin"


def test_gaps_lone_points_and_nothing_at_all() -> None:
    broken = DIATOMIC.copy()
    broken[5, 0] = broken[7, 0] = np.nan
    svg = draw(broken)
    assert [len(stroke) for stroke in lines(svg, "branch-0") if len(stroke) > 1] == [5, 33]
    assert "2 values not a number" in told(svg)
    empty = bands([], np.zeros((0, 2)), corners=[], states=([], []), axis="f", title="t")
    assert "no number to draw" in texts(empty)
    assert "no number to draw" in texts(draw(np.full((41, 2), np.nan)))
    assert outside(draw(np.zeros((41, 1)), states=([0, 1], [0.0]))) == []


def test_huge_figures_stay_small_and_say_what_they_leave_out() -> None:
    rng = np.random.default_rng(0)
    many = np.sort(rng.random((400, 600)), axis=1)
    svg = bands(np.arange(400), many, corners=[("Γ", 0), ("X", 399)], closed_form=many, axis="f", title="t")
    assert len(svg) < 300_000
    assert "of 600 branches drawn" in " ".join(texts(svg))
    x = np.linspace(0, 1, 100_000)
    spike = np.where(x == x[43_211], 9.0, 1.0)
    svg = bands(x, np.column_stack((x, spike)), corners=[("Γ", 0), ("X", 1)], axis="f", title="t")
    assert len(svg) < 300_000
    (stroke,) = lines(svg, "branch-1")
    assert sum(y < stroke[0][1] - 50 for _, y in stroke) == 1, "an extreme is never left out"


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    corners = [(name, place) for place in np.linspace(0, np.pi, 9)]
    svg = draw(
        SOFT,
        corners=corners,
        states=states(),
        states_label=name,
        label=name,
        axis=name,
        title=name,
        below_zero=name,
    )
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(float("nan"))), min_size=1, max_size=9))
def test_whatever_the_numbers_nothing_leaves_the_picture(values: list[float]) -> None:
    x = np.arange(len(values))
    svg = bands(
        x,
        np.array(values),
        corners=[("Γ", 0), ("X", len(x) - 1)],
        states=([-1.0, 0, 2], [1, 2]),
        axis="f",
        title="t",
    )
    assert outside(svg) == []
