"""Fused attention has no second derivative; within, attention has one, and all switches are put back."""

import pytest
import torch
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from polariscope.crystal.operators.loss.attention import differentiable_attention, exact_arithmetic

CPU = torch.device("cpu")


def second_derivative() -> torch.Tensor:
    q = torch.randn(1, 1, 4, 8, generator=torch.Generator().manual_seed(0)).requires_grad_()
    out = functional.scaled_dot_product_attention(q, q, q, is_causal=True).square().sum()
    (slope,) = torch.autograd.grad(out, q, create_graph=True)
    return torch.autograd.grad(slope.sum(), q)[0]


def switches() -> tuple[bool, ...]:
    return (
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.backends.mha.get_fastpath_enabled(),
        torch.backends.cuda.flash_sdp_enabled(),
        torch.backends.cuda.math_sdp_enabled(),
    )


def test_attention_can_be_differentiated_twice_within():
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION), pytest.raises(RuntimeError, match="derivative"):
        second_derivative()
    with differentiable_attention():
        assert second_derivative().abs().max() > 0


def test_what_is_computed_does_not_depend_on_the_callers_modes():
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16), exact_arithmetic(CPU):
        w = torch.ones(3, 3, requires_grad=True)
        product = w @ w
        assert product.requires_grad
        assert product.dtype == torch.float32


def test_switches_are_put_back_after_an_exception():
    before = switches()

    def interrupted() -> None:
        with exact_arithmetic(CPU), differentiable_attention():
            assert all(was != now for was, now in zip(before[3:5], switches()[3:5], strict=True))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert switches() == before
