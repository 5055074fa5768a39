"""How fast and how right spectra are: against curvlinops and hessian-eigenthings in one process, and the floor.

    python bench/spectra.py [--rounds 5] [--only top density ghosts product growth]

The peers are optional; what is not installed is left out and said. curvlinops asks for more than it needs here:

    pip install --no-deps curvlinops-for-pytorch==3.0.1 hessian-eigenthings==1.0.0a5 \
        backpack-for-pytorch unfoldNd einconv einops linear_operator jaxtyping wadler-lindig

Ways take turns within a round (A B C A B C ...); times are medians over rounds. The truth is the dense Hessian in
double precision. Memory is the growth of a child process's peak, each in a process of its own.
"""

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse.linalg import eigsh
from scipy.stats import wasserstein_distance
from torch import nn

from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.crystal.operators.symmetric import DENSE_LIMIT
from polariscope.crystal.specimens.networks import trained_mlp, trained_transformer
from polariscope.crystal.spectra.krylov.density import spectral_density
from polariscope.crystal.spectra.krylov.extremes import Eigenpairs, extreme_eigenpairs

Floats = NDArray[np.float64]
TOP = 5
PROBES, STEPS = 8, 60
PARTS = ("top", "density", "ghosts", "product", "growth")


@dataclass(frozen=True, eq=False)
class Problem:
    """A network with its loss and data, and what is known of its Hessian in double precision.

    Args:
        top: The largest eigenvalues, largest first.
        exact: All of them, ascending; empty where the matrix is too large to write out.
    """

    name: str
    model: nn.Module
    loss: Callable[[Any, Any], torch.Tensor]
    data: tuple[Any, Any]
    size: int
    top: Floats
    exact: Floats


def peer(name: str) -> Any:
    """A library that may be missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as error:
        print(f"({name} is left out: {error})")
        return None


def turns(ways: Mapping[str, Callable[[], Any]], rounds: int) -> tuple[dict[str, float], dict[str, Any]]:
    """Median seconds of each way, and what it gave last."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    gave: dict[str, Any] = {}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            begin = time.perf_counter()
            gave[name] = way()
            if turn:  # the first is a rehearsal
                times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(each) for name, each in times.items()}, gave


def problem(name: str, triple: Any) -> Problem:
    model, loss, data = triple
    operator = hessian(model, loss, data, dtype="float64")
    exact = np.empty(0)
    if operator.size <= DENSE_LIMIT:
        exact = np.linalg.eigvalsh(operator.dense()).astype(np.float64)
        top = exact[::-1][:TOP]
    else:  # ARPACK to the last bit, on products in double precision
        top = np.sort(eigsh(operator, TOP, which="LA", tol=0, return_eigenvectors=False))[::-1]
    return Problem(name, model, loss, data, operator.size, top, exact)


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def curvlinops_operator(library: Any, own: Problem) -> Any:
    parameters = [each for each in own.model.parameters() if each.requires_grad]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return library.HessianLinearOperator(
            own.model, nn.CrossEntropyLoss(), parameters, [own.data], check_deterministic=False
        )


def eigenthings_operator(library: Any, own: Problem) -> Any:
    return library.HessianOperator(own.model, [own.data], library.supervised_loss(own.loss))


# Each way takes what a user has, model, loss and data, and is timed from there.


def ours(own: Problem, dtype: str | None = None) -> Eigenpairs:
    return extreme_eigenpairs(hessian(own.model, own.loss, own.data, dtype=dtype), TOP)


def top_ways(own: Problem) -> dict[str, Callable[[], Any]]:
    """The largest eigenvalues, by each library."""
    ways: dict[str, Callable[[], Any]] = {
        "ours": lambda: ours(own),
        "ours, in doubles": lambda: ours(own, "float64"),
        "our products, eigsh": lambda: largest(hessian(own.model, own.loss, own.data)),
    }
    curvlinops, eigenthings = peer("curvlinops"), peer("hessian_eigenthings")
    if curvlinops:
        ways["curvlinops, eigsh"] = lambda: largest(curvlinops_operator(curvlinops, own).to_scipy(np.float64))
    if eigenthings:
        ways["hessian-eigenthings"] = lambda: eigenthings.lanczos(
            eigenthings_operator(eigenthings, own), k=TOP, max_iter=60, which="LA", seed=0
        )
    return ways


def largest(operator: Any) -> Floats:
    found: Floats = np.sort(eigsh(operator, TOP, which="LA", return_eigenvectors=False))[::-1]
    return found


