"""A start's reading is the loss, its slope and the ends of its Hessian, and what a chain costs."""

import numpy as np
import pytest

from crystal_networks import dense_hessian, problem
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.instruments.llc.measuring.starts import start_reading


def test_it_is_the_loss_s_own():
    triple = problem("mlp")
    local = open_local(*triple, dtype="float64")
    told = start_reading(local, {"part": "whole", "point": "here", "seed": 0, "minibatch": None})
    values = np.linalg.eigvalsh(dense_hessian(*triple))
    assert (told["kind"], told["part"], told["point"]) == ("start", "whole", "here")
    assert told["loss"] == pytest.approx(local.surface.loss())
    assert told["gradient"] == pytest.approx(np.linalg.norm(local.surface.gradient()))
    assert told["largest"] == pytest.approx(values[-1], abs=2e-3 * values[-1])
    assert told["smallest"] == pytest.approx(values[0], abs=2e-3 * values[-1])
    assert (told["free"], told["examples"]) == (local.free, local.examples)
    assert told["mapped"] == 1


def test_a_minibatch_saves_less_than_all_examples():
    local = open_local(*problem("mlp"))
    whole, part = (
        start_reading(local, {"part": "whole", "point": "here", "seed": 0, "minibatch": size})
        for size in (None, 2)
    )
    assert part["bytes_a_chain"] < whole["bytes_a_chain"]
    assert part["chunk"] == local.memory // part["bytes_a_chain"]
