"""Each value stands over its rank, open where it is open, and what is unlisted has its line."""

import re
from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from polariscope.reports.scree import ScreeEnd, scree

HOSTILE = '<script>alert("1")</script> & \u202e'


def end(side: Any, values: Any, residuals: Any = None, converged: Any = None, beyond: float = nan) -> ScreeEnd:
    residuals = np.full(np.size(values), 1e-9) if residuals is None else residuals
    return ScreeEnd(side, values, residuals, [True] * np.size(values) if converged is None else converged, beyond)


def draw(*ends: ScreeEnd, **more: Any) -> str:
    return scree(ends, **{"axis": "eigenvalue", "title": "t"} | more)


def groups(svg: str, name: str) -> list[ElementTree.Element]:
    return [e for e in ElementTree.fromstring(svg).iter() if e.attrib.get("id", "").endswith(f"-{name}")]


def corners(svg: str, name: str) -> Any:
    paths = " ".join(e.attrib.get("d", "") for group in groups(svg, name) for e in group.iter())
    return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)])


def marks(svg: str, name: str) -> Any:
    uses = [e for group in groups(svg, name) for e in group.iter() if e.tag.endswith("use")]
    return np.array([(float(e.attrib["x"]), float(e.attrib["y"])) for e in uses]).reshape(-1, 2)


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]


def told(svg: str) -> str:
    return next(e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("desc"))


def test_values_stand_over_their_ranks_in_proportion_from_both_ends_inwards() -> None:
    svg = draw(end("largest", [4.0, 2.0, 1.0]), end("smallest", [-2.0, -1.0]))
    largest, smallest = marks(svg, "largest-converged"), marks(svg, "smallest-converged")
    assert np.diff(largest[:, 0]) == pytest.approx(np.full(2, largest[1, 0] - largest[0, 0]), abs=0.01)
    assert largest[0, 0] < largest[-1, 0] < smallest[1, 0] < smallest[0, 0], "the outermost are on the outside"
    zero = corners(svg, "largest-zero")[0, 1]
    heights = zero - np.r_[largest[:, 1], smallest[:, 1]]
    assert heights == pytest.approx(heights[2] * np.array([4, 2, 1, -2, -1]), abs=0.02)


def test_the_dashed_line_of_each_end_is_at_its_bound() -> None:
    svg = draw(end("largest", [4.0, 2.0], beyond=2.0), end("smallest", [-3.0, -1.0], beyond=-1.0))
    assert corners(svg, "largest-beyond")[:, 1] == pytest.approx(
        marks(svg, "largest-converged")[[1, 1], 1], abs=0.01
    )
    assert corners(svg, "smallest-beyond")[:, 1] == pytest.approx(
        marks(svg, "smallest-converged")[[1, 1], 1], abs=0.01
    )


def test_a_bound_that_is_no_number_draws_no_line_and_is_told() -> None:
    for beyond in (nan, inf, -inf):
        svg = draw(end("largest", [1.0], beyond=beyond))
        assert not groups(svg, "largest-beyond")
        assert "no bound on the others" in told(svg)


def test_what_has_not_converged_is_open_and_only_that() -> None:
    svg = draw(end("largest", [3.0, 2.0, 1.0], converged=[True, False, True]))
    filled, open_ = marks(svg, "largest-converged"), marks(svg, "largest-open")
    assert (len(filled), len(open_)) == (2, 1)
    assert filled[0, 0] < open_[0, 0] < filled[1, 0]
    style = "".join(ElementTree.tostring(group, "unicode") for group in groups(svg, "largest-open"))
    assert re.search("fill: none|fill-opacity: 0;", style)
    assert {"converged", "not converged"} <= set(texts(svg))
    assert "not converged" not in texts(draw(end("largest", [3.0])))


def test_a_bar_reaches_one_residual_to_each_side() -> None:
    svg = draw(end("largest", [4.0, 3.0, 2.0], residuals=[0.0, 0.5, nan]))
    four, three, _ = marks(svg, "largest-converged")[:, 1]
    bars = corners(svg, "largest-residuals").reshape(-1, 2, 2)
    assert len(bars) == 2, "a residual that is no number has no bar"
    assert sorted(bars[1, :, 1] - three) == pytest.approx([(four - three) / 2, (three - four) / 2], abs=0.02)


