"""How fast and how right learning coefficients are: against devinterp and canonical-interp in one process.

    python bench/llc.py [--rounds 3] [--threads 2] [--only equal settings] [--quick]

The peers are optional; what is not installed is left out and said. They ask for more than they need here:

    pip install --no-deps devinterp==2.0.1 canonical-interp==0.1.5 datasets xarray zarr pandas pyarrow \
        dill multiprocess xxhash numcodecs donfig google-crc32c python-dateutil six

All run the same SGLD, w <- w - (lr/2)(n beta grad L + gamma (w - w*)) + sqrt(lr) N(0, 1), with the same minibatch
size and the same draws. Ways take turns within a round (A B C A B C ...); times are medians over rounds, and the
first, where compilers are at work, is told apart. An estimate is the mean over chains, +- its standard error.
"""

import argparse
import gc
import math
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from llc_peers import Floats, Way, peers
from llc_subjects import Settings, Subject, equal, mlp, reduced_rank, transformer

from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.local import local_learning_coefficient
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.settings import make_settings

PARTS = ("equal", "settings", "exact", "chains")
RLCT = 6.5  # of reduced-rank regression (5, 5, 3) at rank 0
CASES = (  # inputs, outputs, hidden, t
    (5, 5, 3, 50.0), (5, 5, 3, 145.0), (5, 5, 3, 1000.0), (5, 4, 2, 145.0), (3, 3, 3, 1000.0),
    (6, 3, 4, 145.0), (4, 6, 1, 145.0), (8, 8, 4, 300.0), (10, 5, 2, 145.0), (5, 5, 5, 145.0),
)  # fmt: skip


def ours(subject: Subject, asked: Settings) -> Floats:
    found = local_learning_coefficient(
        subject.model,
        subject.loss,
        subject.data,
        sampler="sgld",
        chains=asked.chains,
        draws=asked.draws,
        burn_in=asked.burn,
        step=asked.lr,
        batch=asked.batch,
        localization=asked.localization,
        temperature=len(subject.data[0]) / asked.nbeta,
        curvature=False,
    )
    return np.asarray(found.chains.excess[:, asked.burn :].mean(axis=1))


# The tables.


@dataclass(frozen=True, eq=False)
class Outcome:
    """One way's seconds, at the rehearsal and after it, those of all processors, and what its chains gave last."""

    first: float
    seconds: float
    processor: float
    chains: Floats


def turns(ways: Mapping[str, Way], subject: Subject, asked: Settings, rounds: int) -> dict[str, Outcome]:
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    gave: dict[str, Floats] = {}
    torch.compiler.reset()  # a compiler that has met too many networks stops compiling
    for _ in range(rounds + 1):
        for name, way in ways.items():
            begin = time.perf_counter(), time.process_time()
            gave[name] = way(subject, asked)
            times[name].append((time.perf_counter() - begin[0], time.process_time() - begin[1]))
    return {name: outcome(each, gave[name]) for name, each in times.items()}


def outcome(times: list[tuple[float, float]], chains: Floats) -> Outcome:
    wall, processor = (statistics.median(each) for each in zip(*times[1:], strict=True))
    return Outcome(times[0][0], wall, processor, chains)


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def told(chains: Floats) -> str:
    """The mean over chains and its standard error."""
    if not np.isfinite(chains).all():
        return f"{int((~np.isfinite(chains)).sum())} of {len(chains)} chains are not finite"
    return f"{chains.mean():10.3f} +- {chains.std(ddof=1) / math.sqrt(len(chains)):6.3f}"


def show_equal(subject: Subject, ways: Mapping[str, Way], rounds: int) -> None:
    asked = equal(subject)
    heading(
        f"{subject.name}, {subject.size:,} parameters: {asked.chains} chains x {asked.draws} draws of "
        f"{asked.batch}, lr {asked.lr:g}, n beta {asked.nbeta:.1f}, gamma {asked.localization:g}"
    )
    found = turns(ways, subject, asked, rounds)
    unit = next(iter(found.values())).seconds
    for name, own in found.items():
        step = 1e6 * own.seconds / (asked.chains * asked.draws)
        print(
            f"{name:24}{own.seconds:7.2f} s  x {own.seconds / unit:5.2f}  (first {own.first:5.1f} s, "
            f"CPU {own.processor:5.2f} s){step:7.0f} us a chain's step  {told(own.chains)}"
        )
    if "devinterp" in found:
        begin = time.perf_counter()
        gc.collect()
        seconds = 2 * asked.chains * (time.perf_counter() - begin)
        print(f"(devinterp collects garbage twice a chain: in this process {seconds:.2f} s of its time)")


def tried(subject: Subject) -> dict[str, tuple[str, Settings]]:
    """What each documentation starts with, and what careful users might ask of everyone: name -> (whose, what)."""
    base = equal(subject)
    return {
        "devinterp's quick start": ("devinterp", Settings(1e-3, 30.0, 0.0, 32)),
        "devinterp's own defaults": ("devinterp", Settings(1e-2, 32 / math.log(32), 0.0, 32)),
        "canonical's quick start": ("canonical", Settings(1e-5, base.nbeta, 100.0, 500, chains=10, burn=100)),
        "canonical's own defaults": ("canonical", Settings(1.0, 4.0, 1.0, 100)),
        "lr 1e-3": ("", base),
        "lr 1e-2": ("", replace(base, lr=1e-2)),
        "lr 1e-3, 500 burnt, 500": ("", replace(base, burn=500, draws=500)),
        "lr 3e-4, 500 burnt, 500": ("", replace(base, lr=3e-4, burn=500, draws=500)),
    }


