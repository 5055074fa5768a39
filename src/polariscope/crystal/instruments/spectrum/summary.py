"""From readings to numbers: a pure function of what the ledger holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polariscope.crystal.spectra.krylov.density import SpectralDensity

Reading = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """An eigenvalue as it was found.

    Args:
        value: The Ritz value.
        residual: ||A v - theta v||, measured: an eigenvalue lies within it.
        converged: Whether the residual obeys the tolerance.
    """

    value: float
    residual: float
    converged: bool


@dataclass(frozen=True)
class End:
    """One end of the spectrum.

    Args:
        name: "largest" or "smallest".
        pairs: The outermost first.
        norm: The largest |eigenvalue| seen.
        tolerance: Relative to it.
        unlisted_beyond: With probability 1 - miss_probability no unlisted eigenvalue lies beyond this.
        miss_probability: Over the random start.
        products: Columns multiplied.
    """

    name: str
    pairs: tuple[Pair, ...]
    norm: float
    tolerance: float
    unlisted_beyond: float
    miss_probability: float
    products: int

    @property
    def converged(self) -> bool:
        """Whether every pair is."""
        return all(pair.converged for pair in self.pairs)

    @property
    def outermost(self) -> Pair:
        """The first pair."""
        return self.pairs[0]


@dataclass(frozen=True, eq=False)
class Summary:
    """A run's numbers.

    Args:
        family: lattice, graph or loss.
        matrix: Which matrix of it was asked for.
        size: Rows of the matrix.
        level: Confidence of intervals.
        ends: The largest and the smallest eigenvalues, as far as measured.
        density: Nodes and weights of all probes; None where not measured yet.
        exact: All eigenvalues, ascending, where the matrix could be written out.
        check: The controls' reading.
        own: The readings that only this family has, by kind.
    """

    family: str
    matrix: str
    size: int
    level: float
    ends: Mapping[str, End]
    density: SpectralDensity | None
    exact: tuple[float, ...] | None
    check: Reading | None
    own: Mapping[str, tuple[Reading, ...]]

    def one(self, kind: str) -> Reading | None:
        """The only reading of a kind, or None where it was not measured."""
        found = self.own.get(kind, ())
        return found[0] if found else None


_SHARED = {"pair", "end", "known", "probe", "exact", "check"}


def summarize(readings: Iterable[Reading], experiment: Mapping[str, Any]) -> Summary | None:
    """Gather a run's readings.

    Args:
        readings: As the ledger gives them.
        experiment: As the run records it.

    Returns:
        The numbers; None where not even the controls are measured.
    """
    by_kind: dict[str, list[Reading]] = {}
    for row in readings:
        by_kind.setdefault(str(row["kind"]), []).append(row)
    if "check" not in by_kind:
        return None
    check = by_kind["check"][0]
    return Summary(
        family=str(experiment["family"]),
        matrix=str(experiment["matrix"]),
        size=int(check["size"]),
        level=float(experiment["level"]),
        ends=_ends(by_kind.get("end", []), by_kind.get("pair", [])),
        density=_density(by_kind.get("probe", []), by_kind.get("known", []), int(check["size"])),
        exact=tuple(by_kind["exact"][0]["values"]) if "exact" in by_kind else None,
        check=check,
        own={kind: tuple(rows) for kind, rows in by_kind.items() if kind not in _SHARED},
    )


def _ends(ends: Sequence[Reading], pairs: Sequence[Reading]) -> dict[str, End]:
    found = {}
    for row in ends:
        name = str(row["end"])
        own = tuple(
            Pair(each["value"], each["residual"], bool(each["converged"])) for each in pairs if each["end"] == name
        )
        told = (row[key] for key in ("norm", "tolerance", "unlisted_beyond", "miss_probability", "products"))
        found[name] = End(name, own, *told)
    return found


def _density(probes: Sequence[Reading], known: Sequence[Reading], size: int) -> SpectralDensity | None:
    if not probes:
        return None
    longest = max(len(row["nodes"]) for row in probes)
    nodes, weights = (np.zeros((len(probes), longest)) for _ in range(2))
    for index, row in enumerate(probes):
        nodes[index, : len(row["nodes"])] = row["nodes"]
        weights[index, : len(row["weights"])] = row["weights"]
    noise = max(float(row["noise"]) for row in known)
    return SpectralDensity(size, nodes, weights, np.array(known[0]["values"], np.float64), noise)