def test_residuals_too_small_to_be_seen_are_said_in_words() -> None:
    said = " ".join(texts(draw(end("largest", [4.0, 3.0], residuals=[2e-9, 3e-7]))))
    assert "2×10⁻⁹ to 3×10⁻⁷" in said


def test_a_height_about_zero_gives_decades_the_same_step() -> None:
    svg = draw(end("largest", [100.0, 10.0, 1.0]), linear=0.001)
    steps = np.diff(marks(svg, "largest-converged")[:, 1])
    assert steps[0] == pytest.approx(steps[1], abs=0.05)
    assert "logarithmic beyond" in " ".join(texts(svg))


def test_the_words_hold_the_numbers() -> None:
    words = told(
        draw(
            end("largest", [5.2, nan, 0.41], [2e-9, nan, 0.003], [True, False, False], 0.3),
            end("smallest", [-0.031], beyond=-0.02),
        )
    )
    assert "2 values from the largest: 5.2 ± 2×10⁻⁹, 0.41 ± 0.003 (not converged); 1 converged" in words
    assert "1 not finite; nothing unlisted above 0.3" in words
    assert "1 value from the smallest: −0.031" in words
    assert "nothing unlisted below −0.02" in words


def test_a_value_that_is_lost_keeps_its_rank() -> None:
    whole = marks(draw(end("largest", [3.0, 2.0, 1.0])), "largest-converged")
    lost = marks(draw(end("largest", [3.0, nan, 1.0])), "largest-converged")
    assert lost[:, 0] == pytest.approx(whole[[0, 2], 0], abs=0.01)


def figures() -> dict[str, str]:
    rng = np.random.default_rng(0)
    bulk = np.sort(np.r_[rng.normal(0, 1e-3, 2681), [5.2, 2.3, 0.97, 0.41]])
    top, bottom, far = bulk[::-1][:10], bulk[:10], np.geomspace(1e-6, 1e3, 10)
    return {
        "hessian": draw(
            end("largest", top, beyond=top[-1]), end("smallest", bottom, beyond=bottom[-1]), linear=1e-3
        ),
        "open": draw(end("largest", top, far, far < 1), end("smallest", bottom, far, far < 1e-3)),
        "hostile": draw(end("largest", top), axis=HOSTILE, title=HOSTILE, certainty=HOSTILE),
        "long": draw(end("largest", top, beyond=1.0), axis="long " * 90, certainty="long " * 20),
        "empty": draw(end("largest", []), end("smallest", [nan], [nan], [False])),
        "one": draw(end("largest", [1.0])),
        "equal": draw(end("largest", [2.0] * 5, beyond=2.0), end("smallest", [2.0] * 5, beyond=2.0)),
        "zero": draw(end("smallest", [0.0, 0.0], [0.0, 0.0], beyond=0.0)),
        "infinite": draw(end("largest", [inf, 1.0], [inf, inf], [False, False], inf)),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return figures()


def test_every_figure_is_the_same_bytes_again(drawn: dict[str, str]) -> None:
    assert figures() == drawn


def test_nothing_stands_outside_of_a_figure(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        width, height = (float(each) for each in ElementTree.fromstring(svg).attrib["viewBox"].split()[2:])
        points = [(float(x), float(y)) for x, y in re.findall(r'<(?:use|text) [^>]*?x="(\S+)" y="(\S+)"', svg)]
        for path in re.findall(r'<path d="([^"]+)"', re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)):
            points += [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path)]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points), name


def test_foreign_labels_stay_text(drawn: dict[str, str]) -> None:
    assert "<script" not in drawn["hostile"]
    assert "\u202e" not in drawn["hostile"]


def test_what_is_empty_says_so(drawn: dict[str, str]) -> None:
    assert texts(drawn["empty"]).count("no number to draw") == 2
    assert "0 values from the largest" in told(drawn["empty"])


def test_a_hundred_thousand_values_stay_small() -> None:
    values = np.sort(np.random.default_rng(0).normal(size=100_000))
    some = np.arange(100_000) % 3 == 0
    both = (end("largest", values[::-1], 0.1 * some, some), end("smallest", values, 0.1 * some, some))
    svg = draw(*both)
    assert len(svg) < 300_000
    assert len(told(svg)) < 3_000
