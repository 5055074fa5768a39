"""What is asked for: a frozen experiment, from the command line, a TOML file, or Python."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from polariscope.crystal.degeneracy.settings import Settings, make_settings
from polariscope.errors import PolariscopeError


class Llc(BaseModel):
    """One learning coefficient; its fields are the options of ``polariscope llc``.

    Where a field of the sampler is None, a specimen's recommended value holds, or else the sampler's default: see
    `polariscope.crystal.degeneracy.settings.Settings`.

    Args:
        subject: A specimen's name, or ``module:function`` of the user's own.
        sampler: "hmc": Metropolis-corrected, all data at each step. "sgld": minibatches, no correction.
        chains: Independent chains.
        draws: Kept draws a chain.
        burn_in: Draws before them.
        step: Of the sampler; None: adapted to `acceptance`.
        leapfrog: Mean leapfrog steps a draw, HMC.
        acceptance: Wanted.
        temperature: 1/beta; None: log n, unless a specimen recommends another.
        localization: gamma, precision of the Gaussian that holds the chains near w*.
        prior: Precision of a Gaussian prior at 0.
        batch: SGLD's minibatch; HMC: how the data is cut, which does not change the result.
        preconditioned: SGLD: divide each parameter's step by the root mean square of its gradient.
        seed: Of all draws.
        parameters: Patterns of the names of the parameters that move; empty: all.
        by: "layer": also each layer alone, the others staying.
        matched: For a training run: also with every checkpoint's logits scaled to one training loss.
        calibrate: Whether steps and temperatures are scanned.
        memory: MiB that the chains of one chunk save for the backward pass at most.
        dtype: float32 or float64; None: the parameters' own.
        level: Confidence of intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = "reduced-rank"
    sampler: Literal["hmc", "sgld"] = "hmc"
    chains: int | None = None
    draws: int | None = None
    burn_in: int | None = None
    step: float | None = None
    leapfrog: int | None = None
    acceptance: float | None = None
    temperature: float | None = None
    localization: float | None = None
    prior: float | None = None
    batch: int | None = None
    preconditioned: bool = False
    seed: int | None = None
    parameters: tuple[str, ...] = ()
    by: Literal["whole", "layer"] = "whole"
    matched: bool = False
    calibrate: bool = False
    memory: int = 256
    dtype: Literal["float32", "float64"] | None = None
    level: float = 0.95


_SAMPLED = (
    "sampler", "chains", "draws", "burn_in", "step", "leapfrog", "acceptance", "temperature", "localization",
    "prior", "batch", "preconditioned", "seed",
)  # fmt: skip
_HELP = "see polariscope llc --help"


def make_llc(**fields: Any) -> Llc:
    """Check the fields of an experiment and freeze it.

    >>> make_llc(subject="monomial").sampler
    'hmc'

    Args:
        **fields: As `Llc` has them.

    Returns:
        The experiment.

    Raises:
        PolariscopeError: A field is unknown or breaks its rule.
    """
    try:
        experiment = Llc(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = option(str(first["loc"][0] if first["loc"] else "experiment"))
        raise PolariscopeError(name, first["msg"].lower(), first["input"], _HELP) from None
    if experiment.preconditioned and experiment.sampler != "sgld":
        cure = "leave it out, or give --sampler sgld"
        raise PolariscopeError("--preconditioned", "for SGLD", experiment.sampler, cure)
    settings_of(experiment)
    if experiment.memory < 1:
        raise PolariscopeError("--memory", "at least 1 MiB", experiment.memory, "leave it out for 256")
    if not 0 < experiment.level < 1:
        raise PolariscopeError("--level", "between 0 and 1", experiment.level, "give 0.95")
    return experiment


def settings_of(experiment: Llc, recommended: Mapping[str, Any] | None = None) -> Settings:
    """Fill in what is not asked for: by a specimen's recommendation first, then by the sampler's defaults.

    >>> settings_of(make_llc(draws=50), {"draws": 100, "localization": 7.0}).localization
    7.0

    Args:
        experiment: What is asked for.
        recommended: Fields of `Settings`. Default: none.

    Returns:
        How the chains are run.

    Raises:
        PolariscopeError: A setting breaks its rule.
    """
    asked = {name: getattr(experiment, name) for name in _SAMPLED}
    given = {name: value for name, value in asked.items() if value is not None}
    try:
        return make_settings(**{**(recommended or {}), **given})
    except PolariscopeError as error:
        raise PolariscopeError(option(error.argument), error.rule, error.value, error.cure) from None


def option(name: str) -> str:
    """Write a field's name as the option of the command line.

    >>> option("burn_in")
    '--burn-in'

    Args:
        name: Of the field.

    Returns:
        The option.
    """
    return "--" + name.replace("_", "-")
