"""Small networks, trained in a second or two: the default subjects of a loss's spectrum; torch."""

from collections.abc import Callable
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from polariscope.crystal.specimens.loading import LossSubject

CLASSES, DIMENSIONS, HIDDEN = 5, 20, 40
_EXAMPLES = 500
_SPREAD = 0.7  # of the classes' centres, per coordinate; that of their members is 1
_MODULUS, _WIDTH, _HEADS = 23, 32, 4


def trained_mlp(seed: int = 0) -> LossSubject:
    """Train a 20-40-40-5 tanh network, 2,685 parameters, on five Gaussian classes in 20 dimensions.

    500 examples, cross entropy, 300 steps of gradient descent with momentum on all of them at once: half a second
    on one core, to a loss near 0.005. It is not quite at a minimum: some of its curvature is negative. 41 of its
    directions are exactly flat, for the same number added to all logits changes nothing: one for each unit that
    the last layer reads, and one for its bias.

    The same seed gives the same network on the same machine with the same number of threads. The caller's random
    numbers and threads are left as they are.

    Args:
        seed: Of the data and of the weights that training starts from.

    Returns:
        The model in eval mode, cross entropy, and (inputs (500, 20), classes (500,)).
    """
    draws = torch.Generator().manual_seed(seed)
    targets = torch.arange(_EXAMPLES) % CLASSES
    centres = _SPREAD * torch.randn(CLASSES, DIMENSIONS, generator=draws, dtype=torch.float32)
    inputs = centres[targets] + torch.randn(_EXAMPLES, DIMENSIONS, generator=draws, dtype=torch.float32)
    sizes = (DIMENSIONS, HIDDEN, HIDDEN, CLASSES)
    model = _drawn(lambda: _tanh_network(sizes), draws)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return _trained(model, (inputs, targets), optimizer, steps=300)


def trained_transformer(seed: int = 0) -> LossSubject:
    """Train a one-block transformer, 14,240 parameters, to add modulo 23.

    All 529 pairs (a, b), read as the three tokens a, b and "="; cross entropy of the last position's answer, 150
    steps of Adam on all of them at once: two seconds on one core, to a loss near 0.008. Its attention is written
    as two matrix products and a softmax, which can be differentiated twice in either mode.

    Args:
        seed: Of the weights that training starts from.

    Returns:
        The model in eval mode, cross entropy, and (tokens (529, 3), sums (529,)). As repeatable as `trained_mlp`.
    """
    draws = torch.Generator().manual_seed(seed)
    pairs = torch.cartesian_prod(torch.arange(_MODULUS), torch.arange(_MODULUS))
    inputs = torch.cat([pairs, torch.full((len(pairs), 1), _MODULUS)], dim=1)
    model = _drawn(lambda: AddingTransformer(_MODULUS, _WIDTH, _HEADS), draws)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    return _trained(model, (inputs, pairs.sum(dim=1) % _MODULUS), optimizer, steps=150)


class AddingTransformer(nn.Module):
    """Token and place embeddings, one block with its norms before its parts, and the answer of the last place.

    Args:
        modulus: Numbers to add, and possible answers; one more token stands for "=".
        width: Of the residual stream.
        heads: They share the width.
    """

    def __init__(self, modulus: int, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.tokens, self.places = nn.Embedding(modulus + 1, width), nn.Embedding(3, width)
        self.before_attention, self.before_mlp, self.before_answer = (nn.LayerNorm(width) for _ in range(3))
        self.attend, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.answer = nn.Linear(width, modulus, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Answer, from tokens (batch, 3) to logits (batch, modulus)."""
        stream = self.tokens(tokens) + self.places.weight
        stream = stream + self._attention(self.before_attention(stream))
        stream = stream + self.mlp(self.before_mlp(stream))
        logits: Tensor = self.answer(self.before_answer(stream[:, -1]))
        return logits

    def _attention(self, stream: Tensor) -> Tensor:
        batch, length, width = stream.shape
        split = (batch, length, self.heads, width // self.heads)
        queries, keys, values = (part.view(split).transpose(1, 2) for part in self.attend(stream).chunk(3, dim=-1))
        scores = queries @ keys.transpose(-1, -2) / sqrt(split[-1])
        mixed: Tensor = self.out((scores.softmax(dim=-1) @ values).transpose(1, 2).reshape(batch, length, width))
        return mixed


def _tanh_network(sizes: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def _drawn(build: Callable[[], nn.Module], draws: torch.Generator) -> nn.Module:
    """Build a network with normal weights of variance 1/fan-in from a generator of our own."""
    # Layers fill themselves from the global generator, which is the caller's.
    with torch.random.fork_rng(devices=[]):
        model = build().to(torch.float32)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                module.weight.normal_(generator=draws).div_(sqrt(module.weight.shape[1]))
            if isinstance(module, nn.Linear) and module.bias is not None:
                module.bias.zero_()
    return model


def _trained(
    model: nn.Module, data: tuple[Tensor, Tensor], optimizer: torch.optim.Optimizer, steps: int
) -> LossSubject:
    inputs, targets = data
    with torch.enable_grad():
        for _ in range(steps):
            optimizer.zero_grad()
            torch.autograd.backward(cross_entropy(model(inputs), targets))
            optimizer.step()
    optimizer.zero_grad()
    return LossSubject(model.eval(), cross_entropy, data)
