"""The followed value stands between its bounds, and zero, loss and company are marked where they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts, told
from polariscope.reports.tracks import ZeroMark, track

X = np.linspace(0.1, 1.3, 13)
SOFT = 0.7 - X
LEVELS = np.column_stack((SOFT, 0.7 + X))
ZERO = ZeroMark(0.7012, 0.684, 0.719)


def draw(values: np.ndarray = SOFT, **options: object) -> str:
    settled = {"x_label": "parameter", "y_label": "eigenvalue", "title": "t", "label": "soft mode", **options}
    return track(X, values, np.full(13, 0.05), **settled)


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    options = {"levels": LEVELS, "zeros": [ZERO], "expected": 0.7, "lost": [0.5]}
    assert draw(**options) == draw(**options)
    assert outside(draw(**options)) == []


def test_the_value_stands_at_its_places_between_its_bounds() -> None:
    svg = draw()
    (stroke,), (around,) = lines(svg, "followed"), lines(svg, "bounds-0")
    assert_straight(X.tolist(), [x for x, _ in stroke])
    assert_straight(SOFT.tolist(), [y for _, y in stroke])
    assert np.array(marks(svg, "points")) == pytest.approx(np.array(stroke))
    unit = (stroke[-1][1] - stroke[0][1]) / (SOFT[0] - SOFT[-1])
    reach = [abs(y - stroke[6][1]) for x, y in around if abs(x - stroke[6][0]) < 0.01]
    assert reach == pytest.approx([0.05 * unit] * 2, abs=0.05)


def test_a_zero_is_marked_with_its_value_and_interval() -> None:
    svg = draw(zeros=[ZERO])
    (stroke,), (between,) = lines(svg, "followed"), lines(svg, "between-0")
    per = (stroke[-1][0] - stroke[0][0]) / 1.2
    ((x, y),) = marks(svg, "zero-0")
    assert x == pytest.approx(stroke[0][0] + (0.7012 - 0.1) * per, abs=0.05)
    assert y == pytest.approx(stroke[6][1], abs=0.05)
    assert [at for at, _ in between] == pytest.approx([x - 0.0172 * per, x + 0.0178 * per], abs=0.05)
    assert "zero at 0.701 [0.684, 0.719]" in texts(svg)
    assert "Zero at 0.701 [0.684, 0.719]" in told(svg)
    assert "It does not pass zero" in told(draw())


def test_narrow_intervals_get_the_digits_that_tell_them_from_a_point() -> None:
    assert "zero at 0.70000012 [0.7000001, 0.70000014]" in texts(
        draw(zeros=[ZeroMark(0.70000012, 0.7000001, 0.70000014)])
    )
    assert "zero between 0.6 and 0.8" in texts(draw(zeros=[ZeroMark(np.nan, 0.6, 0.8)]))


def test_every_zero_is_said_also_where_there_are_many() -> None:
    svg = draw(zeros=[ZeroMark(k / 10, k / 10 - 0.01, k / 10 + 0.01) for k in range(2, 9)])
    assert all(f"zero at 0.{k} [" in " ".join(texts(svg)) for k in range(2, 9))
    assert told(svg).count("Zero at") == 7


def test_what_was_expected_is_an_upright_line() -> None:
    svg = draw(expected=0.4)
    (stroke,), (upright,) = lines(svg, "followed"), lines(svg, "expected")
    assert [x for x, _ in upright] == pytest.approx([stroke[3][0]] * 2, abs=0.01)
    assert "expected at 0.4" in texts(svg)
    assert "Expected at 0.4" in told(svg)
    assert part(draw(), "expected") is None


def test_where_it_was_lost_the_step_is_shaded_and_said() -> None:
    svg = draw(lost=[X[4]])
    (stroke,), (shade,) = lines(svg, "followed"), lines(svg, "lost-0")
    assert sorted({x for x, _ in shade}) == pytest.approx([stroke[3][0], stroke[4][0]], abs=0.01)
    assert "Lost from 0.4 to 0.5" in told(svg)
    assert "lost: may be another one after" in texts(svg)
    assert "Lost" not in told(draw())


def test_levels_share_the_height_and_are_cut_at_the_frame() -> None:
    svg = draw(levels=np.column_stack((LEVELS, 50 + X)))
    assert np.array(lines(svg, "level-0")[0]) == pytest.approx(np.array(lines(svg, "followed")[0]), abs=0.01)
    assert lines(svg, "level-2") == []
    assert "Levels reach beyond the frame." in " ".join(texts(svg))
    assert outside(svg) == []
    bent = draw(levels=np.column_stack((LEVELS, 50 + X)), linear=0.1)
    assert len(lines(bent, "level-2")) == 1
    assert "beyond the frame" not in bent


def test_bounds_far_wider_than_the_values_are_cut_and_said_to_be() -> None:
    svg = track(X, SOFT, np.r_[np.full(12, 0.01), np.inf], x_label="x", y_label="y", title="t")
    assert "Bounds reach beyond the frame." in texts(svg)
    assert outside(svg) == []
    (stroke,) = lines(svg, "followed")
    assert stroke[-1][1] - stroke[0][1] > 60, "the values still fill a good part of the frame"


def test_gaps_lone_points_and_nothing_at_all() -> None:
    values = SOFT.copy()
    values[[3, 5]] = np.nan
    svg = draw(values)
    assert "2 places without a number" in told(svg)
    assert [len(stroke) for stroke in lines(svg, "followed") if len(stroke) > 1] == [3, 7]
    assert part(svg, "bounds-1") is not None
    empty = track([], [], [], x_label="x", y_label="y", title="t")
    assert "no number to draw" in texts(empty)
    assert outside(track([1], [2], [1], x_label="x", y_label="y", title="t")) == []


def test_a_hundred_thousand_points_stay_small() -> None:
    x = np.linspace(0, 1, 100_000)
    noise = np.random.default_rng(0).normal(size=100_000).cumsum() / 100
    levels = noise[:, None] + np.linspace(-1, 1, 60)
    svg = track(x, noise, np.full(100_000, 0.1), levels=levels, x_label="x", y_label="y", title="t")
    assert len(svg) < 300_000
    assert "24 of 60 levels drawn" in " ".join(texts(svg))
    assert outside(svg) == []


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    svg = draw(x_label=name, y_label=name, title=name, label=name)
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 1e12)), min_size=1, max_size=7),
    st.sampled_from([None, 1e-4]),
)
def test_whatever_the_numbers_nothing_leaves_the_picture(
    rows: list[tuple[float, float]], linear: float | None
) -> None:
    values, residuals = map(np.array, zip(*rows, strict=True))
    x = np.arange(len(rows)) * 1e-6
    svg = track(
        x, values, residuals, levels=np.column_stack((values, -3 * values)), zeros=[ZeroMark(0, -1e-7, 1e-6)],
        lost=[x[-1]], x_label="x", y_label="y", title="t", linear=linear,
    )  # fmt: skip
    assert outside(svg) == []
