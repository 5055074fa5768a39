"""Data as minibatches: a pair of tensors, cut as asked, or any iterable of (inputs, targets); torch.

What is read here is read again at every product, so it has to be the same each time: an iterable is passed through
twice and its contents compared, and what can be read only once is kept, up to a bound.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from polariscope.errors import PolariscopeError

HELD_BYTES = 1 << 28
"""Most bytes of an iterable's batches that are held (256 MiB); a longer one is read anew at every product."""


@dataclass(frozen=True, eq=False)
class Minibatch:
    """Some examples, along the first dimension of every tensor.

    Args:
        inputs: One tensor, a tuple (the model's arguments) or a mapping (its keywords).
        targets: What the loss compares with; as the loss takes it.
        examples: How many.
    """

    inputs: Any
    targets: Any
    examples: int

    def map(self, change: Callable[[Tensor], Tensor]) -> "Minibatch":
        """Change every tensor."""
        return Minibatch(_map(self.inputs, change), _map(self.targets, change), self.examples)

    def tensors(self) -> list[Tensor]:
        """All tensors, inputs first."""
        return [*tensors_in(self.inputs), *tensors_in(self.targets)]

    def cut(self, start: int, stop: int) -> "Minibatch":
        """Examples start to stop, as views."""
        part = self.map(lambda tensor: tensor[start:stop])
        return Minibatch(part.inputs, part.targets, min(stop, self.examples) - start)

    def form(self) -> tuple[Any, Any]:
        """All but the examples: what is alike in minibatches that can be joined."""
        return _form(self.inputs), _form(self.targets)


def join(parts: Sequence[Minibatch]) -> Minibatch:
    """Put minibatches of one form together, as a copy."""
    whole = iter([torch.cat(pieces) for pieces in zip(*(part.tensors() for part in parts), strict=True)])
    made = parts[0].map(lambda _: next(whole))
    return Minibatch(made.inputs, made.targets, sum(part.examples for part in parts))


@dataclass(frozen=True, eq=False)
class Batches:
    """Minibatches that can be read any number of times, always the same.

    Args:
        source: Minibatches, or pairs that become such.
        examples: In all.
        count: Minibatches.
        held: The tensors that are read anew at every product; none where the iterable makes new ones.
    """

    source: Iterable[Any]
    examples: int
    count: int
    held: tuple[Tensor, ...] = ()

    def __iter__(self) -> Iterator[Minibatch]:
        seen = 0
        for item in self.source:
            part = item if isinstance(item, Minibatch) else _minibatch(item)
            seen += part.examples
            yield part
        if seen != self.examples:
            _refuse_change(f"{self.examples} examples at first and {seen} later")


def open_batches(data: Any, batch: int | None = None) -> Batches:
    """Read data, once or twice, and make it readable for good.

    Args:
        data: (inputs, targets), the targets a tensor or a dict of tensors; or an iterable of such pairs, whose
            targets may also be tuples, such as a ``DataLoader`` with ``shuffle=False``. An iterable's batches are
            held up to `HELD_BYTES`; a longer one must be readable more than once.
        batch: Most examples in one minibatch of (inputs, targets). Default: all in one.

    Returns:
        The minibatches.

    Raises:
        PolariscopeError: There are no examples, or no pairs, or their lengths differ; two passes differ; the data
            can be read only once and is longer than what is held, or is a ``Dataset`` of single examples; `batch`
            is no count, or data comes in batches.
    """
    if batch is not None and (not isinstance(batch, int) or batch < 1):
        raise PolariscopeError("batch", "a number of examples, 1 or more", batch, "leave it out for all in one")
    if _is_whole(data):
        whole = _minibatch(data)
        step = batch or whole.examples
        parts = tuple(whole.cut(at, at + step) for at in range(0, whole.examples, step))
        return Batches(parts, whole.examples, len(parts), tuple(whole.tensors()))
    if isinstance(data, Dataset):
        cure = "wrap it: DataLoader(dataset, batch_size=64, shuffle=False)"
        rule = "batches; a Dataset holds single examples"
        raise PolariscopeError("data", rule, type(data).__name__, cure)
    if batch is not None:
        cure = "give the iterable its batch size, or give (inputs, targets) as tensors"
        raise PolariscopeError("batch", "only tensors are cut into minibatches", type(data).__name__, cure)
    return _from_iterable(data)


