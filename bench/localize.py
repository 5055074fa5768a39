"""How fast the fast path is: against the published script's way, a fair baseline, its own count, and the machine.

    python bench/localize.py [--rounds 5] [--trials 4] [--dtype float32 bfloat16]

One process, one shared plan, the embedded model. The ways take turns (A B C A B C ...), and ratios are medians
over the rounds of seconds a prediction. Floating-point operations are counted by torch as each way really runs.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from polariscope.intervene import Edit, FastPath, PlainPath, Row, compare
from polariscope.intervene.decoder import find_blocks
from polariscope.introspection.materials import load_materials
from polariscope.introspection.presets import find_preset
from polariscope.introspection.prompt import Prompt, make_builder
from polariscope.introspection.trials import draw_trials
from polariscope.introspection.vectors import read_lines
from polariscope.models import OpenModel, open_model

SENTENCES = 5
LAYER = 0.25


@dataclass(frozen=True, eq=False)
class Shared:
    """The plan that every way reads: the same prompts, the same vectors."""

    model: Any
    prompts: Sequence[Prompt]
    shared: int
    vectors: dict[int, torch.Tensor]

    def rows(self, block: int, prompts: Sequence[int]) -> list[Row]:
        """Each sentence of these prompts injected in turn."""
        return [
            Row(index, (Edit(block, span, 10 * self.vectors[block][p]),))
            for index, p in enumerate(prompts)
            for span in self.prompts[p].spans
        ]


def make_shared(opened: OpenModel, trials: int) -> Shared:
    materials = load_materials()
    builder = make_builder(opened.tokenizer, "smollm2", find_preset("godet-2025"))
    drawn = draw_trials(materials, trials, SENTENCES, seed=0)
    prompts = [builder.build([materials.sentences[s] for s in trial.sentences]) for trial in drawn]
    blocks = range(opened.identity.blocks)
    bank = read_lines(FastPath(opened.model), opened.tokenizer, materials.lines, blocks)
    pairs = [materials.pairs[trial.pair] for trial in drawn]
    vectors = {
        block: torch.stack([bank.difference(pair.concept, pair.generic, block) for pair in pairs])
        for block in blocks
    }
    return Shared(opened.model, prompts, min(prompts[0].spans[0]), vectors)


def fast(plan: Shared, blocks: Sequence[int], prompts: Sequence[int], path: FastPath) -> torch.Tensor:
    """The fast path: clean passes included, the shared prefix read before."""
    clean = path.clean([plan.prompts[p].tokens for p in prompts], keep=blocks)
    return torch.cat([path.edited(clean, plan.rows(block, prompts)) for block in blocks])


def one_at_a_time(plan: Shared, blocks: Sequence[int], prompts: Sequence[int]) -> torch.Tensor:
    """What the published script does: a whole forward pass with all logits for each prediction."""
    path = PlainPath(plan.model)
    tokens = tuple(plan.prompts[p].tokens for p in prompts)
    rows = [(row, tokens) for block in blocks for row in plan.rows(block, prompts)]
    return torch.stack([path._read(tokens[row.prompt], row.edits) for row, tokens in rows])


@torch.no_grad()
def batched(plan: Shared, blocks: Sequence[int], prompts: Sequence[int]) -> torch.Tensor:
    """A fair baseline: the rows of a trial in one batch, logits of the last position only."""
    found = []
    for block in blocks:
        for place, p in enumerate(prompts):
            rows = [row for row in plan.rows(block, prompts) if row.prompt == place]

            def add(_module: Any, _inputs: Any, output: torch.Tensor, rows: Sequence[Row] = rows) -> torch.Tensor:
                return torch.stack([row.edits[0].apply(h) for row, h in zip(rows, output, strict=True)])

            handle = find_blocks(plan.model)[block].register_forward_hook(add)
            ids = torch.tensor([plan.prompts[p].tokens] * len(rows))
            found.append(plan.model(input_ids=ids, use_cache=False, logits_to_keep=1).logits[:, -1].float())
            handle.remove()
    return torch.cat(found)


def count(plan: Shared, way: Callable[[], object]) -> float:
    """Floating-point operations of a way as it runs, with attention as plain matrix products so all are seen."""
    before = plan.model.config._attn_implementation
    plan.model.config._attn_implementation = "eager"
    try:
        with FlopCounterMode(display=False) as counter:
            way()
    finally:
        plan.model.config._attn_implementation = before
    return float(counter.get_total_flops())


def timed(way: Callable[[], torch.Tensor]) -> float:
    begin = time.perf_counter()
    way()
    return time.perf_counter() - begin


def matmul_rate(dtype: torch.dtype) -> float:
    """The machine's own rate at a large square matrix product, the best of ten, in operations a second."""
    size = 2048
    a = torch.randn(size, size).to(dtype)
    return max(2 * size**3 / timed(lambda: a @ a) for _ in range(10))


