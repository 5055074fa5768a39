"""Small networks with data, and their Hessians written out by torch's own second derivatives, in doubles."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel


@dataclass(frozen=True, eq=False)
class Problem:
    """What `hessian` takes, in this order."""

    model: nn.Module
    loss: Callable[[Any, Any], Tensor]
    data: tuple[Tensor, Tensor]

    def __iter__(self):
        return iter((self.model, self.loss, self.data))


class CausalBlock(nn.Module):
    """One block of attention by torch's fused kernel, with a causal mask."""

    def __init__(self, width: int = 4, heads: int = 2) -> None:
        super().__init__()
        self.heads = heads
        self.norm, self.read, self.write = (
            nn.LayerNorm(width),
            nn.Linear(width, 3 * width),
            nn.Linear(width, width),
        )

    def forward(self, x: Tensor) -> Tensor:
        parts = self.read(self.norm(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(*parts, is_causal=True)
        return x + self.write(mixed.transpose(1, 2).flatten(2))


class Multihead(nn.Module):
    """Attention by torch's module."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(width, 2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.attend(x, x, x, need_weights=False)[0]


class Once(torch.autograd.Function):
    """An exponential whose author allows one derivative."""

    @staticmethod
    def forward(ctx, x):
        out = x.exp()
        ctx.save_for_backward(out)
        return out

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, slope):
        return slope * ctx.saved_tensors[0]


def token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def _encoder() -> nn.Module:
    return nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, dropout=0.0, batch_first=True)


def _text(block: Callable[[], nn.Module]) -> nn.Module:
    return nn.Sequential(nn.Embedding(5, 4), block(), nn.Linear(4, 5))


def _conv() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(12, 3)
    )


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "mlp": lambda: nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 5), nn.GELU(), nn.Linear(5, 3)),
    "conv": _conv,
    "causal": lambda: _text(CausalBlock),
    "multihead": lambda: _text(Multihead),
    "encoder": lambda: _text(_encoder),
}


def problem(kind: str = "mlp", examples: int = 12, seed: int = 0) -> Problem:
    """A network of some hundred parameters in eval mode, with random data."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = NETWORKS[kind]().eval()
        if kind in {"mlp", "conv"}:
            shape = (examples, 4) if kind == "mlp" else (examples, 1, 6, 6)
            return Problem(model, functional.cross_entropy, (torch.randn(shape), torch.randint(3, (examples,))))
        tokens = torch.randint(5, (examples, 4))
        return Problem(model, token_loss, (tokens, tokens.roll(-1, 1)))


def dense_hessian(model: nn.Module, loss: Callable[[Any, Any], Tensor], data: Any) -> NDArray[np.float64]:
    """The whole matrix, in the model's order of parameters, by `torch.autograd.functional.hessian`."""
    model = deepcopy(model).double()
    named = dict(model.named_parameters())
    inputs, targets = (part.double() if part.is_floating_point() else part for part in data)

    def total(flat: Tensor) -> Tensor:
        pieces = flat.split([own.numel() for own in named.values()])
        shaped = [piece.view_as(own) for piece, own in zip(pieces, named.values(), strict=True)]
        return loss(functional_call(model, dict(zip(named, shaped, strict=True)), (inputs,)), targets)

    at = torch.cat([own.detach().flatten() for own in named.values()])
    with sdpa_kernel(SDPBackend.MATH):
        return torch.autograd.functional.hessian(total, at).numpy()


def fingerprint(model: nn.Module) -> list[Any]:
    """All that a reading must leave as it was."""
    tensors = [*model.named_parameters(), *model.named_buffers()]
    gradients = [None if own.grad is None else own.grad.numpy().tobytes() for own in model.parameters()]
    flags = [(own.requires_grad, own._version) for own in model.parameters()]
    modes = [layer.training for layer in model.modules()]
    return [[(name, own.detach().numpy().tobytes()) for name, own in tensors], gradients, flags, modes]


def off(made: Any, true: Any) -> float:
    """Largest difference, relative to the largest entry."""
    return float(np.abs(np.asarray(made) - np.asarray(true)).max() / np.abs(np.asarray(true)).max())


def generators() -> list[Any]:
    """The states of all global random generators."""
    arrays = np.random.get_state()  # noqa: NPY002 - the global one is what is watched
    return [random.getstate(), str(arrays), arrays[1].tolist(), torch.get_rng_state().tolist()]
