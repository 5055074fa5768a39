"""Specimens by name: their sizes, what is known of them, and the settings that suit them; no torch."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from polariscope.crystal.degeneracy.exact.monomial import monomial_value
from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.thresholds.monomial import monomial_threshold
from polariscope.crystal.degeneracy.thresholds.reduced_rank import reduced_rank_threshold
from polariscope.crystal.degeneracy.thresholds.regular import morse_bott_threshold
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.crystal.instruments.llc.subject import Known
from polariscope.errors import PolariscopeError

_POLYGONS = {"5": 4, "5+": 1, "6": 1}
"""Flat directions of each; of 18 parameters."""
_TOY_PARAMETERS = 18


@dataclass(frozen=True)
class Named:
    """A specimen and its sizes.

    Args:
        kind: Which specimen.
        sizes: What stands behind the colon, or the default.
    """

    kind: str
    sizes: tuple[Any, ...] = ()


DEFAULTS: Mapping[str, tuple[Any, ...]] = {
    "reduced-rank": (5, 5, 3),
    "monomial": (1, 1),
    "superposition": ("6",),
    "modular-addition": (),
    "network": (),
}
_FORMS = {
    "reduced-rank": "inputs, outputs, hidden, as in reduced-rank:5,5,3",
    "monomial": "a power for each weight, as in monomial:1,2",
    "superposition": f"a polygon: {', '.join(_POLYGONS)}, as in superposition:5",
}


def find_named(subject: str) -> Named | None:
    """Read a specimen's name, with sizes behind a colon.

    >>> find_named("reduced-rank:6,4,2")
    Named(kind='reduced-rank', sizes=(6, 4, 2))
    >>> find_named("mine:network") is None
    True

    Args:
        subject: As the user gave it.

    Returns:
        The specimen; None where the name is of the form of a function of the user's own.

    Raises:
        PolariscopeError: There is none of that name, or it has no such sizes.
    """
    kind, colon, text = subject.partition(":")
    if kind not in DEFAULTS:
        if colon:
            return None
        near = difflib.get_close_matches(subject, DEFAULTS, n=3, cutoff=0.5) or tuple(DEFAULTS)
        cure = f"name one of {', '.join(near)}; or module:function"
        raise PolariscopeError("SUBJECT", "a specimen, or module:function", subject, cure)
    return Named(kind, _sizes(kind, text) if colon else DEFAULTS[kind])


def _sizes(kind: str, text: str) -> tuple[Any, ...]:
    if kind not in _FORMS:
        raise PolariscopeError("SUBJECT", f"{kind} has no sizes", f"{kind}:{text}", f"give {kind}")
    if kind == "superposition":
        found: tuple[Any, ...] = (text,) if text in _POLYGONS else ()
    else:
        parts = text.split(",")
        whole = all(part.isascii() and part.isdigit() and int(part) > 0 for part in parts)
        found = tuple(map(int, parts)) if whole else ()
    if not found or (kind == "reduced-rank" and len(found) != len(DEFAULTS[kind])):
        raise PolariscopeError("SUBJECT", f"{kind} takes {_FORMS[kind]}", f"{kind}:{text}", f"give {kind}")
    return found


def known_of(named: Named) -> Known | None:
    """Say what theory knows of a specimen, whole and under a flat prior.

    >>> known_of(Named("superposition", ("5",))).threshold
    7.0

    Args:
        named: The specimen.

    Returns:
        Its RLCT, and t E[K] at any temperature where there is a formula; None where nothing is known.
    """
    if named.kind == "reduced-rank":
        name = "reduced-rank regression at its origin (Aoyagi and Watanabe 2005)"
        inputs, outputs, hidden = named.sizes
        limit = reduced_rank_threshold(inputs, outputs, hidden, 0)
        return _known(name, limit, _exactly(reduced_rank_value, named.sizes))
    if named.kind == "monomial":
        name = "a product of powers (Watanabe 2009)"
        return _known(name, monomial_threshold(named.sizes), _exactly(monomial_value, (named.sizes,)))
    if named.kind == "superposition":
        flat = _POLYGONS[named.sizes[0]]
        name = f"half the Hessian's rank, {_TOY_PARAMETERS - flat} (Chen et al. 2023)"
        return _known(name, morse_bott_threshold(_TOY_PARAMETERS, flat), None)
    return None


def _known(name: str, limit: Threshold, value: Callable[[float, float], tuple[float, float]] | None) -> Known:
    return Known(name, limit.value, limit.multiplicity, value)


def _exactly(formula: Callable[..., Any], sizes: tuple[Any, ...]) -> Callable[[float, float], tuple[float, float]]:
    def value(scale: float, localization: float) -> tuple[float, float]:
        found = formula(*sizes, t=scale, localization=localization)
        return found.value, found.error

    return value


def recommended(named: Named, sampler: str) -> Mapping[str, Any]:
    """Settings that suit a specimen better than the defaults.

    Args:
        named: The specimen.
        sampler: "hmc" or "sgld": how many draws are enough depends on it.

    Returns:
        Fields of `Settings`.
    """
    own = _RECOMMENDED.get(named.kind, {})
    return {**own.get("any", {}), **own.get(sampler, {})}


_FEW = {"chains": 4, "draws": 80, "burn_in": 50, "leapfrog": 10, "acceptance": 0.8}
"""For networks of 10,000 parameters: few draws, long ways between them, or split R-hat stays above 1.1."""
_RECOMMENDED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    # The loss is stiff where one weight is large: at 0.95, one draw in a hundred still diverges.
    "monomial": {"hmc": {"acceptance": 0.99}},
    # t = 1e5 and gamma = 100, where a polygon holds the posterior: see the specimen's docstring.
    "superposition": {"any": {"temperature": 6 / 1e5, "localization": 100.0}, "hmc": {"chains": 16}},
    # A standard deviation of 0.1 a weight, about that of the trained weights: with gamma = 1 nothing of the
    # network is left, and the coefficient says nothing about it.
    "modular-addition": {"any": {"localization": 100.0}, "hmc": _FEW},
    "network": {"any": {"localization": 100.0}, "hmc": {"chains": 8, "draws": 60, "burn_in": 60}},
}
