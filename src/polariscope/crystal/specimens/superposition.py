"""The toy model of superposition at its critical points, whose learning coefficients are known; torch."""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn
from torch.func import grad, jacrev

from polariscope.crystal.specimens.loading import LossSubject
from polariscope.errors import PolariscopeError

FEATURES, DIMENSIONS = 6, 2
_NEWTON_STEPS = 20
_FLAT = 1e-100
"""A slope below which a line counts as level: its integrals are then the same to 1e-100, and their second
derivatives do not overflow on the way."""


@dataclass(frozen=True)
class _Polygon:
    """Where a symmetric critical point lies: W's columns are the corners, any feature left over has none.

    Args:
        corners: Features that have one.
        start: Radius and the corners' bias, where Newton's iteration starts.
        spare: Bias of a feature without a corner.
    """

    corners: int
    start: tuple[float, float]
    spare: float


_POLYGONS = {
    # Any bias below 0 will do, for the output is then 0; this far below, it stays 0 all around.
    "5": _Polygon(5, (1.17, -0.28), -1.0),
    # Mean of a feature that is on once in six times, at 1/2 on average: the best constant.
    "5+": _Polygon(5, (1.17, -0.28), 1 / 12),
    "6": _Polygon(6, (1.32, -0.62), 0.0),
}


def superposition(polygon: str = "6") -> LossSubject:
    """f(x) = ReLU(W'Wx + b) of six features in two dimensions, at a critical point of E|x - f(x)|^2.

    Inputs are x = a e_i, i uniform among six and a uniform on [0, 1] (Elhage et al. 2022; Chen et al. 2023,
    arXiv 2310.06301). Each polygon is a local minimum, flat only along a smooth manifold of minima, so that
    its local learning coefficient is half the Hessian's rank:

    ======= ============================================== ======= ======== ===========
    polygon W's columns                                    loss    nullity  coefficient
    ======= ============================================== ======= ======== ===========
    "5"     five corners and 0, whose bias is below 0      .068744 4        7
    "5+"    five corners and 0, whose bias is the mean     .061799 1        8.5
    "6"     six corners                                    .048192 1        8.5
    ======= ============================================== ======= ======== ===========

    One flat direction turns the plane; the other three of "5" are the unused feature's column and bias, flat
    while the column is shorter than 0.24 and nowhere lifts the bias above 0.

    These are limits of low temperature, while the polygon holds the posterior: at t = 143 it does not, for the
    losses differ by 0.02. With localization 100, HMC (32 chains of 200 draws) found 6.84 +- 0.06, 8.41 +- 0.06
    and 8.40 +- 0.05 at t = 1e5, where the Hessian's sum of t l/(t l + 100)/2 is 6.96, 8.45 and 8.42, and for
    the 6-gon 8.47 +- 0.05 at t = 4e6.

    The expectation is no sample and no quadrature: along a feature each output is a line cut off at 0, so the
    mean over a is known (`expected_squares`), and the examples are the six features. A grid of a, fine as it
    may be, has a ripple from the cells where a ReLU bends, which t multiplies: with 984 examples the 6-gon's
    coefficient was 8.8 at t = 4e5.

    Args:
        polygon: "5", "5+" or "6". The 4-gon is left out: its loss has no second derivative there.

    Returns:
        The model in eval mode, the expected squared error, and (I, I), the features (6, 6). In float64: the
        gradient is then 0 to 1e-15 and the flat directions to 1e-15, against 1e-7 if the same point were
        rounded to float32; and eighteen parameters cost no more.

    Raises:
        PolariscopeError: There is no such polygon.
    """
    if polygon not in _POLYGONS:
        raise PolariscopeError("polygon", f"one of {', '.join(_POLYGONS)}", polygon, "give 6")
    kind = _POLYGONS[polygon]
    with torch.inference_mode(mode=False), torch.enable_grad():
        features = torch.eye(FEATURES, dtype=torch.float64)
        model = Superposition(*_placed(kind, _critical(kind, features)))
    return LossSubject(model.eval(), expected_squares, (features, features))


