"""What a spectrum is of: a lattice, a graph or a loss, with the operator, and all that identifies it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from polariscope.crystal.operators.symmetric import SymmetricOperator

Family = Literal["lattice", "graph", "loss"]


@dataclass(frozen=True, eq=False)
class Path:
    """The same subject along a parameter or a training run.

    Args:
        label: What the parameter is, with its unit.
        at: Its values, increasing.
        operators: One for each.
        expected: Where theory has the soft mode cross zero, if it is known.
    """

    label: str
    at: Sequence[float]
    operators: Sequence[SymmetricOperator]
    expected: float | None = None

    @property
    def identity(self) -> Mapping[str, Any]:
        """What tells paths apart that end alike: the places, and what each operator makes of a fixed direction."""
        direction = np.random.default_rng(0).standard_normal((self.operators[0].size, 1))
        images = [operator @ direction for operator in self.operators]
        made = [[f"{np.linalg.norm(image):.3e}", f"{(direction * image).sum():.3e}"] for image in images]
        return {"label": self.label, "at": list(self.at), "expected": self.expected, "images": made}


@dataclass(frozen=True, eq=False)
class Subject:
    """What is examined.

    Args:
        family: Which kind of thing it is.
        name: As the user named it.
        title: In words.
        operator: The matrix.
        matrix: What the matrix is called.
        identity: All that can change a reading, as values of canonical JSON.
        facts: What a report says of it: terms and what they are.
        source: The lattice, the graph, or the loss itself.
        closed_form: All eigenvalues by a formula, ascending, where there is one.
        path: The same along a parameter, where there is one; ``operator`` is then its last point.
    """

    family: Family
    name: str
    title: str
    operator: SymmetricOperator
    matrix: str
    identity: Mapping[str, Any]
    facts: tuple[tuple[str, str], ...]
    source: Any
    closed_form: tuple[float, ...] | None = None
    path: Path | None = None
