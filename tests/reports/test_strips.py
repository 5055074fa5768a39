"""Every value is a dot, and no dot hides another."""

from math import nan
from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from polariscope.reports.strips import Strip, stack, strips


def draw(*rows: Strip) -> str:
    return strips(rows, limits=(0, 1), reference=0.5, reference_label="chance", axis="AUROC", title="t")


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


@given(st.lists(st.floats(0, 1), max_size=60))
def test_no_two_dots_share_a_place_and_none_moves_far(values: list[float]) -> None:
    x, level = stack(np.array(values, dtype=float), 0.02)
    assert len(set(zip(x.tolist(), level.tolist(), strict=True))) == len(values)
    assert all(abs(x - values) <= 0.01 + 1e-9)


def test_means_and_sizes_are_written() -> None:
    svg = draw(Strip("own", (0.8, 0.9)), Strip("others", (0.5, nan, 0.7), 1))
    assert {"own", "mean 0.85, n = 2", "mean 0.60, n = 2, 1 not a number"} <= set(texts(svg))


def test_a_row_without_values_says_so() -> None:
    assert "mean not a number, n = 0" in texts(draw(Strip("own", ())))


def test_many_equal_values_stay_within_the_figure() -> None:
    svg = draw(Strip("own", (0.5,) * 500))
    root = ElementTree.fromstring(svg)
    height = float(root.attrib["viewBox"].split()[3])
    places = [float(e.attrib["y"]) for e in root.iter() if e.tag.endswith("use")]
    assert len(places) > 500
    assert all(0 <= y <= height for y in places)