def expected_squares(lines: Tensor, targets: Tensor) -> Tensor:
    """sum_j of the integral over a in [0, 1] of (y_j a - ReLU(s_j a + b_j))^2, averaged over examples.

    A line cut off at 0 is positive on an interval of length r from c, where it goes from q to p. So its square's
    integral is r (p^2 + pq + q^2)/3, and that of a times it is r (c (p + q)/2 + r (2p + q)/6). No digits
    are lost where s is small, and two derivatives are finite everywhere, also where s = 0.

    >>> half = torch.tensor([[[2.0, -1.0]]])  # ReLU(2a - 1)
    >>> expected_squares(half, torch.zeros(1, 1)).item() == torch.tensor(1 / 6).item()
    True

    Args:
        lines: Slope s and intercept b of each output along an example's direction, (examples, d, 2).
        targets: y, (examples, d): slopes of the lines through 0 that are right.

    Returns:
        A scalar.
    """
    slope, intercept = lines.unbind(dim=-1)
    first, last = torch.relu(intercept), torch.relu(slope + intercept)
    length = _positive_length(slope, first, last)
    # Where the line is positive at a = 0 it is so from there; where it is nowhere positive, all is 0.
    start = torch.where(first > 0, torch.zeros_like(length), 1 - length)
    own = length * (last.square() + last * first + first.square()) / 3
    cross = length * (start * (last + first) / 2 + length * (2 * last + first) / 6)
    return (own - 2 * targets * cross + targets.square() / 3).sum(dim=-1).mean()


def _positive_length(slope: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Measure the part of [0, 1] where a line is above 0; 1 also where there is none, for the line is 0 then."""
    bent = ((first > 0) != (last > 0)) & (slope.abs() > _FLAT)
    # The divisor is made safe before it divides: where() alone would let 0/0 into the derivatives.
    divisor = torch.where(bent, slope.abs(), torch.ones_like(slope))
    return torch.where(bent, (first + last) / divisor, torch.ones_like(slope))


class Superposition(nn.Module):
    """f(x) = ReLU(W'Wx + b), answered as the lines under the ReLU.

    Args:
        weight: W, (dimensions, features).
        bias: b, (features,).
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)

    def forward(self, directions: Tensor) -> Tensor:
        """Answer, from directions e (n, features), with W'We and b, as f(a e) = ReLU(a W'We + b).

        Args:
            directions: (n, features).

        Returns:
            Slopes and intercepts, (n, features, 2).
        """
        return _lines(directions, self.weight, self.bias)


def _lines(directions: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    slopes = directions @ weight.T @ weight
    return torch.stack([slopes, bias.expand_as(slopes)], dim=-1)


def _critical(kind: _Polygon, features: Tensor) -> Tensor:
    """Solve for the radius and the bias, (2,), by Newton's iteration.

    The loss does not change when the polygon is turned by a corner, so a point that is critical among the
    regular polygons is critical among all weights (Palais 1979).

    Returns:
        (radius, bias).
    """

    def loss(place: Tensor) -> Tensor:
        return expected_squares(_lines(features, *_placed(kind, place)), features)

    slope = grad(loss)
    place = torch.tensor(kind.start, dtype=torch.float64)
    for _ in range(_NEWTON_STEPS):
        place = place - torch.linalg.solve(jacrev(slope)(place), slope(place))
    return place.detach()


def _placed(kind: _Polygon, place: Tensor) -> tuple[Tensor, Tensor]:
    radius, bias = place
    angles = 2 * pi / kind.corners * torch.arange(kind.corners, dtype=torch.float64)
    corners = radius * torch.stack([angles.cos(), angles.sin()])
    left = FEATURES - kind.corners
    weight = torch.cat([corners, corners.new_zeros(DIMENSIONS, left)], dim=1)
    biases = torch.cat([bias.expand(kind.corners), corners.new_full((left,), kind.spare)])
    return weight, biases
