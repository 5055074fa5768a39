"""What tells one network, loss and data from every other: digests of bytes, and slopes of the code; torch."""

import hashlib
import importlib
import inspect
import pathlib
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

from polariscope.crystal.operators.loss.surface import LossSurface
from polariscope.crystal.operators.symmetric import SymmetricOperator

_DIRECTIONS = 20_251_228  # seed of the directions of every fingerprint


def weights_digest(model: nn.Module) -> str:
    """SHA-256 of all parameters and buffers, in the order of their names.

    Args:
        model: The network.

    Returns:
        Hex digits.
    """
    named = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return _digest(named[name] for name in sorted(named))


def data_digest(surface: LossSurface) -> str:
    """SHA-256 of all that the loss is computed from, minibatch by minibatch.

    Args:
        surface: The loss.

    Returns:
        Hex digits.
    """
    return _digest(each for _, part in surface.objective.parts() for each in part.tensors())


def fingerprint(surface: LossSurface, operator: SymmetricOperator) -> list[str]:
    """Slopes and curvatures along fixed directions, rounded: what tells losses apart that agree in value.

    The loss is code, and the code that it calls cannot be hashed. All are rounded on one scale, |g| + |A d|, far
    above what another order of summation changes: at a minimum a slope is nothing but that.

    Args:
        surface: The loss.
        operator: Its matrix.

    Returns:
        The scale, then g'd and d'A d' for three directions in units of it.
    """
    directions = np.random.default_rng(_DIRECTIONS).standard_normal((surface.size, 3))
    gradient, images = surface.gradient(), operator @ directions
    scale = float(np.linalg.norm(gradient) + np.linalg.norm(images[:, 0]))
    told = (*(directions.T @ gradient), *(directions.T @ images)[np.triu_indices(3)])
    return [f"{scale:.3e}", *(f"{value / (scale or 1.0):.3f}" for value in told)]


def source_digest(name: str) -> str:
    """SHA-256 of the file that the user's function stands in: the loss is code, and code can change.

    Args:
        name: ``module:function``, of a module that was imported.

    Returns:
        Hex digits; "" where there is no such file.
    """
    module = importlib.import_module(name.partition(":")[0])
    # A module that is built in, or made by hand, has no file at all.
    path = inspect.getsourcefile(module) if getattr(module, "__file__", None) else None
    if path is None:
        return ""
    with pathlib.Path(path).open("rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _digest(tensors: Iterable[Tensor]) -> str:
    found = hashlib.sha256()
    for tensor in tensors:
        own = tensor.detach().cpu().contiguous()
        found.update(f"{tuple(own.shape)} {own.dtype} ".encode())
        found.update(own.view(-1).view(torch.uint8).numpy().tobytes() if own.numel() else b"")
    return found.hexdigest()
