"""Where a model computes, and in which number type."""

from typing import TYPE_CHECKING, Any

from polariscope.errors import PolariscopeError

if TYPE_CHECKING:
    import torch

DTYPES = ("float32", "bfloat16", "float16")


def choose_device(wanted: str | None) -> "torch.device":
    """The device named, or CUDA where there is one, else the CPU.

    Args:
        wanted: "cpu", "cuda", "cuda:N" or "mps"; None for the default.

    Returns:
        A device that is there.

    Raises:
        PolariscopeError: No such device here.
    """
    import torch

    if wanted is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    there = [torch.device("cpu")]
    if torch.backends.mps.is_available():
        there.append(torch.device("mps"))
    if torch.cuda.is_available():
        there += [torch.device("cuda"), *(torch.device("cuda", i) for i in range(torch.cuda.device_count()))]
    for device in there:
        if str(device) == wanted:
            return device
    names = ", ".join(str(device) for device in there)
    raise PolariscopeError("--device", f"the device is on this machine ({names})", wanted, "give one of these")


def choose_dtype(wanted: str | None, device: "torch.device") -> "torch.dtype | str":
    """The type named; else float32 on a CPU, and "auto", the checkpoint's own, on an accelerator.

    float32 on a CPU because narrow types are slower there, and because readings should carry no rounding that
    nobody asked for.

    Args:
        wanted: One of ``DTYPES``, or None for the default.
        device: Where the model will compute.

    Returns:
        What transformers' ``dtype`` takes.

    Raises:
        PolariscopeError: Another name.
    """
    import torch

    if wanted is None:
        return torch.float32 if device.type == "cpu" else "auto"
    if wanted not in DTYPES:
        raise PolariscopeError("--dtype", f"it is one of {', '.join(DTYPES)}", wanted, "give one of these")
    chosen: torch.dtype = getattr(torch, wanted)
    return chosen


def describe_device(device: Any) -> str:
    """What of a device can change a reading: its kind, and for CUDA the accelerator's name.

    Args:
        device: A torch device.

    Returns:
        "cpu", "mps", or for example "cuda NVIDIA H200".
    """
    if device.type != "cuda":
        return str(device.type)
    import torch

    return f"cuda {torch.cuda.get_device_name(device)}"