def show_top(own: Problem, rounds: int) -> None:
    heading(f"top {TOP} of the Hessian, {own.name}, {own.size:,} parameters")
    times, gave = turns(top_ways(own), rounds)
    for name, seconds in times.items():
        made = gave[name]
        values = made if isinstance(made, np.ndarray) else getattr(made, "values", None)
        if values is None:
            values = made.eigenvalues.double().numpy()
        worst = np.abs(np.sort(values)[::-1] - own.top).max() / own.top[0]
        flagged = f"  {int(made.converged.sum())} of {TOP} marked converged" if hasattr(made, "converged") else ""
        columns = f", {made.products} columns" if hasattr(made, "products") else ""
        times_ours = f"x {seconds / times['ours']:5.2f}"
        print(f"{name:24}{seconds:8.3f} s  {times_ours}   error {worst:8.1e}{flagged}{columns}")


def density_ways(own: Problem) -> dict[str, Callable[[], tuple[Floats, Floats]]]:
    """Places and shares of a measure, by each library."""

    def counted() -> tuple[Floats, Floats]:
        operator = hessian(own.model, own.loss, own.data)
        top = extreme_eigenpairs(operator, TOP)
        known = top.values, top.vectors
        return spectral_density(operator, probes=PROBES, steps=STEPS, known=known).measure()

    ways = {"ours": lambda: our_density(own), f"ours, top {TOP} counted": counted}
    curvlinops, eigenthings = peer("curvlinops"), peer("hessian_eigenthings")
    if curvlinops:
        fast_lanczos = importlib.import_module("curvlinops.papyan2020traces.spectrum").fast_lanczos

        def theirs() -> tuple[Floats, Floats]:
            operator = curvlinops_operator(curvlinops, own)
            made = [fast_lanczos(operator, STEPS) for _ in range(PROBES)]
            nodes = np.concatenate([values.numpy() for values, _ in made])
            return nodes, np.concatenate([vectors[0].numpy() ** 2 for _, vectors in made])

        def smoothed() -> tuple[Floats, Floats]:
            operator = curvlinops_operator(curvlinops, own)
            grid, heights = curvlinops.lanczos_approximate_spectrum(operator, STEPS, num_repeats=PROBES)
            return grid.numpy(), np.clip(heights.numpy(), 0, None)

        ways |= {"curvlinops, nodes": theirs, "curvlinops, density": smoothed}
    if eigenthings:

        def density() -> tuple[Floats, Floats]:
            operator = eigenthings_operator(eigenthings, own)
            made = eigenthings.spectral_density(operator, num_runs=PROBES, lanczos_steps=STEPS, seed=0)
            return made.grid.numpy(), np.clip(made.density.numpy(), 0, None)

        ways["hessian-eigenthings"] = density
    return ways


def our_density(own: Problem, seed: int = 0) -> tuple[Floats, Floats]:
    operator = hessian(own.model, own.loss, own.data)
    return spectral_density(operator, probes=PROBES, steps=STEPS, seed=seed).measure()


def show_density(own: Problem, rounds: int) -> None:
    heading(
        f"stochastic Lanczos quadrature, {PROBES} x {STEPS}, {own.name}; W1: Wasserstein-1 to the exact spectrum"
    )
    times, gave = turns(density_ways(own), rounds)
    for name, seconds in times.items():
        nodes, weights = gave[name]
        told = f"W1 {wasserstein_distance(nodes, own.exact, weights):8.1e}" if len(own.exact) else ""
        print(f"{name:24}{seconds:8.3f} s  x {seconds / times['ours']:5.2f}   {told}")
    if not len(own.exact):
        return
    made = (our_density(own, seed) for seed in range(1, 9))
    spread = [wasserstein_distance(nodes, own.exact, weights) for nodes, weights in made]
    print(f"ours over 8 seeds: W1 {min(spread):.1e} to {max(spread):.1e}, median {statistics.median(spread):.1e}")


class Quadratic(nn.Module):
    """w'Aw / 2, whose Hessian is A."""

    def __init__(self, matrix: Floats) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(len(matrix)))
        self.register_buffer("matrix", torch.tensor(matrix, dtype=torch.float32))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return (self.w @ self.get_buffer("matrix") @ self.w) / 2 * inputs


