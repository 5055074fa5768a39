"""Confusion matrices: shares of a row, one scale, the diagonal framed."""

from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from polariscope.reports.confusions import confusions, row_shares


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


@given(arrays(np.int64, (4, 4), elements=st.integers(0, 50)))
def test_a_row_adds_up_to_one_or_was_never_answered(counts: np.ndarray) -> None:
    shares = row_shares(counts)
    for share, count in zip(shares, counts, strict=True):
        assert np.isnan(share).all() if count.sum() == 0 else np.isclose(share.sum(), 1)


def test_each_panel_holds_its_numbers_and_all_share_one_scale() -> None:
    *panels, scale = confusions([("one", [[3, 1], [0, 4]]), ("two", [[0, 2], [5, 5]])], chance=0.5)
    assert [texts(panel)[0] for panel in panels] == ["one", "two"]
    assert {"75", "25", "0", "100"} <= set(texts(panels[0]))
    assert texts(panels[1]).count("50") == 2
    assert "chance 50" in texts(scale)


def test_a_row_without_answers_is_left_empty_not_called_zero() -> None:
    (panel, _) = confusions([("one", [[0, 0], [1, 3]])], chance=0.5)
    assert "0" not in texts(panel)
    assert "injected 1: –, –" in panel


def test_many_positions_are_drawn_without_numbers_in_cells() -> None:
    (panel, scale) = confusions([("one", np.eye(20, dtype=int) * 7)], chance=0.05)
    assert "100" not in texts(panel)
    assert "0" not in texts(scale), "the mark of chance stands there"


def test_the_same_counts_give_the_same_bytes() -> None:
    assert confusions([("one", [[3, 1], [0, 4]])], chance=0.5) == confusions(
        [("one", [[3, 1], [0, 4]])], chance=0.5
    )
