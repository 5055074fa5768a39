"""Cells and plans: identities that follow all that can change the outcome, and nothing else."""

import pickle
from typing import Any

import pytest

from polariscope.runs import Cell, Plan

BASE: dict[str, Any] = {"seed": 0, "scale": 10.0, "layers": [1, 2]}


@pytest.mark.parametrize(
    "other",
    [
        Cell("other", 1, BASE),
        Cell("demo", 2, BASE),
        Cell("demo", 1, BASE | {"seed": 1}),
        Cell("demo", 1, BASE | {"scale": 10}),
        Cell("demo", 1, BASE | {"layers": [2, 1]}),
        Cell("demo", 1, BASE | {"dtype": "float32"}),
    ],
)
def test_every_change_is_a_new_cell(other: Cell) -> None:
    cell = Cell("demo", 1, BASE)
    assert other != cell
    assert other.identity != cell.identity


def test_equal_parameters_are_the_same_cell_in_any_order() -> None:
    cell, same = Cell("demo", 1, BASE), Cell("demo", 1, dict(reversed(BASE.items())))
    assert cell == same
    assert len({cell, same}) == 1
    assert len({Cell("demo", 1, {"x": float("nan")}), Cell("demo", 1, {"x": float("nan")})}) == 1


def test_the_callers_parameters_are_copied_and_the_cells_are_frozen() -> None:
    given: dict[str, Any] = {"layers": [1]}
    cell = Cell("demo", 1, given)
    given["layers"].append(2)
    given["seed"] = 5
    assert cell == Cell("demo", 1, {"layers": [1]})
    assert cell.parameters == {"layers": [1]}
    with pytest.raises(TypeError):
        cell.parameters["seed"] = 1  # type: ignore[index]


def test_cells_and_plans_travel_to_other_processes() -> None:
    plan = Plan({"trials": 1}, (Cell("demo", 1, BASE),))
    back = pickle.loads(pickle.dumps(plan))
    assert back.identity == plan.identity
    assert back.cells == plan.cells
    assert back.cells[0].parameters == plan.cells[0].parameters


def test_a_run_is_named_by_its_experiment_and_its_cells() -> None:
    one, two = Cell("demo", 1, {"seed": 0}), Cell("demo", 1, {"seed": 1})
    plan = Plan({"n": 2}, (one, two))
    assert Plan({"n": 2}, (one, two)).identity == plan.identity
    others = [Plan({"n": 3}, (one, two)), Plan({"n": 2}, (two, one)), Plan({"n": 2}, (one,))]
    assert len({plan.identity, *(other.identity for other in others)}) == 4


@pytest.mark.parametrize(
    "cells",
    [(), (Cell("a", 1, {}), Cell("b", 1, {})), (Cell("a", 1, {}), Cell("a", 1, {}))],
    ids=["none", "two instruments", "one twice"],
)
def test_cells_that_make_no_plan_are_refused(cells: tuple[Cell, ...]) -> None:
    with pytest.raises(ValueError, match="a plan"):
        Plan({}, cells)
