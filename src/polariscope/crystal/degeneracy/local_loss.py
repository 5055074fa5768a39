"""A loss around w*, ready to be sampled: which parameters move, what is weighted, what is matched; torch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from polariscope.crystal.degeneracy.averaging import mean_surface
from polariscope.crystal.degeneracy.checks import is_finite, whole_number
from polariscope.crystal.degeneracy.cutting import fitting_batch
from polariscope.crystal.degeneracy.entries import choose_entries
from polariscope.crystal.degeneracy.groups import Group, first_step, fixed_steps
from polariscope.crystal.degeneracy.matching import matched as match_scale
from polariscope.crystal.degeneracy.sampling.batched_loss import MEMORY, BatchedLoss
from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.sampling.hmc import HMC, sample_hmc
from polariscope.crystal.degeneracy.sampling.minibatches import OwnMinibatches
from polariscope.crystal.degeneracy.sampling.posterior import LocalPosterior
from polariscope.crystal.degeneracy.sampling.sgld import SGLD, sample_sgld
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.degeneracy.start import Start, find_start
from polariscope.crystal.degeneracy.weighting import weighted
from polariscope.crystal.operators.loss.parameters import Patterns
from polariscope.crystal.operators.loss.surface import Loss, LossSurface
from polariscope.errors import PolariscopeError


@final
class LocalLoss:
    """L around w*.

    Args:
        surface: The loss, over all parameters of which an entry moves.
        moving: (n,), which entries move.
        logit_scale: By what outputs are multiplied to match a training loss; 1 where nothing is matched.
        memory: Most bytes that a chunk of chains saves for the backward pass.
    """

    def __init__(
        self, surface: LossSurface, moving: NDArray[np.bool_], logit_scale: float = 1.0, memory: int = MEMORY
    ) -> None:
        self.surface, self.moving, self.logit_scale, self.memory = surface, moving, logit_scale, memory
        self._starts: dict[tuple[bool, int], Start] = {}

    @property
    def examples(self) -> int:
        """How many there are, n."""
        return self.surface.objective.examples

    @property
    def free(self) -> int:
        """How many parameters move, d."""
        return int(self.moving.sum())

    def start(self, *, curvature: bool = True, seed: int = 0) -> Start:
        """Loss, gradient and curvature at w*, searched once.

        Args:
            curvature: Whether the ends of the Hessian's spectrum are searched for.
            seed: Of the search.

        Returns:
            What was found.
        """
        key = (curvature, seed)
        if key not in self._starts:
            self._starts[key] = find_start(self.surface, self.moving, curvature=curvature, seed=seed)
        return self._starts[key]

    def sample(
        self, settings: Settings, start: Start | None = None, on_draw: Callable[[int], None] = lambda _: None
    ) -> Chains:
        """Run the chains of one posterior.

        Args:
            settings: How.
            start: Its largest curvature decides with what step an adapted one begins. Default: a curvature of 1.
            on_draw: Is told the number of draws done.

        Returns:
            The record.
        """
        alone = Group(settings.scale(self.examples), settings.localization, settings.step)
        return self.sample_groups(settings, (alone,), start, on_draw)[0]

    def sample_groups(
        self,
        settings: Settings,
        groups: Sequence[Group],
        start: Start | None = None,
        on_draw: Callable[[int], None] = lambda _: None,
    ) -> list[Chains]:
        """Run the chains of several posteriors in one batched computation.

        Args:
            settings: How; its temperature, localisation and step are those of the groups.
            groups: `settings.chains` chains each.
            start: As for `sample`; draws depend on settings, groups and this alone.
            on_draw: Is told the number of draws done.

        Returns:
            One record a group.

        Raises:
            PolariscopeError: Some groups have a step and some none, or one chain exceeds the memory.
        """
        steps = fixed_steps(groups)
        objective = self.surface.objective
        objective.check_unchanged()
        numbers = np.repeat(np.arange(len(groups)), settings.chains)
        own = settings.batch if settings.sampler == "sgld" else None
        loss = BatchedLoss(objective, self.memory, own, len(numbers))
        posterior = self._posterior(loss, settings, groups, numbers)
        generator = torch.Generator(objective.device).manual_seed(settings.seed)
        first = np.array([first_step(group, settings.sampler, self.free, start) for group in groups])
        told = (settings.acceptance, steps)
        with objective.reading():
            if settings.sampler == "hmc":
                hmc = HMC(settings.draws, settings.burn_in, settings.leapfrog, *told, first)
                made = sample_hmc(loss, posterior, hmc, numbers, generator, on_draw)
            else:
                batches = OwnMinibatches(objective, self.surface.loss(), loss.most)
                kind = settings.preconditioned
                size = settings.batch or self.examples
                sgld = SGLD(settings.draws, settings.burn_in, size, *told, first, kind)
                made = sample_sgld(loss, posterior, sgld, numbers, batches, generator, on_draw)
        return [made.of(np.flatnonzero(numbers == number)) for number in range(len(groups))]

    def _posterior(
        self, loss: BatchedLoss, settings: Settings, groups: Sequence[Group], numbers: NDArray[np.int64]
    ) -> LocalPosterior:
        centre = loss.centre

        def each(values: Sequence[float]) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float64, device=centre.device)[numbers]

        return LocalPosterior(
            centre=centre,
            moving=torch.from_numpy(self.moving).to(centre),
            base=self.surface.loss(),
            scale=each([group.scale for group in groups]),
            localization=each([group.localization for group in groups]),
            prior=settings.prior,
        )


def open_local(
    model: nn.Module,
    loss: Loss,
    data: Any,
    *,
    parameters: Patterns = None,
    weights: Any = None,
    matched: float | None = None,
    batch: int | None = None,
    minibatch: int | None = None,
    dtype: str | torch.dtype | None = None,
    memory: int = MEMORY,
) -> LocalLoss:
    """Check model, loss and data, and hold them; the model stays as it is.

    Args:
        model: Any module, in eval mode, at w*.
        loss: (outputs, targets) to the mean over examples, which is checked: see `mean_surface`.
        data: (inputs, targets), or an iterable of such pairs.
        parameters: Patterns of names, with slices where only a part moves: see `choose_entries`. Default: all that
            require a gradient.
        weights: One for each example. Default: all alike.
        matched: A training loss; outputs are scaled so that L* is this.
        batch: Most examples at a time. Default: all of (inputs, targets).
        minibatch: Examples of a sampler that takes its own: `batch` is then as many as the memory holds.
        dtype: Of the computation.
        memory: Bound on what chains save for the backward pass, in bytes.

    Returns:
        The loss around w*.

    Raises:
        PolariscopeError: Something is not as said.
    """
    memory = whole_number("memory", memory, 1, ", of bytes")
    if matched is not None and not is_finite(matched):
        raise PolariscopeError("matched", "a training loss, a number", matched, "leave it out, or give one")
    if weights is not None:
        loss, data = weighted(loss, data, weights)
    masks = _masks(model, parameters)
    names = None if masks is None else list(masks)
    told: dict[str, Any] = {"parameters": names, "dtype": dtype}
    if minibatch is not None:
        batch = fitting_batch(model, loss, data, minibatch, memory, **told)
    surface, scale = mean_surface(model, loss, data, batch=batch, **told), 1.0
    if matched is not None:
        scale, loss = match_scale(model, loss, data, matched, batch=batch, dtype=dtype)
        surface = mean_surface(model, loss, data, batch=batch, **told)
    return LocalLoss(surface, _moving(surface, masks), scale, memory)


def _masks(model: nn.Module, parameters: Patterns) -> Mapping[str, NDArray[np.bool_]] | None:
    if parameters is None or not isinstance(model, nn.Module):  # which the surface refuses
        return None
    shapes = {name: tuple(own.shape) for name, own in model.named_parameters() if own.is_floating_point()}
    return choose_entries(shapes, parameters)


def _moving(surface: LossSurface, masks: Mapping[str, NDArray[np.bool_]] | None) -> NDArray[np.bool_]:
    if masks is None:
        return np.ones(surface.size, np.bool_)
    return np.concatenate([masks[name].reshape(-1) for name in surface.names])
