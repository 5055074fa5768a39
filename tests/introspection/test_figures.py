"""What is drawn of a summary carries its numbers."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from polariscope.introspection.figures import draw_accuracy, draw_confusions, draw_separation, draw_sweep
from polariscope.introspection.outcome import Outcome
from polariscope.introspection.wording import LABELS

Planted = Callable[[str], Outcome]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


def test_every_condition_stands_with_both_its_accuracies(planted: Planted) -> None:
    summary = planted("perfect").summary
    shown = texts(draw_accuracy(summary, summary.settings[0]))
    for found in summary.settings[0].conditions:
        assert {LABELS[found.name], f"{found.accuracy.value:.1%}", f"{found.corrected.value:.1%}"} <= set(shown)
    assert "chance 33.3%" in shown


def test_a_perfect_reader_fills_the_diagonal_of_the_concept_only(planted: Planted) -> None:
    summary = planted("perfect").summary
    *panels, _ = draw_confusions(summary, summary.settings[0])
    assert len(panels) == len(summary.settings[0].conditions)
    cells = [text for text in texts(panels[0]) if text in {"0", "100"}]
    assert sorted(cells) == ["0"] * 6 + ["100"] * 3
    assert "100" not in texts(panels[1])


def test_a_constant_answerer_fills_a_column_not_a_row(planted: Planted) -> None:
    summary = planted("constant").summary
    panel, *_ = draw_confusions(summary, summary.settings[0])
    assert [text for text in texts(panel) if text in {"0", "100"}] == ["0", "100", "0"] * 3


def test_separation_is_that_of_the_block(planted: Planted) -> None:
    rows = [
        {"kind": "separation", "block": block, "auroc": value, "auroc_others": 0.5}
        for block, value in ((1, 0.9), (2, 0.6))
    ]
    assert "mean 0.60, n = 1" in texts(draw_separation(rows, 2))


BLOCKS, DOSES = "injected block, of 0 to 29", "dose (× the vector’s norm)"


@pytest.mark.parametrize(
    ("name", "lines", "axis"),
    [
        ("sweep", {"Concept vector", "Random direction", "Mismatched lines", "“Most abstract?”"}, BLOCKS),
        ("grid", {"dose 2", "dose 50"}, BLOCKS),
        ("doses", {"Concept vector", "Random direction"}, DOSES),
    ],
)
def test_a_sweep_is_drawn_over_what_was_swept(planted: Planted, name: str, lines: set[str], axis: str) -> None:
    found = planted(name)
    raw, corrected = draw_sweep(found.summary, found.run.experiment, 30)
    for svg in (raw, corrected):
        assert lines | {axis, "chance 33.3%"} <= set(texts(svg))
    assert "accuracy as answered" in texts(raw)
    assert "accuracy, prior-corrected" in texts(corrected)


def test_a_setting_that_lacks_a_condition_leaves_a_gap(planted: Planted) -> None:
    summary = planted("sweep").summary
    first = replace(summary.settings[0], conditions=summary.settings[0].conditions[:1])
    partial = replace(summary, settings=(first, *summary.settings[1:]))
    raw, _ = draw_sweep(partial, planted("sweep").run.experiment, 30)
    assert "Random direction: not a number at 0" in raw
