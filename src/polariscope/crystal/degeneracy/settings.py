"""How a local posterior is sampled: one frozen record, checked as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from math import log
from typing import Any, Literal

from polariscope.crystal.degeneracy.checks import is_finite, whole_number
from polariscope.errors import PolariscopeError

Sampler = Literal["hmc", "sgld"]

_CHAINS = {"hmc": 32, "sgld": 16}
_DRAWS = {"hmc": 200, "sgld": 1000}
_ACCEPTANCE = {"hmc": 0.9, "sgld": 0.95}
_BATCH = 256


@dataclass(frozen=True)
class Settings:
    """How chains are run.

    Args:
        sampler: "hmc": Metropolis-corrected, all data at each step. "sgld": minibatches, no correction, for size.
        chains: Independent chains, all started at w*. Default: 32 by HMC, 16 by SGLD.
        draws: Kept draws a chain. Default: 200 by HMC, 1,000 by SGLD.
        burn_in: Draws before them, in which the step is adapted. Default: as many as are kept.
        step: Leapfrog step of HMC, e of SGLD. Default: adapted to `acceptance`.
        leapfrog: Mean leapfrog steps a draw, HMC.
        acceptance: Wanted; SGLD: of trial steps in the burn-in. Default: 0.9, above Stan's 0.8, as
            stiff places hold chains of larger steps; and 0.95.
        temperature: 1/beta. Default: log n (Watanabe 2013; Lau et al. 2308.12108), n examples; t = n/temperature.
        localization: gamma, precision of the Gaussian that holds the chains near w*. Default: 1 (Lau et al.).
        prior: Precision of a Gaussian prior at 0. Default: 0, flat.
        batch: Examples at a time: SGLD's minibatch. HMC: how the data is cut, which does not change the result.
            Default: 256 by SGLD, all at once by HMC.
        preconditioned: SGLD: divide each parameter's step by the root mean square of its gradient.
        seed: Of all draws.
    """

    sampler: Sampler
    chains: int
    draws: int
    burn_in: int
    step: float | None
    leapfrog: int
    acceptance: float
    temperature: float | None
    localization: float
    prior: float
    batch: int | None
    preconditioned: bool
    seed: int

    def scale(self, examples: int) -> float:
        """Give t = n beta.

        Args:
            examples: n.

        Returns:
            n / temperature.

        Raises:
            PolariscopeError: log n is to be the temperature, of fewer than 3 examples.
        """
        if self.temperature is not None:
            return examples / self.temperature
        if examples < 3:
            rule = "at least 3 examples where log n is the temperature"
            raise PolariscopeError("data", rule, examples, "give more examples, or a temperature")
        return examples / log(examples)

    def with_step(self, step: float) -> "Settings":
        """The same with a fixed step."""
        return replace(self, step=step)


def make_settings(
    *,
    sampler: Sampler = "hmc",
    chains: int | None = None,
    draws: int | None = None,
    burn_in: int | None = None,
    step: float | None = None,
    leapfrog: int = 8,
    acceptance: float | None = None,
    temperature: float | None = None,
    localization: float = 1.0,
    prior: float = 0.0,
    batch: int | None = None,
    preconditioned: bool = False,
    seed: int = 0,
) -> Settings:
    """Fill in defaults and check.

    >>> make_settings().scale(1000).__round__(1)
    144.8

    Args:
        sampler: See `Settings`, and so are all others.
        chains: Two or more: an error over chains needs them.
        draws: 4 or more.
        burn_in: 0 or more.
        step: Above zero.
        leapfrog: 1 or more.
        acceptance: Between 0 and 1.
        temperature: Above zero.
        localization: Above zero: without it flat directions have no end.
        prior: 0 or more.
        batch: 1 or more.
        preconditioned: For SGLD only.
        seed: 0 or more, below 2^63.

    Returns:
        The settings.

    Raises:
        PolariscopeError: One breaks its rule.
    """
    if sampler not in tuple(_CHAINS):
        raise PolariscopeError("sampler", '"hmc" or "sgld"', sampler, "give one of these")
    draws = _DRAWS[sampler] if draws is None else draws
    given = Settings(
        sampler=sampler,
        chains=_CHAINS[sampler] if chains is None else chains,
        draws=draws,
        burn_in=draws if burn_in is None else burn_in,
        step=step,
        leapfrog=leapfrog,
        acceptance=_ACCEPTANCE[sampler] if acceptance is None else acceptance,
        temperature=temperature,
        localization=localization,
        prior=prior,
        batch=_BATCH if batch is None and sampler == "sgld" else batch,
        preconditioned=preconditioned,
        seed=seed,
    )
    given = _with_counts(given)
    _check_scales(given)
    if preconditioned and sampler != "sgld":
        raise PolariscopeError("preconditioned", "for SGLD", sampler, 'leave it out, or give sampler="sgld"')
    if given.step is None and given.burn_in < 1:
        cure = "give a burn-in, or a step"
        raise PolariscopeError("burn_in", "at least 1 where the step is adapted", given.burn_in, cure)
    return given


def read_settings(given: Mapping[str, Any], beside: Sequence[str] = ()) -> Settings:
    """Make settings of the keywords that a user gave.

    Args:
        given: Name to value.
        beside: The function's other arguments, of which a name may be meant.

    Returns:
        The settings.

    Raises:
        PolariscopeError: A name is unknown, or a setting breaks its rule.
    """
    known = [field.name for field in fields(Settings)]
    for name in given:
        if name not in known:
            near = get_close_matches(name, [*known, *beside], cutoff=0.0)
            raise PolariscopeError(name, "a known setting", name, f"the nearest names are {', '.join(near)}")
    return make_settings(**given)


_LEAST = {"chains": 2, "draws": 4, "burn_in": 0, "leapfrog": 1, "batch": 1, "seed": 0}
_OPTIONAL = ("batch",)
_SEEDS = 1 << 63
"""Generators take no larger ones."""
_WHY = {"chains": ": an error over chains needs two", "draws": ": halves are compared"}


def _with_counts(given: Settings) -> Settings:
    counts: dict[str, Any] = {}
    for name, least in _LEAST.items():
        value: Any = getattr(given, name)
        if value is not None or name not in _OPTIONAL:
            counts[name] = whole_number(name, value, least, _WHY.get(name, ""))
    if counts["seed"] >= _SEEDS:
        raise PolariscopeError("seed", "below 2^63", given.seed, "give a smaller one, such as 0")
    return replace(given, **counts)


def _check_scales(given: Settings) -> None:
    for name in ("step", "temperature", "localization"):
        value = getattr(given, name)
        default = value is None and name != "localization"
        if not (default or (is_finite(value) and value > 0)):
            cure = "leave it out for the default"
            raise PolariscopeError(name, "a number above zero", value, cure)
    if not (is_finite(given.prior) and given.prior >= 0):
        raise PolariscopeError("prior", "a precision, 0 or more", given.prior, "leave it out for a flat prior")
    if not (is_finite(given.acceptance) and 0 < given.acceptance < 1):
        raise PolariscopeError("acceptance", "between 0 and 1", given.acceptance, "give 0.9")
