"""The peers' ways to an estimate of each chain, from model, loss and data; what is not installed is left out."""

import contextlib
import gc
import importlib
import io
import itertools
import logging
import statistics
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from llc_subjects import Settings, Subject
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

Floats = NDArray[np.float64]
Way = Callable[[Subject, Settings], Floats]


def peer(name: str) -> Any:
    """A library that may be missing."""
    try:
        with quiet():
            return importlib.import_module(name)
    except ImportError as error:
        print(f"({name} is left out: {error})")
        return None


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """The peers' bars, warnings and logs go nowhere; they are still made, and timed."""
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        logging.getLogger("canonical_interp").setLevel(logging.ERROR)
        yield


@contextlib.contextmanager
def frozen_heap() -> Iterator[None]:
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def with_batched(name: str) -> Any:
    """canonical-interp says Python 3.10 and imports itertools.batched, which is of 3.12."""
    if not hasattr(itertools, "batched"):

        def batched(items: Any, size: int) -> Iterator[tuple[Any, ...]]:
            rest = iter(items)
            while part := tuple(itertools.islice(rest, size)):
                yield part

        setattr(itertools, "batched", batched)  # noqa: B010  # mypy knows that 3.11 has none
    return peer(name)


def numbered(subject: Subject) -> tuple[list[dict[str, Tensor]], Callable[[nn.Module, Tensor], Tensor]]:
    """Token sequences, for devinterp reads no others: (i, i) is example i, and the loss looks it up."""
    inputs, targets = subject.data
    rows = [{"input_ids": torch.tensor([row, row])} for row in range(len(inputs))]

    def loss(model: nn.Module, numbers: Tensor) -> Tensor:
        chosen = numbers[:, 0]
        return subject.each(model(inputs[chosen]), targets[chosen])[:, None]

    return rows, loss


def devinterp_llc(library: Any, subject: Subject, asked: Settings) -> Floats:
    """Its public way: `llc`, which writes every loss of every example to a zarr store."""
    rows, loss = numbered(subject)
    with quiet(), tempfile.TemporaryDirectory() as folder:
        made = library.llc(
            subject.model,
            rows,
            {},
            lr=asked.lr,
            n_beta=asked.nbeta,
            localization=asked.localization,
            num_chains=asked.chains,
            num_draws=asked.draws,
            num_burnin_steps=asked.burn,
            batch_size=asked.batch,
            device="cpu",
            output_path=Path(folder) / "samples.zarr",
            loss_fn=loss,
        )
        found: Floats = made["llc_per_chain"].values.astype(np.float64)
    return found


def devinterp_chains(library: Any, subject: Subject, asked: Settings) -> Floats:
    """Its sampler at its best: `sample_single_chain`, losses kept in a list after the burn-in, the heap frozen.

    It collects garbage twice a chain, which takes as long as there are objects in the process, ours and the other
    library's too; frozen ones are passed over.
    """
    rows, loss = numbered(subject)
    with torch.no_grad():
        start = float(subject.loss(subject.model(subject.data[0]), subject.data[1]))
    found = []
    for chain in range(asked.chains):
        losses: list[float] = []

        def keep(*, loss: Tensor, losses: list[float] = losses, **_: Any) -> None:
            losses.append(float(loss.mean()))

        with quiet(), frozen_heap():
            library.sample_single_chain(
                subject.model,
                rows,
                lambda model, batch: (loss(model, batch["input_ids"]), {}),
                {name: None for name, _ in subject.model.named_parameters()},
                num_draws=asked.draws,
                num_burnin_steps=asked.burn,
                sampling_method=importlib.import_module("devinterp.optim").SGMCMC.sgld,
                sampling_method_kwargs={
                    "lr": asked.lr,
                    "nbeta": asked.nbeta,
                    "localization": asked.localization,
                },
                chain=chain,
                seed=100 + chain,
                dataloader_seed=100,
                callbacks=[keep],
                batch_size=asked.batch,
            )
        found.append(asked.nbeta * (statistics.fmean(losses) - start))
    return np.array(found)


def canonical(library: Any, subject: Subject, asked: Settings, compiled: bool) -> Floats:
    """Its public way; without `compile` its update is compiled all the same."""
    loader = DataLoader(TensorDataset(*subject.data), batch_size=asked.batch, shuffle=True)
    with quiet():
        estimator = library.LLCEstimator(
            draws=asked.draws,
            chains=asked.chains,
            burnin_steps=asked.burn,
            steps_bw_draws=1,
            learning_rate=asked.lr,
            localization=asked.localization,
            nbeta=asked.nbeta,
        )
        estimator.estimate_llc(subject.model, loader, subject.loss, compile=compiled, seed=0, show_progress=False)
    found: Floats = estimator.get_metrics()["llcs"].detach().double().numpy()
    return found


def peers() -> dict[str, Way]:
    """Those that are there."""
    found: dict[str, Way] = {}
    public, sampler = peer("devinterp.slt.llc"), peer("devinterp.slt.sampler")
    if public:
        found["devinterp"] = lambda subject, asked: devinterp_llc(public, subject, asked)
    if sampler:
        found["devinterp, chains only"] = lambda subject, asked: devinterp_chains(sampler, subject, asked)
    other = with_batched("canonical_interp")
    if other:
        found["canonical"] = lambda subject, asked: canonical(other, subject, asked, compiled=False)
        found["canonical, compiled"] = lambda subject, asked: canonical(other, subject, asked, compiled=True)
    return found
