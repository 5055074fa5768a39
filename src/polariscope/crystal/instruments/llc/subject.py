"""What a learning coefficient is of: a loss around one point or several, and what is known of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polariscope.crystal.degeneracy.local_loss import LocalLoss


@dataclass(frozen=True)
class Known:
    """What theory says of a subject with all parameters moving and a flat prior.

    Args:
        name: Of the formula, with its source.
        threshold: The RLCT, lambda.
        multiplicity: m.
        value: (t, gamma) to the exact t E[K] and its numerical error; None where only the limit is known.
    """

    name: str
    threshold: float
    multiplicity: int
    value: Callable[[float, float], tuple[float, float]] | None = None


@dataclass(frozen=True, eq=False)
class Point:
    """A network at one place.

    Args:
        name: Of the place.
        at: Training step; None where there is no training.
        local: The loss around it.
        opened: (target) to the same with outputs scaled so that the training loss is the target.
        identity: Weights, loss, slopes and curvatures, as values of canonical JSON.
    """

    name: str
    at: float | None
    local: "LocalLoss"
    opened: "Callable[[float], LocalLoss]"
    identity: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Subject:
    """What is examined.

    Args:
        name: As the user named it.
        title: In words.
        points: One, or the checkpoints of a training run in its order; controls are taken at the last.
        layers: Names of the layers that hold a moving parameter.
        identity: All that can change a reading and is shared by the points, as values of canonical JSON.
        facts: What a report says of it: terms and what they are.
        known: What theory says of it, if anything.
        recommended: Settings of the sampler that suit it better than the defaults.
    """

    name: str
    title: str
    points: tuple[Point, ...]
    layers: tuple[str, ...]
    identity: Mapping[str, Any]
    facts: tuple[tuple[str, str], ...]
    known: Known | None = None
    recommended: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> float:
        """The training loss that matched estimates share: the highest of the points' own."""
        return max(point.local.surface.loss() for point in self.points)
