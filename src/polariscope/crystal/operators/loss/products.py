"""Products V -> H V of a matrix that is known by two derivatives, summed over minibatches; torch in, torch out.

Parameters and data stay as they are between products. So each minibatch's gradient is built once as a graph, and
every product is one more backward pass through that graph: the second derivative of what was saved, exact to
rounding. The graphs of all minibatches are kept where they fit in `curvature.KEEP_BYTES`; else each is built anew
and serves all columns of one call.

A product with a multilayer perceptron's Hessian takes two gradients' matrix products; ``bench/spectra.py`` prints
what it takes in time, by size.
"""

from collections.abc import Iterator, Sequence
from typing import final

import numpy as np
import torch
from torch import Tensor

from polariscope.crystal.operators.loss.curvature import Curvature, Way, choose_plan
from polariscope.crystal.operators.loss.objective import Objective
from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.errors import PolariscopeError


@final
class Product:
    """V -> sum_b c_b C_b V for columns V, in the dtype and on the device of the parameters.

    Args:
        objective: What is differentiated.
        ways: Tried in turn on the first minibatch; the first that works is used from then on.
        blocks: Indices of each block's parameters; entries between blocks are zero.

    Raises:
        PolariscopeError: None of the ways works.
    """

    def __init__(self, objective: Objective, ways: Sequence[Way], blocks: Sequence[Sequence[int]]) -> None:
        self.objective, self.blocks = objective, tuple(blocks)
        self.size = sum(objective.sizes)
        self._plan = choose_plan(objective, ways)
        self._graphs: list[tuple[float, Curvature]] = []

    @property
    def way(self) -> str:
        """The way that is used."""
        return self._plan.way.name

    @property
    def kept(self) -> bool:
        """Whether the graphs of all minibatches are kept."""
        return self._plan.kept

    def __call__(self, vectors: Tensor) -> Tensor:
        """Multiply.

        Args:
            vectors: (n,) or (n, k), of any real dtype.

        Returns:
            The products, of the same shape, in the dtype of the computation.

        Raises:
            PolariscopeError: Another shape, or the parameters were changed since this was built.
        """
        objective = self.objective
        if vectors.ndim not in {1, 2} or len(vectors) != self.size:
            rule = f"({self.size},) or ({self.size}, k), one row an entry of the parameters"
            raise PolariscopeError("vectors", rule, f"shape {tuple(vectors.shape)}", "give columns")
        objective.check_unchanged()
        if self._plan.kept:
            self._open_all()
        with objective.arithmetic() if self._plan.kept else objective.reading():
            columns = vectors.detach().reshape(self.size, -1).T
            rows = columns.to(objective.device, objective.dtype).contiguous()
            total = torch.zeros_like(rows)
            for share, curvature in self._curvatures():
                self._add(total, rows, share, curvature)
            return total.T.reshape(vectors.shape)

    def _curvatures(self) -> Iterator[tuple[float, Curvature]]:
        if self._plan.kept:
            yield from self._graphs
        else:
            for share, part in self.objective.parts():
                yield share, self._plan.way.open(self.objective, part)

    def _open_all(self) -> None:
        if not self._graphs:
            with self.objective.reading():
                parts = self.objective.parts()
                self._graphs = [(share, self._plan.way.open(self.objective, part)) for share, part in parts]

    def _add(self, total: Tensor, rows: Tensor, share: float, curvature: Curvature) -> None:
        step = self._plan.together
        for at in range(0, len(rows), step):
            many = min(step, len(rows) - at) > 1
            chunk = slice(at, at + step) if many else at
            into, given = self._by_parameter(total[chunk]), self._by_parameter(rows[chunk])
            for block in self.blocks:
                made = curvature([given[i] for i in block], block, many=many)
                for i, product in zip(block, made, strict=True):
                    into[i].add_(product, alpha=share)

    def _by_parameter(self, rows: Tensor) -> list[Tensor]:
        pieces = torch.split_with_sizes(rows, self.objective.sizes, dim=-1)
        leaves = self.objective.leaves
        return [own.view((*rows.shape[:-1], *leaf.shape)) for own, leaf in zip(pieces, leaves, strict=True)]


def symmetric_operator(product: Product, name: str) -> SymmetricOperator:
    """Wrap a product as an operator of doubles, whose rounding is that of the computation.

    Args:
        product: Torch in, torch out.
        name: What it is.

    Returns:
        The operator.
    """

    def multiply(vectors: Vectors) -> Vectors:
        rows = np.require(vectors.T, requirements=["C", "W"])  # torch takes no read-only memory
        made = product(torch.from_numpy(rows).T)
        doubles = np.asarray(made.cpu().double().numpy())
        if not np.isfinite(doubles).all():
            cure = "move off the point, or round it off: a norm or a root has no second derivative at zero"
            raise PolariscopeError(name, "second derivatives exist at the parameters", "nan or infinity", cure)
        return doubles

    rounding = float(torch.finfo(product.objective.dtype).eps)
    return SymmetricOperator(multiply, product.size, name=name, rounding=rounding)
