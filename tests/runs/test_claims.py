"""What a run claims stands for itself: frozen, whole, and honest about unfinished cells."""

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from polariscope.runs import Claims


def claims(**changes: Any) -> Claims:
    told = {"run": "0a", "instrument": "demo", "model": "tiny", "answer": "no", "headline": "No."}
    return Claims(**(told | {"finished": 3, "total": 3} | changes))


def test_it_is_complete_exactly_when_every_cell_is_finished() -> None:
    assert [claims(finished=done).complete for done in range(4)] == [False, False, False, True]


def test_nothing_of_it_can_be_changed() -> None:
    found = claims()
    for field in fields(found):
        with pytest.raises(FrozenInstanceError):
            setattr(found, field.name, None)


@pytest.mark.parametrize(("finished", "total"), [(4, 3), (-1, 3), (0, 0)])
def test_a_progress_that_cannot_be_is_no_claim(finished: int, total: int) -> None:
    with pytest.raises(ValueError, match="no progress"):
        claims(finished=finished, total=total)
