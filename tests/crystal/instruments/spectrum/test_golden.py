"""Readings of three specimens, kept in golden.json: they change only together with MEASURE_VERSION.

Kept is what another linear algebra library gives alike, to a part in a million: eigenvalues, shares, counts and
statistics; not what rounding alone makes, such as residuals, and not vectors, whose signs are anyone's choice. A
long list is kept as its length and three sums. After raising MEASURE_VERSION take them anew with

    cd tests && python -m crystal.instruments.spectrum.test_golden
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.crystal.instruments.spectrum.measuring.measurer import Measurer
from polariscope.crystal.instruments.spectrum.planning import MEASURE_VERSION, make_plan
from polariscope.crystal.instruments.spectrum.subjects import find_subject

GOLDEN = Path(__file__).with_name("golden.json")
ASKED: dict[str, dict[str, Any]] = {
    # Five at each end leave no pair of equal eigenvalues half listed: which half is anyone's choice.
    "ring": {"probes": 3, "steps": 12, "top": 5, "bottom": 5},
    "sbm": {"probes": 2, "steps": 12, "rewired": 19},
    "training": {"probes": 2, "steps": 3, "relabelled": 19},
}
OF_ROUNDING = {"residual", "symmetry", "differences", "fiedler_residual"}
OF_VECTORS = {"x", "y", "fiedler", "labels", "movers"}
"""Of a layout; the Fiedler value of the graph's own reading is a number and is kept."""
SHORT = 8
CHANGED = (
    "readings come out otherwise than in golden.json ({}). If that is meant, raise MEASURE_VERSION in "
    "crystal/instruments/spectrum/planning.py, so that no old cell passes for a new one, and take the golden "
    "readings anew (see this file's first lines); if not, mend the code"
)


def golden_readings(name: str) -> list[dict[str, Any]]:
    experiment = make_spectrum(subject=name, **ASKED[name])
    subject = find_subject(experiment)
    measure = Measurer(subject)
    return [_short(row) for cell in make_plan(experiment, subject).cells for row in measure(cell)]


def _short(reading: dict[str, Any]) -> dict[str, Any]:
    left_out = OF_ROUNDING | (OF_VECTORS if reading["kind"] == "layout" else set())
    return {name: _summed(value) for name, value in reading.items() if name not in left_out}


def _summed(value: Any) -> Any:
    if not isinstance(value, list) or len(value) <= SHORT or isinstance(value[0], str):
        return value
    numbers = np.array(value, float)
    places = np.arange(len(numbers)) / len(numbers)
    sums = numbers.mean(), (numbers**2).mean() ** 0.5, (places * numbers).mean()
    return {"length": len(numbers), "mean, rms, slope": [float(each) for each in sums]}


def _alike(ours: Any, kept: Any, scale: float) -> bool:
    if isinstance(kept, dict):
        return ours.keys() == kept.keys() and all(_alike(ours[name], kept[name], scale) for name in kept)
    if isinstance(kept, list):
        return len(ours) == len(kept) and all(_alike(*each, scale) for each in zip(ours, kept, strict=True))
    if isinstance(kept, float):
        return bool(ours == pytest.approx(kept, rel=1e-6, abs=1e-9 * scale))
    return bool(ours == kept)


@pytest.mark.parametrize("name", ASKED)
def test_readings_change_only_with_the_measure_version(name):
    golden = json.loads(GOLDEN.read_text())
    assert golden["measure_version"] == MEASURE_VERSION, "take the golden readings anew"
    found, kept = golden_readings(name), golden[name]
    assert [row["kind"] for row in found] == [row["kind"] for row in kept], CHANGED.format("other kinds")
    scale = max(row["norm"] for row in kept if row["kind"] == "end")
    for ours, own in zip(found, kept, strict=True):
        assert ours.keys() == own.keys(), CHANGED.format(f"other fields of {own['kind']}")
        for field, value in own.items():
            assert _alike(ours[field], value, scale), CHANGED.format(f"{field} of {own['kind']}")


def test_what_is_kept_is_more_than_rounding():
    """Every kind of reading is there, and each has a number that the comparison could see change."""
    golden = json.loads(GOLDEN.read_text())
    kinds = {row["kind"] for name in ASKED for row in golden[name]}
    assert kinds == {
        "branch", "check", "corners", "crossing", "end", "exact", "graph", "heat", "known", "laplacian", "lattice",
        "layout", "loss", "pair", "point", "probe", "rewired", "states", "where",
    }  # fmt: skip
    (null,) = (row["null"] for row in golden["sbm"] if row["kind"] == "rewired")
    assert null["mean, rms, slope"][1] > null["mean, rms, slope"][0] * (1 + 1e-5)


def test_a_change_of_a_part_in_ten_thousand_is_seen():
    kept = [1.0, {"length": 9, "mean, rms, slope": [0.5, 0.6, 0.2]}, "a", 3]
    assert _alike(kept, kept, 1.0)
    assert not _alike([1.0001, *kept[1:]], kept, 1.0)
    assert not _alike([1.0, {"length": 9, "mean, rms, slope": [0.5, 0.60006, 0.2]}, "a", 3], kept, 1.0)
    assert not _alike([*kept[:3], 4], kept, 1.0)
    assert not _alike(kept[:3], kept, 1.0)


if __name__ == "__main__":
    torch.set_num_threads(1)
    taken = {name: golden_readings(name) for name in ASKED}
    lines = (f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "]" for name, rows in taken.items())
    GOLDEN.write_text("{" + f'"measure_version": {MEASURE_VERSION},\n' + ",\n".join(lines) + "}\n")