def compare_ways(
    plan: Shared, title: str, blocks: Sequence[int], slow: Sequence[int], rounds: int, rate: float
) -> None:
    """Time the three ways in turn; the slow two on fewer blocks, since theirs cost the same at every block."""
    prompts, few = list(range(len(plan.prompts))), [0]
    path = FastPath(plan.model, plan.prompts[0].tokens[: plan.shared])
    path.clean([plan.prompts[0].tokens])  # the shared prefix is read once a run
    ways: dict[str, tuple[Callable[[], torch.Tensor], int]] = {
        "one at a time, all logits": (lambda: one_at_a_time(plan, slow, few), len(slow) * SENTENCES),
        "rows batched, last logits": (lambda: batched(plan, slow, few), len(slow) * SENTENCES),
        "fast": (lambda: fast(plan, blocks, prompts, path), len(blocks) * len(prompts) * SENTENCES),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (way, predictions) in ways.items():
            seconds[name].append(timed(way) / predictions)
    flops = {name: count(plan, way) / predictions for name, (way, predictions) in ways.items()}
    print(f"\n{title}: {ways['fast'][1]} predictions by the fast path a round, {rounds} rounds")
    print(f"{'way':28}{'GFLOP/pred.':>12}{'s/pred.':>9}{'counted':>9}{'measured':>10}{'share':>7}{'of peak':>9}")
    for name in ways:
        ratios = [a / b for a, b in zip(seconds[name], seconds["fast"], strict=True)]
        allowed, reached = flops[name] / flops["fast"], statistics.median(ratios)
        median = statistics.median(seconds[name])
        share = flops[name] / median / rate
        print(
            f"{name:28}{flops[name] / 1e9:12.2f}{median:9.4f}{allowed:8.2f}x{reached:9.2f}x"
            f"{reached / allowed:7.0%}{share:9.0%}"
        )


def count_passes(plan: Shared, block: int) -> None:
    """The fast path's own plan, pass by pass."""
    path = FastPath(plan.model, plan.prompts[0].tokens[: plan.shared])
    prompts = list(range(len(plan.prompts)))
    tokens = [plan.prompts[p].tokens for p in prompts]
    prefix = count(plan, path._read_prefix)
    clean = path.clean(tokens, keep=[block])
    passes = {
        "shared prefix, once a run": prefix,
        f"clean pass of {len(prompts)} trials": count(plan, lambda: path.clean(tokens, keep=[block]).logits),
        f"edited pass of {len(prompts)} x {SENTENCES} rows": count(
            plan, lambda: path.edited(clean, plan.rows(block, prompts))
        ),
    }
    print(f"\nthe fast path at block {block}, pass by pass")
    for name, flops in passes.items():
        print(f"  {name:32}{flops / 1e9:9.1f} GFLOP")


def count_flips(plan: Shared, block: int, dtype: str) -> None:
    prompts = list(range(len(plan.prompts)))
    path = FastPath(plan.model, plan.prompts[0].tokens[: plan.shared])
    plain, quick = one_at_a_time(plan, [block], prompts), fast(plan, [block], prompts, path)
    labels = list(plan.prompts[0].labels)
    found = compare(plain, quick, dtype)
    flipped = int((plain[:, labels].argmax(1) != quick[:, labels].argmax(1)).sum())
    print(
        f"\nfast against plain, {found.rows} predictions: largest difference {found.largest:.1e} of max|z|, "
        f"{flipped} answers flipped ({flipped / found.rows:.0%}), {found.near_ties} near-ties, "
        f"agrees: {found.agrees}"
    )


def peak_memory(dtype: str, trials: int) -> None:
    """Run the fast path alone in a process of its own and print its peak against the weights."""
    opened = open_model("smollm2", dtype=dtype)
    plan = make_shared(opened, trials)
    path = FastPath(plan.model, plan.prompts[0].tokens[: plan.shared])
    fast(plan, range(opened.identity.blocks), list(range(trials)), path)
    weights = sum(p.numel() * p.element_size() for p in opened.model.parameters())
    # Not ru_maxrss: a child of a large process inherits its parent's.
    status = Path("/proc/self/status").read_text("ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024
    more = (peak - weights) / 2**30
    print(
        f"\npeak memory of a sweep: {peak / 2**30:.2f} GiB = weights {weights / 2**30:.2f} + {more:.2f} "
        "(allowed: 1.5)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=4)
    parser.add_argument("--dtype", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--memory", metavar="DTYPE", help="only print the peak memory")
    asked = parser.parse_args()
    if asked.memory:
        peak_memory(asked.memory, asked.trials)
        return
    for dtype in asked.dtype:
        opened = open_model("smollm2", dtype=dtype)
        plan = make_shared(opened, asked.trials)
        block = round(LAYER * opened.identity.blocks)
        rate = matmul_rate(opened.model.dtype)
        print(f"\n=== {dtype}, {torch.get_num_threads()} threads, matrix product {rate / 1e9:.0f} GFLOP/s")
        compare_ways(plan, f"one block ({block})", [block], [block], asked.rounds, rate)
        every = list(range(opened.identity.blocks))
        compare_ways(plan, "all blocks", every, [block], max(1, asked.rounds // 2), rate)
        count_passes(plan, block)
        count_flips(plan, block, dtype)
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--memory", dtype, "--trials", str(asked.trials)], check=True)


if __name__ == "__main__":
    main()
