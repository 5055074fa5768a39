"""What is asked for: a frozen experiment, from the command line, a TOML file, or Python."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from polariscope.errors import PolariscopeError

Matrix = Literal[
    "auto", "dynamical", "combinatorial", "normalized", "random-walk", "hessian", "gauss-newton", "fisher"
]

LAPLACIANS = ("combinatorial", "normalized", "random-walk")
CURVATURES = ("hessian", "gauss-newton", "fisher")


class Spectrum(BaseModel):
    """One spectrum; its fields are the options of ``polariscope spectrum``.

    Args:
        subject: A specimen's name, a graph file, or ``module:function`` of the user's own.
        matrix: Which matrix of it; "auto": a lattice's dynamical matrix, a graph's combinatorial Laplacian, a
            loss's Hessian.
        top: How many of the largest eigenvalues.
        bottom: How many of the smallest.
        probes: Random vectors of the density. Default: 8, with 60 steps the field's custom for small networks.
        steps: Lanczos steps a probe.
        rewired: Graphs of the null, each with the degrees of the one examined.
        relabelled: Permutations of the null of "the Hessian is a Laplacian"; 0: not asked.
        tolerance: Residual of a converged pair relative to the largest |eigenvalue|; None: by the arithmetic.
        parameters: Patterns of the names of the parameters examined; empty: all.
        batch: Examples in a minibatch; None: as the data come. It does not change the result.
        dtype: float32 or float64; None: the parameters' own.
        seed: Of all draws.
        level: Confidence of intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = "network"
    matrix: Matrix = "auto"
    top: int = 5
    bottom: int = 5
    probes: int = 8
    steps: int = 60
    rewired: int = 99
    relabelled: int = 0
    tolerance: float | None = None
    parameters: tuple[str, ...] = ()
    batch: int | None = None
    dtype: Literal["float32", "float64"] | None = None
    seed: int = 0
    level: float = 0.95


_LEAST = {"top": 1, "bottom": 1, "probes": 2, "steps": 2, "rewired": 0, "relabelled": 0, "batch": 1, "seed": 0}
_FEW = 19
"""With fewer draws of a null no p-value can fall to 0.05."""


def make_spectrum(**fields: Any) -> Spectrum:
    """Check the fields of an experiment and freeze it.

    >>> make_spectrum(subject="ring").matrix
    'auto'

    Args:
        **fields: As `Spectrum` has them.

    Returns:
        The experiment.

    Raises:
        PolariscopeError: A field is unknown or breaks its rule.
    """
    try:
        experiment = Spectrum(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = "--" + str(first["loc"][0] if first["loc"] else "experiment").replace("_", "-")
        raise PolariscopeError(name, first["msg"].lower(), first["input"], _HELP) from None
    for name, least in _LEAST.items():
        value = getattr(experiment, name)
        if value is not None and value < least:
            raise PolariscopeError(f"--{name}", f"at least {least}", value, f"give {least} or more")
    for name in ("rewired", "relabelled"):
        if 0 < getattr(experiment, name) < _FEW:
            rule = f"0, or at least {_FEW}: with fewer no p-value can fall to 0.05"
            raise PolariscopeError(f"--{name}", rule, getattr(experiment, name), f"give {_FEW} or more")
    if not 0 < experiment.level < 1:
        raise PolariscopeError("--level", "between 0 and 1", experiment.level, "give 0.95")
    tolerance = experiment.tolerance
    if tolerance is not None and not (math.isfinite(tolerance) and 0 < tolerance < 1):
        raise PolariscopeError("--tolerance", "between 0 and 1", tolerance, "give 1e-6, or leave it out")
    return experiment


_HELP = "see polariscope spectrum --help"
