"""A loss as a subject: network, loss and data at one point or at checkpoints, checked and told apart; torch."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

from torch import nn

from polariscope.crystal.degeneracy.entries import layers
from polariscope.crystal.degeneracy.local_loss import LocalLoss, open_local
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.instruments.identity import data_digest, fingerprint, source_digest, weights_digest
from polariscope.crystal.instruments.llc.experiment import Llc, settings_of
from polariscope.crystal.instruments.llc.specimens import Named, known_of, recommended
from polariscope.crystal.instruments.llc.subject import Point, Subject
from polariscope.crystal.operators.loss.products import symmetric_operator
from polariscope.crystal.operators.loss.surface import LossSurface
from polariscope.crystal.specimens.degenerate import monomial, reduced_rank
from polariscope.crystal.specimens.loading import LossSubject, load_subject
from polariscope.crystal.specimens.modular_addition import modular_addition_run
from polariscope.crystal.specimens.networks import trained_mlp
from polariscope.crystal.specimens.superposition import superposition

_CHECKPOINTS = (200, 450, 1000, 2500)
"""All have fitted, so that a low loss can be matched: by heart, finding the rule, having it, and long after."""
ALONE = "as given"
"""Name of the only point of a subject without checkpoints."""


@dataclass(frozen=True, eq=False)
class _Loaded:
    """Networks with one loss and one set of data.

    Args:
        title: In words.
        networks: Name, training step and network of each point.
        loss: (outputs, targets) to the mean over examples.
        data: (inputs, targets), or an iterable of such pairs.
        code: What the user's own function is identified by; "" for a specimen.
    """

    title: str
    networks: tuple[tuple[str, float | None, nn.Module], ...]
    loss: Callable[[Any, Any], Any]
    data: Any
    code: str = ""


def open_subject(experiment: Llc, named: Named | None, report: Callable[[str], None]) -> Subject:
    """Make or load the networks with their loss and data, and check them.

    Args:
        experiment: What is asked for.
        named: The specimen; None: the experiment's subject is ``module:function``.
        report: Is told in one line what takes a while.

    Returns:
        The subject.
    """
    loaded = _own(experiment.subject, report) if named is None else _specimen(named, report)
    hints = recommended(named, experiment.sampler) if named is not None else {}
    settings = settings_of(experiment, hints)
    points = tuple(_points(experiment, loaded, settings))
    last = points[-1].local
    settings.scale(last.examples)
    surface, (_, _, model) = last.surface, loaded.networks[-1]
    identity = {
        "family": "loss", "code": loaded.code, "data": data_digest(surface), "names": list(surface.names),
        "dtype": str(surface.objective.dtype), "device": surface.objective.device.type, "batch": _cut(experiment),
        "parameters": list(experiment.parameters), "memory": experiment.memory,
    }  # fmt: skip
    whole = named is not None and last.free == sum(each.numel() for each in model.parameters())
    return Subject(
        experiment.subject,
        loaded.title,
        points,
        tuple(layers(surface.names)),
        identity,
        (("Model", f"{type(model).__name__}, {loaded.title}"), *_facts(last, points[-1].identity, identity)),
        known_of(named) if whole and named is not None else None,
        hints,
    )


def _own(name: str, report: Callable[[str], None]) -> _Loaded:
    report(f"running {name}, which is your own code")
    model, loss, data = load_subject(name)
    title = f"{type(model).__name__} of {name}"
    return _Loaded(title, ((ALONE, None, model),), loss, data, f"{name} {source_digest(name)}")


def _specimen(named: Named, report: Callable[[str], None]) -> _Loaded:
    if named.kind == "modular-addition":
        report("training a network to add modulo 53")
        run = modular_addition_run(_CHECKPOINTS)
        pairs = zip(run.steps, run.models, strict=True)
        networks = tuple((f"step {step:,}", float(step), model) for step, model in pairs)
        return _Loaded("a network that learns to add modulo 53", networks, run.loss, run.data)
    title, make = _MADE[named.kind]
    if not named.sizes:
        report(f"training {title}")
    model, loss, data = make(*named.sizes)
    return _Loaded(title.format(*named.sizes), ((ALONE, None, model),), loss, data)


_MADE: Mapping[str, tuple[str, Callable[..., LossSubject]]] = {
    "reduced-rank": (
        "reduced-rank regression, {0} inputs to {1} outputs by {2} hidden, at its origin",
        reduced_rank,
    ),
    "monomial": ("a product of powers of its weights, at its origin", lambda *powers: monomial(powers)),
    "superposition": ("the toy model of superposition at its {0}-gon", superposition),
    "network": ("a small tanh network", trained_mlp),
}


def _points(experiment: Llc, loaded: _Loaded, settings: Settings) -> Iterator[Point]:
    for name, at, model in loaded.networks:
        opened = partial(
            open_local,
            model,
            loaded.loss,
            loaded.data,
            parameters=experiment.parameters or None,
            batch=_cut(experiment),
            minibatch=settings.batch if settings.sampler == "sgld" else None,
            dtype=experiment.dtype,
            memory=experiment.memory << 20,
        )
        local = opened()
        yield Point(name, at, local, partial(_matched, opened), _identity(model, local.surface))


def _matched(opened: Callable[..., LocalLoss], target: float) -> LocalLoss:
    return opened(matched=target)


def _cut(experiment: Llc) -> int | None:
    """HMC goes through the data in such parts; SGLD cuts its minibatches by itself."""
    return experiment.batch if experiment.sampler == "hmc" else None


def _identity(model: nn.Module, surface: LossSurface) -> dict[str, Any]:
    operator = symmetric_operator(surface.hessian_product(), f"Hessian of {surface.name}")
    told = {"weights": weights_digest(model), "loss": surface.loss().hex()}
    return {**told, "fingerprint": fingerprint(surface, operator)}


def _facts(local: LocalLoss, point: Mapping[str, Any], identity: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    surface = local.surface
    yield "Parameters that move", f"{local.free:,} in {len(surface.names)} tensors"
    yield "Examples", f"{local.examples:,}"
    yield "Loss", f"{surface.loss():.6g}"
    yield "SHA-256 of weights", point["weights"]
    yield "SHA-256 of data", identity["data"]
    yield "Number type, device", f"{surface.objective.dtype} on {surface.objective.device.type}"
    yield "Libraries", f"torch {version('torch')}, numpy {version('numpy')}, scipy {version('scipy')}"
