"""The bytes that a graph saves while it is built; torch."""

from collections.abc import Iterable
from typing import final

import torch
from torch import Tensor


@final
class SavedBytes:
    """Counts while it holds.

    Args:
        known: Tensors that are there anyway: what shares their memory is left out.
    """

    def __init__(self, known: Iterable[Tensor]) -> None:
        self._known = {tensor.untyped_storage().data_ptr() for tensor in known}
        self._seen: dict[int, int] = {}
        self._hooks = torch.autograd.graph.saved_tensors_hooks(self._note, lambda tensor: tensor)

    @property
    def bytes(self) -> int:
        """Saved so far, each piece of memory once."""
        return sum(self._seen.values())

    def _note(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self._known:
            self._seen[storage.data_ptr()] = storage.nbytes()
        return tensor.detach()  # the tensor itself would hold its own node, and never be freed

    def __enter__(self) -> "SavedBytes":
        self._hooks.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._hooks.__exit__(*error)
