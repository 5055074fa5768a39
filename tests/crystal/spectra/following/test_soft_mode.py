"""The follower, on systems whose soft mode is known in closed form: networks, an order parameter, lattices."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.crystal.operators.loss.hessian import hessian, hessian_of
from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.specimens.training import linear_training
from polariscope.crystal.spectra.following.soft_mode import follow
from polariscope.errors import PolariscopeError


def cycle(size):
    ring = np.roll(np.eye(size), 1, axis=0)
    return 2 * np.eye(size) - ring - ring.T


def aligned(found, expected):
    return abs(found @ expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("y", [0.8, -0.3])
def test_the_linear_network_s_mode_crosses_at_lam_equal_to_y(y):
    def at_the_origin(lam):
        def loss(w):
            return (w[0] * w[1] - y) ** 2 / 2 + lam / 2 * (w**2).sum()

        return hessian_of(loss, torch.zeros(2, dtype=torch.float64))

    direction = [1, np.sign(y)]
    found = follow(at_the_origin, [0.05, 0.5, 1.5])
    (zero,) = found.zeros
    assert zero.at == pytest.approx(abs(y), abs=1e-9)
    assert zero.between[0] < abs(y) < zero.between[1]
    assert zero.between[1] - zero.between[0] < 1e-8
    assert (zero.falling, zero.found, zero.interpolated) == (False, True, False)
    assert aligned(zero.direction, direction) == pytest.approx(1, abs=1e-12)
    assert np.allclose(found.values, found.at - abs(y))

    places = np.array([0.1, 0.2, abs(y) + 0.05, 1.2])
    (listed,) = follow([at_the_origin(lam) for lam in places], places).zeros
    assert listed.at == pytest.approx(abs(y), abs=1e-12)  # the mode is linear in lam, and so is the interpolation
    assert listed.between == (0.2, abs(y) + 0.05)
    assert listed.interpolated
    assert aligned(listed.direction, direction) == pytest.approx(1, abs=1e-12)


def test_a_training_run_crosses_where_gradient_flow_says():
    run = linear_training()
    operators = [hessian(model, run.loss, run.data) for model in run.models]
    found = follow(operators, run.times, count=6)
    zero = found.zeros[0]
    assert zero.between[0] < run.expected < zero.between[1]
    assert zero.at == pytest.approx(run.expected, abs=0.02)
    assert (zero.falling, zero.found, found.lost) == (False, True, ())


def test_an_order_parameter_softens_uniformly_at_the_critical_temperature():
    a, kappa, critical, size = 2.0, 3.0, 1.7, 40

    def curvature(temperature):
        return from_matrix(a * (temperature - critical) * np.eye(size) + kappa * cycle(size))

    found = follow(curvature, np.linspace(3, 1, 5))
    (zero,) = found.zeros
    assert zero.at == pytest.approx(critical, abs=1e-9)
    assert zero.falling
    assert aligned(zero.direction, np.ones(size)) == pytest.approx(1, abs=1e-9)
    assert set(found.ranks) == {0}
    wave = follow(curvature, np.linspace(3, -1, 5), start=np.cos(2 * np.pi * np.arange(size) / size) / np.sqrt(20))
    expected = critical - kappa / a * (2 - 2 * np.cos(2 * np.pi / size))
    assert wave.zeros[0].at == pytest.approx(expected, abs=1e-9)
    assert wave.points[0].together == 2  # it and the sine are one level
    assert wave.lost == wave.encounters == ()


def test_a_lattice_is_unstable_once_its_on_site_spring_is_negative():
    def lattice(spring):
        return from_matrix(1.5 * cycle(12) + spring * np.eye(12))

    springs = np.linspace(0.5, -0.5, 10)
    found = follow([lattice(spring) for spring in springs], springs)
    (zero,) = found.zeros
    assert zero.at == pytest.approx(0, abs=1e-12)
    assert zero.between[0] < 0 < zero.between[1]


def test_a_dimer_chain_softens_with_its_weak_spring():
    """Two cells of equal masses m, springs K and k: at q = pi the acoustic mode has omega^2 = 2 k / m."""
    strong, mass = 2.0, 0.5

    def chain(weak):
        springs = [strong, weak, strong, weak]
        matrix = np.zeros((4, 4))
        for i, spring in enumerate(springs):
            j = (i + 1) % 4
            matrix[[i, j], [i, j]] += spring
            matrix[[i, j], [j, i]] -= spring
        return from_matrix(matrix / mass)

    found = follow(chain, np.linspace(1, -1, 6), start=1)
    assert np.allclose(found.values, 2 * found.at / mass)
    (zero,) = found.zeros
    assert zero.at == pytest.approx(0, abs=1e-9)
    assert aligned(zero.direction, np.array([1, 1, -1, -1])) == pytest.approx(1, abs=1e-6)
    (encounter,) = found.encounters
    assert (encounter.kind, encounter.ranks) == ("crossing", (1, 0))
    # The translation costs nothing at any spring: it never changes sign, and no one can say it has one.
    at = np.linspace(1, 0.1, 6).tolist()
    rest = follow(chain, at)
    assert (rest.zeros, rest.undecided) == ((), tuple(at))


def test_a_mode_that_stays_positive_has_no_zero_and_one_that_swings_has_several():
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]

    def swinging(t):
        return from_matrix(turned @ np.diag([np.cos(t), 2, 3, 4, 5]) @ turned.T)

    assert follow(swinging, [0, 0.5, 1]).zeros == ()
    for zeros in (
        follow(swinging, np.linspace(0, 8, 20)).zeros,
        follow([swinging(t) for t in np.linspace(0, 8, 400)], np.linspace(0, 8, 400)).zeros,
    ):
        assert [zero.at for zero in zeros] == pytest.approx([np.pi / 2, 3 * np.pi / 2, 5 * np.pi / 2], abs=1e-5)
        assert [zero.falling for zero in zeros] == [True, False, True]


def turning(angle):
    """The mode of 1 turns through the plane of 1 and 2 into their 45 degrees, and on; that of 3 stays."""
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    return from_matrix(turn @ np.diag([1, 2, 3]) @ turn.T)


def test_a_mode_that_turns_out_of_what_is_listed_is_lost_and_said_to_be():
    angles = [0, 0.1, 1.5, 1.6]
    found = follow([turning(angle) for angle in angles], angles, count=1)
    (lost,) = found.lost
    assert lost.between == (0.1, 1.5)
    assert lost.overlap == pytest.approx(np.cos(1.4))
    assert found.overlaps == pytest.approx([1, np.cos(0.1), np.cos(1.4), np.cos(0.1)])


def test_a_long_step_is_halved_where_the_operator_is_known_in_between():
    found = follow(turning, [0, 1.5], count=1)
    assert found.lost == ()
    assert found.at == pytest.approx([0, 0.75, 1.5])
    assert abs(found.points[-1].vector @ [np.cos(1.5), np.sin(1.5), 0]) == pytest.approx(1)
    assert np.array_equal(np.sign(np.diff(found.at)), [1, 1])


@given(seed=st.integers(0, 2**31))
@settings(max_examples=20)
def test_scale_and_labels_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    start, move = (made + made.T for made in rng.normal(size=(2, 6, 6)))
    order = rng.permutation(6)

    def path(t):
        return start + t * move

    at = np.linspace(0, 1, 30)
    one = follow([from_matrix(path(t)) for t in at], at)
    other = follow([from_matrix(1e6 * path(t)[order][:, order]) for t in at], at)
    assert np.allclose(other.values, 1e6 * one.values)
    assert np.array_equal(one.ranks, other.ranks)
    assert [zero.falling for zero in one.zeros] == [zero.falling for zero in other.zeros]


def test_every_value_lies_within_its_bound_of_an_eigenvalue():
    rng = np.random.default_rng(1)
    start, move = (made + made.T for made in rng.normal(size=(2, 300, 300)))
    matrices = [start + t * move for t in np.linspace(0, 0.2, 5)]
    operators = [SymmetricOperator(lambda v, m=m: m @ v, 300, name="by products") for m in matrices]
    found = follow(operators, range(5), tolerance=1e-4)
    assert found.bounds.max() > 1e-9
    for point, matrix in zip(found.points, matrices, strict=True):
        assert np.abs(np.linalg.eigvalsh(matrix) - point.value).min() <= point.bound


def good(count=2):
    return [from_matrix(np.eye(2)) for _ in range(count)]


@pytest.mark.parametrize(
    ("arguments", "options", "argument"),
    [
        ((good(), [0, 0]), {}, "at"),
        ((good(), [0, np.nan]), {}, "at"),
        ((good(1), [0]), {}, "at"),
        ((good(3), [0, 2, 1]), {}, "at"),
        ((good(3), [0, 1]), {}, "operators"),
        ((from_matrix(np.eye(2)), [0, 1]), {}, "operators"),
        ((7, [0, 1]), {}, "operators"),
        (([np.eye(2), np.eye(2)], [0, 1]), {}, "operators"),
        (([from_matrix(np.eye(2)), from_matrix(np.eye(3))], [0, 1]), {}, "operators"),
        ((good(), [0, 1]), {"start": "hardest"}, "start"),
        ((good(), [0, 1]), {"start": 2}, "start"),
        ((good(), [0, 1]), {"start": True}, "start"),
        ((good(), [0, 1]), {"start": [0.0, 0.0]}, "start"),
        ((good(), [0, 1]), {"start": [1.0]}, "start"),
        ((good(), [0, 1]), {"count": 3}, "count"),
    ],
)
def test_what_cannot_be_followed_is_refused(arguments, options, argument):
    with pytest.raises(PolariscopeError) as caught:
        follow(*arguments, **options)
    assert caught.value.argument == argument


def test_a_start_between_the_modes_is_refused():
    operators = [from_matrix(np.diag(np.arange(4.0))) for _ in range(2)]
    with pytest.raises(PolariscopeError, match="lies in one listed level"):
        follow(operators, [0, 1], start=np.ones(4))
