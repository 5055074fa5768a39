"""A loss as a subject: the model, the loss and the data, checked, and told apart from every other; torch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from torch import Tensor, nn

from polariscope.crystal.instruments.identity import data_digest, fingerprint, source_digest, weights_digest
from polariscope.crystal.instruments.spectrum.experiment import Spectrum
from polariscope.crystal.instruments.spectrum.subject import Path, Subject
from polariscope.crystal.operators.loss.gauss_newton import fisher, gauss_newton_product
from polariscope.crystal.operators.loss.parameter_graph import parameter_graph
from polariscope.crystal.operators.loss.products import symmetric_operator
from polariscope.crystal.operators.loss.surface import LossSurface, loss_surface
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.specimens.loading import load_subject
from polariscope.crystal.specimens.networks import trained_mlp, trained_transformer
from polariscope.crystal.specimens.training import TrainingRun, linear_training
from polariscope.crystal.spectra.loss.laplacian_fit import MOST_NODES
from polariscope.errors import PolariscopeError

_NAMES = {"hessian": "Hessian", "gauss-newton": "Gauss-Newton matrix", "fisher": "Fisher matrix"}


@dataclass(frozen=True, eq=False)
class LossSource:
    """What a loss's own readings are taken from.

    Args:
        model: The network.
        surface: Its loss, checked.
        is_hessian: Whether the operator is the loss's Hessian, so that differences of gradients must agree.
    """

    model: nn.Module
    surface: LossSurface
    is_hessian: bool


def find_loss(experiment: Spectrum, report: Callable[[str], None]) -> Subject:
    """Load a network with its loss and data, and check them.

    Args:
        experiment: What is asked for.
        report: Is told in one line what takes a while.

    Returns:
        The subject.
    """
    name = experiment.subject
    if name == "training":
        report("training a two-layer linear network with one hidden unit")
        return _along(experiment, linear_training())
    if name in _TRAINED:
        title, train = _TRAINED[name]
        report(f"training {title}")
        triple, code = train(), ""
    else:
        report(f"running {name}, which is your own code")
        triple, code = load_subject(name), f"{name} {source_digest(name)}"
        title = f"{type(triple[0]).__name__} of {name}"
    return _subject(experiment, title, triple, code)


_TRAINED: dict[str, tuple[str, Callable[[], Any]]] = {
    "network": ("a small classifier, 20-40-40-5", trained_mlp),
    "transformer": ("a small transformer", trained_transformer),
}


def _subject(experiment: Spectrum, title: str, triple: Any, code: str) -> Subject:
    model, loss, data = triple
    kind = "hessian" if experiment.matrix == "auto" else experiment.matrix
    surface, operator = _operator(experiment, kind, model, loss, data)
    if experiment.relabelled:
        _check_graph(kind, model, surface)
    weights, read = weights_digest(model), data_digest(surface)
    identity = {
        "family": "loss", "matrix": kind, "code": code, "weights": weights, "data": read,
        "names": list(surface.names), "dtype": str(surface.objective.dtype), "batch": experiment.batch,
        "device": surface.objective.device.type, "loss": surface.loss().hex(),
        "fingerprint": fingerprint(surface, operator),
    }  # fmt: skip
    facts = (
        ("Model", f"{type(model).__name__}, {title}"),
        ("Parameters examined", f"{surface.size:,} in {len(surface.names)} tensors"),
        ("Examples", f"{surface.objective.examples:,}"),
        ("Loss", f"{surface.loss():.6g}"),
        ("SHA-256 of weights", weights),
        ("SHA-256 of data", read),
        ("Number type, device", f"{surface.objective.dtype} on {surface.objective.device.type}"),
        ("Libraries", f"torch {version('torch')}, numpy {version('numpy')}, scipy {version('scipy')}"),
    )
    source = LossSource(model, surface, kind == "hessian")
    return Subject("loss", experiment.subject, title, operator, _NAMES[kind], identity, facts, source)


def _along(experiment: Spectrum, run: TrainingRun) -> Subject:
    last = _subject(
        experiment, "two-layer linear network, one hidden unit", (run.models[-1], run.loss, run.data), ""
    )
    kind = "hessian" if experiment.matrix == "auto" else experiment.matrix
    made = [_operator(experiment, kind, model, run.loss, run.data)[1] for model in run.models]
    return replace(last, path=Path(run.label, run.times, made, run.expected if kind == "hessian" else None))


def _check_graph(kind: str, model: nn.Module, surface: LossSurface) -> None:
    """Refuse before anything is measured what has no computation graph to compare with."""
    cure = "leave --relabelled out"
    if kind != "hessian":
        raise PolariscopeError("--relabelled", "it asks whether a Hessian is a Laplacian", kind, cure)
    if surface.size > MOST_NODES:
        few = f"at most {MOST_NODES:,} parameters"
        raise PolariscopeError("--relabelled", few, f"{surface.size:,}", "choose fewer by --parameters")
    try:
        parameter_graph(model, surface.names)
    except PolariscopeError as error:
        raise PolariscopeError("--relabelled", f"it needs {error.rule}", error.value, cure) from None


def _operator(
    experiment: Spectrum, kind: str, model: Any, loss: Any, data: Any
) -> tuple[LossSurface, SymmetricOperator]:
    options: dict[str, Any] = {"batch": experiment.batch, "dtype": experiment.dtype}
    options["parameters"] = experiment.parameters or None
    surface = loss_surface(model, loss, data, **options)
    name = f"{_NAMES[kind]} of {surface.name}"
    if kind == "hessian":
        return surface, symmetric_operator(surface.hessian_product(), name)
    if kind == "gauss-newton":
        return surface, symmetric_operator(gauss_newton_product(surface), name)
    return surface, fisher(model, data, likelihood=_likelihood(surface), **options)


def _likelihood(surface: LossSurface) -> str:
    """Whole numbers are classes; anything else is a mean."""
    _, part = next(iter(surface.objective.parts()))
    first = part.targets
    whole = isinstance(first, Tensor) and not first.is_floating_point()
    return "categorical" if whole else "gaussian"
