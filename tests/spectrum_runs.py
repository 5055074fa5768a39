"""Spectra for tests: measured in a ledger of their own, or planted as readings whose outcome is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
from polariscope.crystal.instruments.spectrum.running import spectrum
from polariscope.crystal.instruments.spectrum.summary import Summary, summarize
from polariscope.crystal.instruments.spectrum.verdict import judge
from polariscope.runs import Ledger, Run

Row = dict[str, Any]

FEW: dict[str, Mapping[str, Any]] = {
    "ring": {},
    "landau": {},
    "sbm": {"rewired": 19},
    "random": {"rewired": 19},
    "training": {"probes": 2},
}
"""Specimens that are measured within a second or two, with what keeps them short."""

OWN = """
import torch
from torch import nn

def network(seed=0):
    draws = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(generator=draws)
    inputs = torch.randn(20, 3, generator=draws, dtype=torch.float64)
    return model, nn.functional.cross_entropy, (inputs, (inputs[:, 0] > 0).long())

def saddle():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    ones = torch.ones(4, 1, dtype=torch.float64)
    return model, nn.functional.mse_loss, (ones, ones)
"""
"""A user's module: a network of 26 parameters, and a saddle whose Hessian is [[0, -2], [-2, 0]]."""


@cache
def measured(name: str) -> SpectrumOutcome:
    """A specimen's run, finished; the same one for all tests."""
    with TemporaryDirectory() as folder, Ledger.open(Path(folder, "ledger.sqlite")) as ledger:
        return spectrum(ledger, subject=name, **FEW[name])


def until(outcome: SpectrumOutcome, kinds: Sequence[str]) -> SpectrumOutcome:
    """The same run stopped early: only readings of these kinds are there."""
    rows = tuple(row for row in outcome.readings if row["kind"] in kinds)
    summary = summarize(rows, outcome.run.experiment)
    assert summary is not None
    return SpectrumOutcome(replace(outcome.run, finished=outcome.run.total - 1), rows, summary, judge(summary))


def rows(
    eigenvalues: Sequence[float],
    *,
    listed: int = 3,
    exact: bool = False,
    probes: int = 2,
    tolerance: float = 1e-9,
    check: Mapping[str, Any] | None = None,
    ends: Mapping[str, Mapping[str, Any]] | None = None,
    pairs: Mapping[tuple[str, int], Mapping[str, Any]] | None = None,
) -> list[Row]:
    """Readings that tell these eigenvalues as they are, but for what is changed by name."""
    values = np.sort(np.asarray(eigenvalues, float))
    size, norm = len(values), float(np.abs(values).max())
    told: list[Row] = [{"kind": "check", "size": size, "rounding": 2.2e-16, "symmetry": 1e-17, **(check or {})}]
    for end, ordered in (("largest", values[::-1]), ("smallest", values)):
        own = {"norm": norm, "tolerance": tolerance, "unlisted_beyond": float(ordered[min(listed, size - 1)])}
        shared: Row = {"kind": "end", "end": end, "miss_probability": 0.01, "products": 50}
        told.append(shared | own | dict((ends or {}).get(end, {})))
        for index, value in enumerate(ordered[:listed]):
            pair: Row = {"kind": "pair", "end": end, "index": index, "value": float(value), "residual": 1e-12}
            told.append(pair | {"converged": 1} | dict((pairs or {}).get((end, index), {})))
    told.append({"kind": "known", "first": 0, "values": [], "noise": 0.0})
    for probe in range(probes):
        share = {"nodes": values.tolist(), "weights": [1 / size] * size}
        told.append({"kind": "probe", "probe": probe, **share})
    return [*told, {"kind": "exact", "values": values.tolist()}] if exact else told


def summary_of(family: str, told: Sequence[Mapping[str, Any]], **experiment: Any) -> Summary:
    """What these readings amount to."""
    found = summarize(told, {"family": family, "matrix": "auto", "level": 0.95} | experiment)
    assert found is not None
    return found


def outcome_of(family: str, told: Sequence[Row], title: str = "a planted thing", **run: Any) -> SpectrumOutcome:
    """The same as a finished run."""
    summary = summary_of(family, told)
    environment = {
        "polariscope": "0", "python": "3", "machine": "none", "numpy": "2", "scipy": "1", "title": title,
        "matrix": "matrix", "facts": [["Model", title]],
    }  # fmt: skip
    experiment = {"family": family, "matrix": "auto", "level": 0.95, "seed": 0, "model": title}
    base = Run("0123456789ab", "spectrum", "now", f"polariscope spectrum {title}", experiment, environment, 6, 6)
    return SpectrumOutcome(replace(base, **run), tuple(told), summary, judge(summary))
