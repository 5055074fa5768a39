"""Single values are named without touching, and many become few lines."""

import numpy as np

from drawn_svg import lines, marks, outside, texts
from polariscope.reports.densities import DensityLine, Values, density


def draw(**values: Values) -> str:
    return density([0.0, 4.0], [DensityLine("a", [1, 1])], **values, axis="x", y_label="y", title="t")


def test_values_that_are_written_alike_share_a_name() -> None:
    svg = draw(extremes=Values("single", [1.0, 1.0 + 1e-12, 1.001, 3.0]))
    assert {"1 (3×)", "3"} <= set(texts(svg))
    assert len(marks(svg, "extremes")) == 2


def test_too_many_names_are_fewer_and_stay_within() -> None:
    svg = draw(extremes=Values("single", np.linspace(1, 1.1, 90)))
    named = [text for text in texts(svg) if text.endswith("×)")]
    assert outside(svg) == []
    assert {"1 (5×)", "1.1 (5×)"} <= set(named), "the ends have names"
    assert len(named) < 11


def test_every_value_has_its_upright_line_until_they_fall_together() -> None:
    assert len(lines(draw(known=Values("known", [0.5, 1, 2])), "known")) == 3
    many = draw(known=Values("known", np.linspace(0, 4, 50_000)))
    assert 300 < len(lines(many, "known")) < 800