def exact(asked: Settings) -> float:
    return reduced_rank_value(5, 5, 3, t=asked.nbeta, localization=asked.localization).value


def show_settings(subject: Subject, ways: Mapping[str, Way], quick: bool) -> None:
    heading(f"{subject.name}: errors against the exact value at each one's own n beta and gamma; RLCT {RLCT}")
    for title, (whose, asked) in tried(subject).items():
        if quick and asked.burn > 100:
            continue
        truth = exact(asked) if asked.localization else RLCT
        kind = "exact" if asked.localization else "no proper posterior; RLCT"
        print(f"{title}: lr {asked.lr:g}, n beta {asked.nbeta:.4g}, gamma {asked.localization:g}, ", end="")
        print(f"{asked.chains} x {asked.draws} of {asked.batch}, burn-in {asked.burn}; {kind} {truth:.3f}")
        for name, way in ways.items():
            if name.startswith(whose) and not name.endswith("compiled"):
                chains = way(subject, asked)
                error = f"   off {100 * (chains.mean() / truth - 1):+6.1f} %" if np.isfinite(chains).all() else ""
                print(f"    {name:24}{told(chains)}{error}")


def show_exact() -> None:
    """Our defaults but for the numbers of chains and draws, on a thousand examples."""
    heading("Ours by HMC, 64 chains x (100 + 200) draws: against the exact value at finite temperature")
    for inputs, outputs, hidden, scale in CASES:
        subject = reduced_rank(inputs, outputs, hidden)
        truth = reduced_rank_value(inputs, outputs, hidden, t=scale)
        begin = time.perf_counter()
        temperature = len(subject.data[0]) / scale
        found = local_learning_coefficient(
            subject.model, subject.loss, subject.data, temperature=temperature, chains=64, burn_in=100, draws=200
        )
        seconds = time.perf_counter() - begin
        off = 100 * (found.value / truth.value - 1)
        remarks = " ".join(remark.code for remark in (*found.reasons, *found.doubts))
        print(
            f"({inputs}, {outputs}, {hidden}) t {scale:6.0f}  exact {truth.value:7.4f} {found.value:8.3f} +- "
            f"{found.standard_error:.3f}  off {off:+5.2f} %  {seconds:5.1f} s  {remarks}"
        )


def show_chains(subject: Subject, rounds: int) -> None:
    """What a chain's step costs among many, against the matrix products it cannot do without."""
    heading(f"{subject.name}: a chain's gradient among many, of {subject.batch} examples")
    local = open_local(subject.model, subject.loss, subject.data)
    floor = products(subject, rounds)
    for chains in (2, 4, 8, 16, 32, 64):
        asked = make_settings(
            sampler="sgld", chains=chains, draws=max(10, 400 // chains), burn_in=0, step=subject.lr,
            batch=subject.batch, localization=subject.localization,
        )  # fmt: skip
        local.sample(asked)
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            local.sample(asked)
            times.append((time.perf_counter() - begin) / (asked.draws * chains))
        step = statistics.median(times)
        print(
            f"{chains:4} chains {1e6 * step:8.0f} us a chain's step  x {step / floor:6.2f} of its matrix products"
        )


def products(subject: Subject, rounds: int) -> float:
    """Seconds of one chain's matrix products, forward and twice back, without all that lies between them."""
    shapes = [
        (parameter.shape[1], parameter.shape[0])
        for name, parameter in subject.model.named_parameters()
        if parameter.ndim == 2 and not name.startswith(("tokens", "places"))
    ]
    rows = subject.batch * (subject.data[0].shape[1] if not subject.data[0].is_floating_point() else 1)
    made = [(torch.randn(8, rows, a), torch.randn(8, a, b), torch.randn(8, rows, b)) for a, b in shapes]
    times = []
    for _ in range(5 * rounds):
        begin = time.perf_counter()
        for inputs, weight, outputs in made:
            inputs @ weight
            outputs @ weight.mT
            inputs.mT @ outputs
        times.append((time.perf_counter() - begin) / 8)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--quick", action="store_true", help="one round, and no long chains")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    rounds = 1 if asked.quick else asked.rounds
    ways: dict[str, Way] = {"ours": ours}
    if {"equal", "settings"} & set(asked.only):
        ways |= peers()
    if "equal" in asked.only:
        for make in (reduced_rank, mlp, transformer):
            show_equal(make(), ways, rounds)
    if "settings" in asked.only:
        show_settings(reduced_rank(), ways, asked.quick)
    if "exact" in asked.only:
        show_exact()
    if "chains" in asked.only:
        for make in (mlp, transformer):
            show_chains(make(), rounds)


if __name__ == "__main__":
    main()
