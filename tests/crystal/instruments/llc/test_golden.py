"""Readings of small runs, kept in golden.json: they change only together with MEASURE_VERSION.

Kept is what another linear algebra library gives alike, to a part in a million in double precision: a long list as
its length and three sums, and not what rounding alone makes. After raising MEASURE_VERSION take them anew with

    cd tests && python -m crystal.instruments.llc.test_golden
"""

from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from llc_small import FEW, small_run
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.measuring.measurer import Measurer
from polariscope.crystal.instruments.llc.planning import MEASURE_VERSION, make_plan
from polariscope.crystal.instruments.llc.subjects import find_subject
from polariscope.runs import canonical_json, parse_canonical

GOLDEN = Path(__file__).with_name("golden.json")
ASKED: dict[str, dict[str, Any]] = {
    "monomial": {"subject": "monomial:1,2", "calibrate": True},
    "layers": {"subject": "reduced-rank:3,2,2", "by": "layer", "sampler": "sgld", "batch": 100},
    "training": {"subject": "modular-addition", "matched": True},
}
OF_ROUNDING = {"residual", "exact_error", "bytes_a_chain", "chunk"}
OF_SINGLE_PRECISION = {"control"}
"""The control's specimen is in float32: a rounding may turn a draw."""
SHORT = 8
CHANGED = (
    "readings come out otherwise than in golden.json ({}). If that is meant, raise MEASURE_VERSION in "
    "crystal/instruments/llc/planning.py, so that no old cell passes for a new one, and take the golden "
    "readings anew (see this file's first lines); if not, mend the code"
)


def golden_readings(name: str) -> list[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "modular_addition_run", lambda _: small_run())
        experiment = make_llc(**{**FEW, "dtype": "float64", **ASKED[name]})
        subject = find_subject(experiment)
        measure = Measurer(subject)
        return [_short(row) for cell in make_plan(experiment, subject).cells for row in measure(cell)]


def _short(reading: dict[str, Any]) -> dict[str, Any]:
    return {name: _summed(value) for name, value in reading.items() if name not in OF_ROUNDING}


def _summed(value: Any) -> Any:
    if not isinstance(value, list) or not value or isinstance(value[0], str):
        return value
    if isinstance(value[0], list) and isinstance(value[0][0], str):
        return [each[0] for each in value]  # of a remark its code; its sentence is tested where it is made
    numbers = np.ravel(np.array(value, float))
    if len(numbers) <= SHORT:
        return numbers.tolist()
    places = np.arange(len(numbers)) / len(numbers)
    sums = numbers.mean(), (numbers**2).mean() ** 0.5, (places * numbers).mean()
    return {"length": len(numbers), "mean, rms, slope": [float(each) for each in sums]}


def _alike(ours: Any, kept: Any, near: float) -> bool:
    if isinstance(kept, dict):
        return ours.keys() == kept.keys() and all(_alike(ours[name], kept[name], near) for name in kept)
    if isinstance(kept, list):
        return len(ours) == len(kept) and all(_alike(*each, near) for each in zip(ours, kept, strict=True))
    if isinstance(kept, float):
        return isnan(ours) if isnan(kept) else bool(ours == pytest.approx(kept, rel=near, abs=1e-9))
    return bool(ours == kept)


@pytest.mark.parametrize("name", ASKED)
def test_readings_change_only_with_the_measure_version(name):
    golden = parse_canonical(GOLDEN.read_text())
    assert golden["measure_version"] == MEASURE_VERSION, "take the golden readings anew"
    found, kept = golden_readings(name), golden[name]
    assert [row["kind"] for row in found] == [row["kind"] for row in kept], CHANGED.format("other kinds")
    for ours, own in zip(found, kept, strict=True):
        assert ours.keys() == own.keys(), CHANGED.format(f"other fields of {own['kind']}")
        near = 1e-2 if own["kind"] in OF_SINGLE_PRECISION else 1e-6
        for field, value in own.items():
            assert _alike(ours[field], value, near), CHANGED.format(f"{field} of {own['kind']}")


def test_every_kind_of_reading_is_kept():
    golden = parse_canonical(GOLDEN.read_text())
    assert {row["kind"] for name in ASKED for row in golden[name]} == {
        "calibration", "chains", "control", "estimate", "known", "localization", "plateau",
        "start", "temperature", "trace",
    }  # fmt: skip
    (one,) = (row for row in golden["monomial"] if row["kind"] == "chains")
    assert len(set(one["means"])) == FEW["chains"]


def test_a_change_of_a_part_in_ten_thousand_is_seen():
    kept = [1.0, {"length": 9, "mean, rms, slope": [0.5, 0.6, 0.2]}, "a", 3, float("nan")]
    assert _alike(kept, kept, 1e-6)
    assert not _alike([1.0001, *kept[1:]], kept, 1e-6)
    assert not _alike([1.0, {"length": 9, "mean, rms, slope": [0.5, 0.60006, 0.2]}, *kept[2:]], kept, 1e-6)
    assert not _alike([*kept[:3], 4, kept[4]], kept, 1e-6)
    assert not _alike([*kept[:4], 1.0], kept, 1e-6)


if __name__ == "__main__":
    torch.set_num_threads(1)
    taken = {name: golden_readings(name) for name in ASKED}
    lines = (f'"{name}": [\n' + ",\n".join(map(canonical_json, rows)) + "]" for name, rows in taken.items())
    GOLDEN.write_text("{" + f'"measure_version": {MEASURE_VERSION},\n' + ",\n".join(lines) + "}\n")