def _is_whole(data: Any) -> bool:
    return isinstance(data, (tuple, list)) and len(data) == 2 and isinstance(data[1], (Tensor, Mapping))


def _from_iterable(data: Any) -> Batches:
    try:
        iterator = iter(data)
    except TypeError as error:
        cure = "give (inputs, targets), or an iterable of such pairs"
        raise PolariscopeError("data", "tensors or batches", type(data).__name__, cure) from error
    once, marks, examples = iterator is data, [], 0
    held: list[Minibatch] = []
    room = float("inf") if isinstance(data, Sequence) else HELD_BYTES
    for item in iterator:
        part = _minibatch(item)
        examples += part.examples
        marks.append(b"" if once or isinstance(data, Sequence) else _mark(part))
        room -= sum(tensor.nbytes for tensor in part.tensors())
        if once and room < 0:
            _refuse_long()
        held.append(part)
        if room < 0:
            held.clear()
    if not marks:
        cure = "give at least one example; a generator that was read before has none left"
        raise PolariscopeError("data", "one example or more", "no batches", cure)
    if any(marks):
        _read_again(data, marks)
    tensors = tuple(tensor for part in held for tensor in part.tensors())
    return Batches(tuple(held) if room >= 0 else data, examples, len(marks), tensors if room >= 0 else ())


def _refuse_long() -> None:
    cure = "give a list or a DataLoader, which can be read at every product"
    rule = f"an iterator that is read once holds at most {HELD_BYTES >> 20} MiB"
    raise PolariscopeError("data", rule, "a longer one", cure)


def _read_again(data: Iterable[Any], marks: list[bytes]) -> None:
    again = [_mark(_minibatch(item)) for item in data]
    if again != marks:
        _refuse_change("other batches in the second pass than in the first")


def _refuse_change(value: str) -> None:
    cure = "build the DataLoader with shuffle=False and without random transforms"
    raise PolariscopeError("data", "the same batches in every pass", value, cure)


def _minibatch(item: Any) -> Minibatch:
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        got = f"{len(item)} parts" if isinstance(item, (tuple, list)) else type(item).__name__
        raise PolariscopeError("data", "every batch is a pair (inputs, targets)", got, "give pairs of tensors")
    inputs, targets = (tuple(part) if isinstance(part, list) else part for part in item)
    shapes = [tuple(tensor.shape) for tensor in (*tensors_in(inputs), *tensors_in(targets))]
    if not tensors_in(inputs) or not tensors_in(targets):
        cure = "give torch tensors; torch.from_numpy makes them of arrays"
        got = f"{type(inputs).__name__} and {type(targets).__name__}"
        raise PolariscopeError("data", "inputs and targets are or hold tensors", got, cure)
    if any(not shape for shape in shapes) or len({shape[0] for shape in shapes}) != 1:
        cure = (
            "give every tensor one row an example; wrap a dataset of single examples in a DataLoader, and bind "
            "what is not per example to the model"
        )
        rule = "inputs and targets have the same length, their first dimension"
        raise PolariscopeError("data", rule, f"shapes {shapes}", cure)
    if shapes[0][0] == 0:
        raise PolariscopeError("data", "one example or more in every batch", "0", "leave empty batches out")
    return Minibatch(inputs, targets, shapes[0][0])


def _map(tree: Any, change: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(tree, Tensor):
        return change(tree)
    if isinstance(tree, Mapping):
        return {key: _map(value, change) for key, value in tree.items()}
    return tuple(_map(value, change) for value in tree) if isinstance(tree, (tuple, list)) else tree


def tensors_in(tree: Any) -> list[Tensor]:
    """All tensors of a nest of tuples, lists and mappings, in order."""
    if isinstance(tree, Tensor):
        return [tree]
    values: Any = tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, (tuple, list)) else ()
    return [tensor for value in values for tensor in tensors_in(value)]


def _form(tree: Any) -> Any:
    if isinstance(tree, Tensor):
        return tree.shape[1:], tree.dtype
    if isinstance(tree, Mapping):
        return [(key, _form(value)) for key, value in tree.items()]
    return [_form(value) for value in tree] if isinstance(tree, (tuple, list)) else repr(tree)


def _mark(part: Minibatch) -> bytes:
    mark = blake2b(digest_size=16)
    for tensor in part.tensors():
        mark.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return mark.digest()
