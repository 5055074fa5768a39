"""Laplacian on the computation graph or not: planted ones are found, noise is not, controls are controls."""

import numpy as np
import pytest

from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.parameter_graph import parameter_graph
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.crystal.specimens.networks import trained_mlp
from polariscope.crystal.spectra.loss.hessian_graph import hessian_as_laplacian
from polariscope.crystal.spectra.loss.laplacian_fit import fit_laplacian
from polariscope.errors import PolariscopeError


def random_graph(rng, size, density=0.3):
    upper = np.triu(rng.random((size, size)) < density, 1)
    return (upper | upper.T).astype(float)


def noise(rng, size):
    made = rng.normal(size=(size, size))
    return made + made.T


def test_a_planted_laplacian_in_noise_beats_every_relabelling():
    rng = np.random.default_rng(0)
    graph = random_graph(rng, 30)
    planted = np.diag(graph.sum(axis=1)) - graph
    found = hessian_as_laplacian(planted + 0.1 * noise(rng, 30), graph, permutations=99)
    assert found.nonnegative.p_value == found.signed.p_value == 0.01
    assert found.explains_more is True
    assert found.nonnegative.fit.explained > found.nonnegative.null_quantiles(1.0)[0]
    assert found.nonnegative.fit.explained <= found.nonnegative.complete <= found.signed.complete <= 1


def test_p_values_of_noise_are_uniform():
    rng = np.random.default_rng(1)
    cases = [hessian_as_laplacian(noise(rng, 9), random_graph(rng, 9), permutations=19, seed=i) for i in range(80)]
    for values in ([case.signed.p_value for case in cases], [case.nonnegative.p_value for case in cases]):
        for size in (0.1, 0.25, 0.5, 0.75):
            band = 3 * np.sqrt(size * (1 - size) / len(cases))
            assert abs((np.array(values) <= size + 1e-9).mean() - size) < band


def test_the_null_is_the_share_of_relabelled_graphs():
    rng = np.random.default_rng(2)
    matrix, graph = noise(rng, 12), random_graph(rng, 12)
    found = hessian_as_laplacian(matrix, graph, permutations=400)
    shares = []
    for _ in range(400):
        order = rng.permutation(12)
        shares.append(fit_laplacian(matrix, graph[order][:, order], signed=False).explained)
    spread = np.std(shares) / np.sqrt(200)
    assert found.nonnegative.null_mean == pytest.approx(np.mean(shares), abs=4 * spread)
    assert found.nonnegative.null.std() == pytest.approx(np.std(shares), rel=0.25)


def test_a_diagonal_matrix_is_all_diagonal_and_scale_does_not_matter():
    rng = np.random.default_rng(3)
    matrix, graph = np.diag(rng.random(10)), random_graph(rng, 10)
    one, other = (hessian_as_laplacian(factor * matrix, graph, permutations=20) for factor in (1, 1e6))
    assert one.diagonal == other.diagonal == 1
    assert one.signed.null == pytest.approx(other.signed.null, abs=1e-12)
    assert one.nonnegative.p_value == other.nonnegative.p_value


def test_labels_of_matrix_and_graph_together_do_not_matter():
    rng = np.random.default_rng(4)
    matrix, graph, order = noise(rng, 14), random_graph(rng, 14), rng.permutation(14)
    one = hessian_as_laplacian(matrix, graph, permutations=5)
    other = hessian_as_laplacian(matrix[order][:, order], graph[order][:, order], permutations=5)
    for a, b in ((one.signed, other.signed), (one.nonnegative, other.nonnegative)):
        assert a.fit.explained == pytest.approx(b.fit.explained, abs=1e-12)
        assert a.complete == pytest.approx(b.complete, abs=1e-12)


def test_the_complete_graph_s_shares_are_those_of_its_fits():
    matrix = noise(np.random.default_rng(8), 15)
    found = hessian_as_laplacian(matrix, random_graph(np.random.default_rng(8), 15), permutations=1)
    for one, signed in ((found.signed, True), (found.nonnegative, False)):
        expected = fit_laplacian(matrix, 1 - np.eye(15), signed=signed).explained
        assert one.complete == pytest.approx(expected, abs=1e-12)


def test_a_graph_that_no_relabelling_changes_says_nothing():
    matrix = noise(np.random.default_rng(5), 8)
    for graph in (1 - np.eye(8), np.zeros((8, 8))):
        found = hessian_as_laplacian(matrix, graph, permutations=50)
        assert (found.relabellable, found.explains_more) == (False, None)
        assert found.signed.p_value == found.nonnegative.p_value == 1


def test_too_few_relabellings_decide_nothing():
    rng = np.random.default_rng(6)
    assert hessian_as_laplacian(noise(rng, 8), random_graph(rng, 8), permutations=38).explains_more is None
    assert hessian_as_laplacian(noise(rng, 8), random_graph(rng, 8), permutations=39).explains_more is not None


def test_scales_of_layers_fool_the_null_of_all_labels_and_not_the_one_within():
    """Two layers, the first with large entries between any two nodes; the graph joins its nodes at random."""
    rng = np.random.default_rng(7)
    scale = np.repeat([10.0, 1.0], 16)
    matrix = scale[:, None] * noise(rng, 32) * scale
    graph = random_graph(rng, 32, 0.5)
    graph[:16, 16:] = graph[16:, :16] = graph[16:, 16:] = 0
    within = {"first": slice(0, 16), "second": slice(16, 32)}
    anywhere = hessian_as_laplacian(matrix, graph, permutations=99)
    inside = hessian_as_laplacian(matrix, graph, permutations=99, within=within)
    assert anywhere.signed.p_value <= 0.02
    assert inside.signed.p_value > 0.05
    assert inside.within == ("first", "second")
    assert inside.signed.null_mean > 2 * anywhere.signed.null_mean


@pytest.mark.parametrize(
    "within", [{"a": slice(0, 5), "b": slice(4, 8)}, {"a": slice(0, 9)}, {"a": slice(0, 8, 2)}]
)
def test_slices_that_overlap_or_leave_the_nodes_are_refused(within):
    with pytest.raises(PolariscopeError, match=r"^within"):
        hessian_as_laplacian(np.eye(8), np.zeros((8, 8)), within=within)


def test_no_relabelling_is_refused():
    with pytest.raises(PolariscopeError, match=r"^permutations"):
        hessian_as_laplacian(np.eye(2), np.zeros((2, 2)), permutations=0)


def test_a_real_hessian_follows_its_computation_graph_beyond_its_layers():
    model, loss, data = trained_mlp()
    names = ["2.bias", "4.weight", "4.bias"]
    within = loss_surface(model, loss, data, parameters=names).parameter_slices
    found = hessian_as_laplacian(
        hessian(model, loss, data, parameters=names), parameter_graph(model, names), permutations=99, within=within
    )
    assert found.size == 245
    assert found.explains_more is True
    assert found.signed.fit.explained > 2 * found.signed.null_mean
