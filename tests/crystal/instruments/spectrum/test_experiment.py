"""An experiment is frozen, and every rule of its fields is told with its cure."""

import pytest
from pydantic import ValidationError

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.errors import PolariscopeError

_LITERALS = (
    "'auto', 'dynamical', 'combinatorial', 'normalized', 'random-walk', 'hessian', 'gauss-newton' or 'fisher'"
)
_FEW = "0, or at least 19: with fewer no p-value can fall to 0.05"
REFUSED = {
    "no largest": ({"top": 0}, "--top: at least 1; got 0. Cure: give 1 or more."),
    "no smallest": ({"bottom": 0}, "--bottom: at least 1; got 0. Cure: give 1 or more."),
    "one probe": ({"probes": 1}, "--probes: at least 2; got 1. Cure: give 2 or more."),
    "one step": ({"steps": 1}, "--steps: at least 2; got 1. Cure: give 2 or more."),
    "less than none rewired": ({"rewired": -1}, "--rewired: at least 0; got -1. Cure: give 0 or more."),
    "few rewired": ({"rewired": 18}, f"--rewired: {_FEW}; got 18. Cure: give 19 or more."),
    "few relabelled": ({"relabelled": 1}, f"--relabelled: {_FEW}; got 1. Cure: give 19 or more."),
    "an empty batch": ({"batch": 0}, "--batch: at least 1; got 0. Cure: give 1 or more."),
    "a negative seed": ({"seed": -3}, "--seed: at least 0; got -3. Cure: give 0 or more."),
    "level 1": ({"level": 1.0}, "--level: between 0 and 1; got 1.0. Cure: give 0.95."),
    "level nan": ({"level": float("nan")}, "--level: between 0 and 1; got nan. Cure: give 0.95."),
    "tolerance 0": (
        {"tolerance": 0.0},
        "--tolerance: between 0 and 1; got 0.0. Cure: give 1e-6, or leave it out.",
    ),
    "tolerance inf": (
        {"tolerance": float("inf")},
        "--tolerance: between 0 and 1; got inf. Cure: give 1e-6, or leave it out.",
    ),
    "another matrix": (
        {"matrix": "adjacency"},
        f"--matrix: input should be {_LITERALS}; got adjacency. Cure: see polariscope spectrum --help.",
    ),
    "another dtype": (
        {"dtype": "float16"},
        "--dtype: input should be 'float32' or 'float64'; got float16. Cure: see polariscope spectrum --help.",
    ),
    "an unknown field": (
        {"bottom_up": 3},
        "--bottom-up: extra inputs are not permitted; got 3. Cure: see polariscope spectrum --help.",
    ),
}


@pytest.mark.parametrize(("fields", "told"), REFUSED.values(), ids=REFUSED)
def test_a_field_that_breaks_its_rule_is_refused(fields, told):
    with pytest.raises(PolariscopeError) as caught:
        make_spectrum(subject="ring", **fields)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "fields",
    [
        {"top": 1, "bottom": 1, "probes": 2, "steps": 2, "batch": 1, "level": 1e-9, "tolerance": 0.99},
        {"rewired": 0, "relabelled": 0},
        {"rewired": 19, "relabelled": 19},
    ],
)
def test_the_least_that_a_rule_allows_is_taken(fields):
    made = make_spectrum(**fields)
    assert {name: getattr(made, name) for name in fields} == fields


def test_an_experiment_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        make_spectrum().top = 3