def show_ghosts() -> None:
    heading("a planted near-degenerate top pair (1, 1 - 1e-5) over a bulk, 1,000 rows, single precision")
    generator = np.random.default_rng(0)
    basis = np.linalg.qr(generator.standard_normal((1_000, 1_000)))[0]
    values = np.concatenate([[1.0, 1 - 1e-5, 0.7, 0.6, 0.55], generator.uniform(-0.1, 0.5, 995)])
    model = Quadratic(basis @ np.diag(values) @ basis.T)
    data = torch.ones(1), torch.zeros(1)

    def loss(outputs: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        return outputs.mean()

    found = extreme_eigenpairs(hessian(model, loss, data), TOP)
    print(f"{'planted':24}{np.round(np.sort(values)[::-1][:TOP], 6)}")
    print(f"{'ours':24}{np.round(found.values, 6)}  converged {found.converged.astype(int)}")
    eigenthings = peer("hessian_eigenthings")
    if eigenthings:
        operator = eigenthings.HessianOperator(model, [data], eigenthings.supervised_loss(loss))
        made = eigenthings.lanczos(operator, k=TOP, max_iter=200, which="LA", seed=0)
        told = made.eigenvalues.double().numpy()
        print(f"{'hessian-eigenthings':24}{np.round(told, 6)}  converged {made.converged.int().numpy()}")


def show_product(own: Problem, rounds: int) -> None:
    heading(f"one product against one gradient, {own.name}")
    surface = loss_surface(own.model, own.loss, own.data)
    vectors = torch.randn(surface.size, 8, dtype=surface.objective.dtype)
    surface.product(vectors[:, 0])  # whatever is built once is built here
    parameters = list(own.model.parameters())

    def gradient() -> Any:
        return torch.autograd.grad(own.loss(own.model(own.data[0]), own.data[1]), parameters)

    ways = {
        "gradient (torch)": gradient,
        "product, 1 column": lambda: surface.product(vectors[:, 0]),
        "product, 8 columns": lambda: surface.product(vectors),
    }
    times, _ = turns(ways, 20 * rounds)
    for name, seconds in times.items():
        print(f"{name:24}{1e3 * seconds:8.2f} ms  {seconds / times['gradient (torch)']:6.2f} gradients")


def grown(width: int, examples: int, what: str) -> None:
    """In a child process: time and memory of a gradient or a product on a network of that size."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(width, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 10)
    )
    data = torch.randn(examples, width), torch.randint(0, 10, (examples,))
    size = sum(each.numel() for each in model.parameters())
    loss = nn.functional.cross_entropy
    batch = min(examples, 256)
    surface = loss_surface(model, loss, data, batch=batch)
    vector = torch.randn(size)
    parameters = list(model.parameters())

    def gradient() -> Any:
        for at in range(0, examples, batch):
            part = slice(at, at + batch)
            torch.autograd.grad(loss(model(data[0][part]), data[1][part]), parameters)

    act: Callable[[], Any] = gradient if what == "gradient" else lambda: surface.product(vector)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(4):
        begin = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begin)
    peak = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    print(json.dumps({"size": size, "seconds": statistics.median(seconds[1:]), "bytes": peak, "batch": batch}))


def child(width: int, examples: int, what: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--grown", str(width), str(examples), what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def show_growth() -> None:
    heading("growth: minibatches of 256; memory above what model, data and vector take, in parameter bytes (4 n)")
    print(f"{'parameters':>12}{'examples':>10}{'gradient':>12}{'product':>12}{'ratio':>8}{'memory':>18}")
    for width, examples in ((220, 2_560), (700, 2_560), (2_230, 2_560), (700, 256), (700, 25_600)):
        slope, product = (child(width, examples, what) for what in ("gradient", "product"))
        size = product["size"]
        activations = 4 * product["batch"] * (4 * width + 10)
        ratio = product["seconds"] / slope["seconds"]
        told = f"{product['bytes'] / (4 * size):.1f} (activations {activations / (4 * size):.1f})"
        print(
            f"{size:12,}{examples:10,}{slope['seconds']:10.3f} s{product['seconds']:10.3f} s{ratio:8.2f}{told:>24}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--grown", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.grown:
        grown(int(asked.grown[0]), int(asked.grown[1]), asked.grown[2])
        return
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    networks = {"MLP 20-40-40-5": trained_mlp, "transformer": trained_transformer}
    needs = {"top", "density", "product"} & set(asked.only)
    for own in (problem(name, train()) for name, train in networks.items() if needs):
        if "top" in asked.only:
            show_top(own, asked.rounds)
        if "density" in asked.only:
            show_density(own, asked.rounds)
        if "product" in asked.only:
            show_product(own, asked.rounds)
    if "ghosts" in asked.only:
        show_ghosts()
    if "growth" in asked.only:
        show_growth()


if __name__ == "__main__":
    main()
