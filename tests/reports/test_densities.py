"""A density stands where its numbers are, and its words hold them."""

import re
from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from polariscope.reports.densities import DensityLine, Values, density
from polariscope.reports.scales import axis_points
from polariscope.reports.text import visible

HOSTILE = '<script>alert("1")</script> & \u202e $\\frac$'


def draw(x: Any, *curves: DensityLine, **more: Any) -> str:
    return density(x, curves, **{"axis": "λ", "y_label": "density", "title": "t"} | more)


def bell(x: Any, middle: float = 0.0, width: float = 1.0) -> Any:
    return np.exp(-(((np.asarray(x) - middle) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))


def group(svg: str, name: str) -> ElementTree.Element:
    return next(e for e in ElementTree.fromstring(svg).iter() if e.attrib.get("id", "").endswith(f"-{name}"))


def corners(svg: str, name: str) -> Any:
    paths = " ".join(e.attrib.get("d", "") for e in group(svg, name).iter())
    return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)])


def marks(svg: str, name: str) -> Any:
    return np.array([float(e.attrib["x"]) for e in group(svg, name).iter() if e.tag.endswith("use")])


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]


def told(svg: str) -> str:
    return next(e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("desc"))


def test_heights_are_in_proportion_to_the_density_from_zero_on() -> None:
    svg = draw([0, 1, 2, 3], DensityLine("a", [0, 1, 2, 4]))
    y = corners(svg, "curve-0")[:, 1]
    assert y[0] - y == pytest.approx((y[0] - y[1]) * np.array([0, 1, 2, 4]), abs=0.01)


def test_a_logarithmic_height_gives_each_factor_of_ten_the_same_step_and_ends_at_its_floor() -> None:
    svg = draw([0, 1, 2, 3], DensityLine("a", [0.001, 0.01, 0.1, 1.0]), floor=0.001)
    steps = np.diff(corners(svg, "curve-0")[:, 1])
    assert steps == pytest.approx(np.full(3, steps[0]), abs=0.01)
    cut = corners(draw([0, 1, 2, 3], DensityLine("a", [0.0, 1e-9, 0.1, 1.0]), floor=0.001), "curve-0")
    assert cut[:, 1].max() == pytest.approx(corners(svg, "curve-0")[:, 1].max(), abs=0.01)


def test_known_and_extreme_values_stand_on_the_axis_of_the_curve() -> None:
    x, values = [0.0, 1.0, 2.0, 4.0], [1.0, 2.0]
    svg = draw(x, DensityLine("a", [1] * 4), known=Values("k", values), extremes=Values("e", values))
    places = corners(svg, "curve-0")[:, 0]
    assert corners(svg, "known")[::2, 0] == pytest.approx(places[[1, 2]], abs=0.01)
    assert marks(svg, "extremes") == pytest.approx(places[[1, 2]], abs=0.01)


def test_points_of_an_axis_about_zero_are_equally_far_apart_in_the_figure() -> None:
    x = axis_points(-1, 10, 12, 0.01)
    places = corners(draw(x, DensityLine("a", np.arange(12)), linear=0.01), "curve-0")[:, 0]
    assert np.diff(places) == pytest.approx(np.full(11, np.diff(places).mean()), abs=0.02)


def test_a_band_is_one_standard_error_to_each_side() -> None:
    svg = draw([0, 1, 2], DensityLine("a", [2, 2, 2], [1, 1, 1]), DensityLine("b", [0, 2, 2]))
    zero, two = corners(svg, "curve-1")[0, 1], corners(svg, "curve-0")[0, 1]
    per_unit = (zero - two) / 2
    assert sorted({round(y, 2) for y in corners(svg, "band-0")[:, 1]}) == pytest.approx(
        [zero - 3 * per_unit, zero - per_unit], abs=0.02
    )


def test_the_words_hold_the_numbers() -> None:
    x = np.linspace(-3, 3, 61)
    svg = draw(
        x, DensityLine("estimate", bell(x), np.full(61, 0.01)), DensityLine("exact", bell(x)),
        known=Values("known", [-1.5, nan, 0.25]), extremes=Values("converged", [2.75]), floor=0.001,
    )  # fmt: skip
    words = told(svg)
    assert "estimate: highest 0.399 ± 0.01 at 0" in words
    assert "exact: highest 0.399 at 0" in words
    assert "known: −1.5, 0.25, 1 not finite" in words
    assert "converged: 2.75" in words
    assert "begins at 0.001" in words


