"""Models of degeneracy: losses so simple that their learning coefficient is known in closed form; torch."""

from collections import OrderedDict
from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from polariscope.crystal.specimens.loading import LossSubject
from polariscope.crystal.specimens.training import half_squares
from polariscope.errors import PolariscopeError

_EXAMPLES = 1000


def reduced_rank(
    inputs: int = 5,
    outputs: int = 5,
    hidden: int = 3,
    examples: int = _EXAMPLES,
    *,
    rank_first: int = 0,
    rank_second: int = 0,
) -> LossSubject:
    """L = |B A|_F^2 / 2: the answer y = B A x, with white inputs, to targets that are all 0.

    Half the squared error, summed over outputs and averaged over examples; the inputs' second moment X'X/n is
    the identity, so the average is the formula to rounding, whatever n. The true rank is 0, the minima are
    the fibre B A = 0, and the network stands on it: A's first `rank_first` diagonal entries are 1, and so is
    one entry in each of B's last `rank_second` columns, which read what A leaves at 0. All else is 0.

    >>> model, loss, data = reduced_rank(4, 3, 2, rank_first=1)
    >>> loss(model(data[0]), data[1]).item()
    0.0

    Args:
        inputs: M; the first layer A, ``first``, is (H, M).
        outputs: N; the second layer B, ``second``, is (N, H).
        hidden: H.
        examples: n, at least M. Default: 1,000, as in Lau et al. (arXiv 2308.12108).
        rank_first: a, the rank of A. Default: 0, the origin, the most degenerate point.
        rank_second: b, the rank of B, with a + b <= H, for B A = 0.

    Returns:
        The model in eval mode, the loss, and (inputs (n, M), targets (n, N)), in float32.

    Raises:
        PolariscopeError: A size is no count, there are too few examples, or no such ranks exist.
    """
    for name, size in (("inputs", inputs), ("outputs", outputs), ("hidden", hidden), ("examples", examples)):
        _check_count(name, size, 1)
    _check_ranks(rank_first, rank_second, (inputs, outputs, hidden))
    if examples < inputs:
        cure = "give as many examples as inputs, or more"
        raise PolariscopeError("examples", f"white inputs need {inputs} or more", examples, cure)
    with torch.inference_mode(mode=False):
        model = _on_the_fibre((inputs, hidden, outputs), rank_first, rank_second)
        data = _white(examples, inputs), torch.zeros(examples, outputs, dtype=torch.float32)
    return LossSubject(model, half_squares, data)


def monomial(powers: Sequence[int] = (1, 1)) -> LossSubject:
    """L = prod w_i^(2 k_i) at w = 0: the model answers every example with prod w_i^k_i, and the target is 0.

    The learning coefficient is 1/(2 max k), with the number of largest powers as its multiplicity.

    >>> model, loss, data = monomial((1, 2))
    >>> _ = torch.nn.init.constant_(model.weights, 0.5)
    >>> loss(model(data[0]), data[1]).item() == 0.5**6
    True

    Args:
        powers: k, one for each weight, 1 or more.

    Returns:
        The model in eval mode, the mean squared error, and (ones (1000, 1), zeros (1000, 1)), in float32.
        That there are a thousand examples matters to what is reckoned from their number alone.

    Raises:
        PolariscopeError: There are no powers, or one is no count.
    """
    if not powers:
        raise PolariscopeError("powers", "one or more", powers, "give one for each weight, such as 1, 2")
    for power in powers:
        _check_count("powers", power, 1)
    with torch.inference_mode(mode=False):
        model, ones = Monomial(powers), torch.ones(_EXAMPLES, 1, dtype=torch.float32)
        return LossSubject(model.eval(), mse_loss, (ones, torch.zeros_like(ones)))


class Monomial(nn.Module):
    """f(x) = x prod w_i^k_i, the ``weights`` w at 0.

    Args:
        powers: k.
    """

    def __init__(self, powers: Sequence[int]) -> None:
        super().__init__()
        self.powers = tuple(powers)
        self.weights = nn.Parameter(torch.zeros(len(self.powers), dtype=torch.float32))

    def forward(self, inputs: Tensor) -> Tensor:
        """Scale the inputs, of any shape."""
        # One factor after the other: to differentiate torch.prod beside a 0 its values are looked at.
        answers = inputs
        for weight, power in zip(self.weights.unbind(), self.powers, strict=True):
            answers = answers * weight**power
        return answers


def _on_the_fibre(widths: tuple[int, int, int], rank_first: int, rank_second: int) -> nn.Module:
    inputs, hidden, outputs = widths
    # Linear layers draw their first weights from the global generator, which is the caller's.
    with torch.random.fork_rng(devices=[]):
        first = nn.Linear(inputs, hidden, bias=False, dtype=torch.float32)
        second = nn.Linear(hidden, outputs, bias=False, dtype=torch.float32)
    with torch.no_grad():
        first.weight.zero_()[:rank_first].diagonal().fill_(1)
        second.weight.zero_()[:, hidden - rank_second :].diagonal().fill_(1)
    return nn.Sequential(OrderedDict(first=first, second=second)).eval()


def _white(examples: int, inputs: int) -> Tensor:
    draws = torch.Generator().manual_seed(0)
    columns = torch.randn(examples, inputs, generator=draws, dtype=torch.float64)
    orthonormal = torch.linalg.qr(columns).Q
    white: Tensor = orthonormal * sqrt(examples)
    return white.to(torch.float32)


def _check_ranks(first: int, second: int, sizes: tuple[int, int, int]) -> None:
    inputs, outputs, hidden = sizes
    for name, rank, most in (("rank_first", first, inputs), ("rank_second", second, outputs)):
        _check_count(name, rank, 0)
        if rank > most:
            rule = f"a layer between {hidden} and {most} units has no higher rank"
            raise PolariscopeError(name, rule, rank, f"give {min(hidden, most)} or less")
    if first + second > hidden:
        rule = f"both ranks together are at most hidden, {hidden}, or the product B A is not 0"
        raise PolariscopeError("rank_first, rank_second", rule, f"{first} and {second}", "lower one of them")


def _check_count(name: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise PolariscopeError(name, f"a whole number, {least} or more", value, f"give {least} or more")
