"""A name finds a specimen or a function; everything else is refused before torch has anything to do."""

import pytest

from llc_small import small_run
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.subjects import ALONG_TRAINING, find_subject
from polariscope.errors import PolariscopeError


def find(subject, **fields):
    return find_subject(make_llc(subject=subject, **fields))


@pytest.mark.parametrize(
    ("name", "free", "known"),
    [
        ("reduced-rank:4,3,2", 14, True),
        ("monomial", 2, True),
        ("superposition:5", 18, True),
        ("network", 2685, False),
    ],
)
def test_a_specimen_is_found_by_its_name(name, free, known):
    found = find(name)
    (point,) = found.points
    assert (found.name, point.at, point.local.free) == (name, None, free)
    assert (found.known is not None) == known


@pytest.mark.parametrize("subject", ["reduced-rank", "nowhere:made", "network"])
def test_checkpoints_that_are_not_there_cannot_be_matched(subject):
    with pytest.raises(PolariscopeError) as caught:
        find(subject, matched=True)
    assert str(caught.value) == (
        f"--matched: checkpoints of a training run, whose losses can be matched; got {subject}. "
        "Cure: leave it out, or examine modular-addition."
    )


@pytest.mark.parametrize("name", ALONG_TRAINING)
def test_a_training_run_has_its_checkpoints_in_order(monkeypatch, name):
    asked = []
    monkeypatch.setattr(opening, "modular_addition_run", lambda steps: asked.append(steps) or small_run())
    found = find(name)
    (steps,) = asked
    assert list(steps) == sorted(steps)
    assert len(steps) > 2
    assert [(point.name, point.at) for point in found.points] == [
        ("step 10", 10.0), ("step 40", 40.0), ("step 160", 160.0)
    ]  # fmt: skip
    losses = [point.local.surface.loss() for point in found.points]
    assert losses == sorted(losses, reverse=True)
    assert found.target == losses[0]


@pytest.mark.parametrize("name", ["zzz", "mine.py:network", "a b:c", "monomial:0"])
def test_what_is_no_name_is_refused_before_torch_is_needed(monkeypatch, name):
    monkeypatch.setattr(opening, "open_subject", lambda *_: pytest.fail("it is opened"))
    with pytest.raises(PolariscopeError):
        find(name)