def test_a_place_without_a_number_is_a_gap_and_is_told() -> None:
    svg = draw([0, 1, 2, 3, 4], DensityLine("a", [1, 1, nan, 1, 1]))
    whole = draw([0, 1, 2, 3, 4], DensityLine("a", [1, 1, 1, 1, 1]))
    missing = set(corners(whole, "curve-0")[:, 0]) - set(corners(svg, "curve-0")[:, 0])
    assert len(missing) == 1
    assert "1 place without a number" in told(svg)


def test_extremes_that_are_written_alike_share_a_name() -> None:
    svg = draw([0, 1, 2], DensityLine("a", [1, 2, 1]), extremes=Values("e", [1.0, 1.0, 2.0]))
    assert {"1 (2×)", "2"} <= set(texts(svg))


def figures() -> dict[str, str]:
    x = np.linspace(-4, 4, 200)
    rng = np.random.default_rng(0)
    bulk = np.r_[rng.normal(0, 1e-3, 2681), [5.2, 2.3, 0.97, 0.41]]
    wide = axis_points(-0.1, 7, 400, 0.01)
    hessian = DensityLine("e", bell(wide, 0, 0.01), 0.1 * bell(wide, 0, 0.01))
    extremes = Values("e", [5.2, 2.3, 0.97, 0.41, -0.003, -0.0029])
    return {
        "hessian": draw(wide, hessian, known=Values("k", bulk), extremes=extremes, linear=0.01, floor=1e-3),
        "many extremes": draw(x, DensityLine("a", bell(x)), extremes=Values("e", rng.normal(size=80))),
        "hostile": draw(x, DensityLine(HOSTILE, bell(x)), axis=HOSTILE, y_label=HOSTILE, title=HOSTILE),
        "long": draw(x, DensityLine("long " * 90, bell(x)), axis="long " * 90, y_label="long " * 90),
        "empty": draw([], DensityLine("a", [], [])),
        "nothing": draw([]),
        "nan": draw([0, 1], DensityLine("a", [nan, nan], [nan, nan]), known=Values("k", [nan, inf])),
        "one": draw([1.0], DensityLine("a", [2.0], [0.5]), known=Values("k", [1.0]), extremes=Values("e", [1.0])),
        "equal": draw([0, 1, 2], DensityLine("a", [0, 0, 0]), known=Values("k", [1.0] * 500)),
        "below its floor": draw([0, 1], DensityLine("a", [1e-9, 0]), floor=0.1),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return figures()


def test_every_figure_is_the_same_bytes_again(drawn: dict[str, str]) -> None:
    assert figures() == drawn


def test_nothing_stands_outside_of_a_figure(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        root = ElementTree.fromstring(svg)
        width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
        points = [(float(x), float(y)) for x, y in re.findall(r'<(?:use|text) [^>]*?x="(\S+)" y="(\S+)"', svg)]
        for path in re.findall(r'<path d="([^"]+)"', re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)):
            points += [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path)]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points), name


def test_foreign_labels_stay_text(drawn: dict[str, str]) -> None:
    assert "<script" not in drawn["hostile"]
    assert "\u202e" not in drawn["hostile"]
    assert visible(HOSTILE) in texts(drawn["hostile"])


def test_what_is_empty_says_so(drawn: dict[str, str]) -> None:
    for name in ("empty", "nan"):
        assert "a: no number to draw" in told(drawn[name])
        assert "no number to draw" in texts(drawn[name])
    assert "2 not finite" in told(drawn["nan"])


def test_a_hundred_thousand_points_and_values_stay_small() -> None:
    x, rng = np.linspace(-5, 5, 100_000), np.random.default_rng(0)
    noisy = bell(x) + 0.02 * rng.random(100_000)
    known = Values("k", rng.normal(size=100_000))
    assert len(draw(x, DensityLine("a", noisy, np.full(100_000, 0.05)), known=known, extremes=known)) < 300_000
