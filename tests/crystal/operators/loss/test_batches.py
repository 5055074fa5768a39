"""Data is the same in every pass, or it is refused; nothing of it is lost between minibatches."""

import weakref

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from polariscope.crystal.operators.loss import batches as module
from polariscope.crystal.operators.loss.batches import join, open_batches
from polariscope.errors import PolariscopeError

X, Y = torch.arange(14.0).reshape(7, 2), torch.arange(7)


def together(data: module.Batches) -> tuple[torch.Tensor, torch.Tensor]:
    parts = list(data)
    assert [part.examples for part in parts] == [len(part.targets) for part in parts]
    assert (len(parts), sum(part.examples for part in parts)) == (data.count, data.examples)
    return torch.cat([part.inputs for part in parts]), torch.cat([part.targets for part in parts])


@given(step=st.integers(1, 9))
def test_cut_tensors_make_up_the_whole_without_a_copy(step):
    data = open_batches((X, Y), step)
    x, y = together(data)
    assert torch.equal(x, X)
    assert torch.equal(y, Y)
    assert data.count == -(-7 // step)
    assert next(iter(data)).inputs.data_ptr() == X.data_ptr()


def pairs(step: int = 3) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [(X[at : at + step], Y[at : at + step]) for at in range(0, 7, step)]


@pytest.mark.parametrize("held", [0, 1 << 28])
@pytest.mark.parametrize(
    "make", [pairs, lambda: tuple(pairs()), lambda: DataLoader(TensorDataset(X, Y), batch_size=3)]
)
def test_iterables_are_read_again_as_often_as_asked(make, held, monkeypatch):
    monkeypatch.setattr(module, "HELD_BYTES", held)
    data = open_batches(make())
    for _ in range(3):
        x, y = together(data)
        assert torch.equal(x, X)
        assert torch.equal(y, Y)


def test_what_is_read_once_is_held_up_to_a_bound(monkeypatch):
    assert torch.equal(together(open_batches(iter(pairs())))[0], X)
    assert torch.equal(together(open_batches(pair for pair in pairs()))[0], X)
    monkeypatch.setattr(module, "HELD_BYTES", 100)
    with pytest.raises(PolariscopeError, match=r"^data: an iterator that is read once holds at most"):
        open_batches(iter(pairs()))


def test_a_generator_that_was_read_before_is_empty():
    spent = iter(pairs())
    list(spent)
    with pytest.raises(PolariscopeError, match=r"^data: one example or more; got no batches\. .*generator"):
        open_batches(spent)


@pytest.mark.parametrize("held", [0, 1 << 28])
def test_shuffled_data_is_refused(held, monkeypatch):
    monkeypatch.setattr(module, "HELD_BYTES", held)
    loader = DataLoader(TensorDataset(X, Y), batch_size=2, shuffle=True)
    with pytest.raises(PolariscopeError, match=r"^data: the same batches in every pass; .*shuffle=False"):
        open_batches(loader)


def test_batches_beyond_the_bound_are_not_held(monkeypatch):
    class Fresh:
        def __iter__(self):
            for _ in range(6):
                x = torch.ones(3, 2)
                alive.add(x)
                most.append(len(alive))
                yield x, torch.ones(3)

    alive, most = weakref.WeakSet(), []
    monkeypatch.setattr(module, "HELD_BYTES", 0)
    assert open_batches(Fresh()).examples == 18
    assert max(most) <= 3


def test_data_that_grows_later_is_refused(monkeypatch):
    class Growing:
        passes = 0

        def __iter__(self):
            self.passes += 1
            return iter(pairs() if self.passes < 3 else pairs()[:2])

    monkeypatch.setattr(module, "HELD_BYTES", 0)
    data = open_batches(Growing())
    with pytest.raises(PolariscopeError, match=r"7 examples at first and 6 later"):
        list(data)


def test_mappings_and_tuples_are_cut_in_all_their_tensors():
    inputs = {"ids": X, "mask": (X > 3, "kept"), "scale": 2.0}
    first, *_ = open_batches((inputs, {"labels": Y}), 2)
    assert torch.equal(first.inputs["ids"], X[:2])
    assert torch.equal(first.inputs["mask"][0], X[:2] > 3)
    assert (first.inputs["mask"][1], first.inputs["scale"]) == ("kept", 2.0)
    assert torch.equal(first.targets["labels"], Y[:2])


@pytest.mark.parametrize(
    ("data", "match"),
    [
        ((X[:0], Y[:0]), "one example or more"),
        ([], "one example or more"),
        ([(X[:0], Y[:0]), (X, Y)], "one example or more in every batch"),
        ((X, Y[:5]), r"same length, their first dimension; got shapes \[\(7, 2\), \(5,\)\]"),
        (({"a": X, "b": X[:3]}, Y), "same length"),
        ((X, torch.tensor(1)), "same length"),
        (TensorDataset(X, Y), r"a Dataset holds single examples; got TensorDataset.*DataLoader\("),
        (TensorDataset(X, X), r"a Dataset holds single examples; got TensorDataset.*DataLoader\("),
        ([X, X], r"same length|pair"),
        ([X, X, X], "pair"),
        ([{"ids": X}], r"every batch is a pair \(inputs, targets\); got dict"),
        ([(X, Y, Y)], "got 3 parts"),
        ((X.numpy(), Y.numpy()), "pair"),
        ([(X, None)], "hold tensors; got Tensor and NoneType"),
        (3, "tensors or batches; got int"),
    ],
)
def test_what_is_no_data_is_refused(data, match):
    if isinstance(data, list) and len(data) == 2 and data[0] is X:
        data = [X.tolist(), Y.tolist()]
    with pytest.raises(PolariscopeError, match=rf"^data: .*({match})"):
        open_batches(data)


@pytest.mark.parametrize("batch", [0, -1, 2.5, "2"])
def test_a_batch_is_a_count(batch):
    with pytest.raises(PolariscopeError, match=r"^batch: a number of examples, 1 or more"):
        open_batches((X, Y), batch)


def test_batches_are_not_cut_again():
    with pytest.raises(PolariscopeError, match=r"^batch: only tensors are cut into minibatches; got list"):
        open_batches(pairs(), 2)


@given(step=st.integers(1, 7))
def test_joining_undoes_cutting_in_all_tensors(step):
    inputs = {"ids": X, "mask": (X > 3, "kept"), "scale": 2.0}
    (whole,) = open_batches((inputs, {"labels": Y}))
    parts = list(open_batches((inputs, {"labels": Y}), step))
    made = join(parts)
    assert made.examples == 7
    assert all(torch.equal(own, one) for own, one in zip(made.tensors(), whole.tensors(), strict=True))
    assert all(part.form() == made.form() for part in parts)
    assert made.inputs["scale"] == 2.0


def test_forms_differ_where_tensors_cannot_be_joined_or_arguments_differ():
    def form(*inputs):
        (part,) = open_batches([(inputs, Y)])
        return part.form()

    assert form(X, 2.0) == form(X + 1, 2.0)
    assert form(X, 2.0) not in (form(X, 3.0), form(X[:, :1], 2.0), form(X.double(), 2.0), form(X))


def test_what_is_read_anew_is_known_and_what_is_made_anew_is_not(monkeypatch):
    assert [own.data_ptr() for own in open_batches((X, Y), 3).held] == [X.data_ptr(), Y.data_ptr()]
    assert len(open_batches(pairs()).held) == 6
    monkeypatch.setattr(module, "HELD_BYTES", 0)
    assert open_batches(DataLoader(TensorDataset(X, Y), batch_size=3)).held == ()
