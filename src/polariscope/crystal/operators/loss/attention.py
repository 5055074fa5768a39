"""Kernels that can be differentiated twice, and in the arithmetic the caller was promised; torch.

Fused attention has a first derivative and no second; the fast path of torch's own encoder layers has none. While a
loss is evaluated here, attention is the plain softmax(QK'/sqrt(d))V, and neither autocast, nor inference mode, nor
TensorFloat-32 convolutions change the arithmetic. All of it is put back, also after an exception.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel


@contextmanager
def exact_arithmetic(device: torch.device, *, recurrent: bool = False) -> Iterator[None]:
    """Compute in the dtype of the tensors, gradients enabled.

    Args:
        device: Where the parameters lie.
        recurrent: Whether the model has a recurrent layer: cuDNN's have no second derivative and are put aside.

    Yields:
        Once, while it holds.
    """
    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(mode=False))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(torch.autocast(device.type, enabled=False))
        if device.type == "cuda":
            kept = torch.backends.cudnn.deterministic
            cudnn = torch.backends.cudnn.flags(enabled=not recurrent, deterministic=kept, allow_tf32=False)
            stack.enter_context(cudnn)
        yield


@contextmanager
def differentiable_attention() -> Iterator[None]:
    """Evaluate attention by kernels that have second derivatives.

    Yields:
        Once, while it holds.
    """
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
