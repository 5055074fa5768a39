import pytest
import torch

from polariscope.errors import PolariscopeError
from polariscope.models.device import DTYPES, choose_device, choose_dtype, describe_device


def test_the_default_is_cuda_where_there_is_one() -> None:
    assert choose_device(None).type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "", "meta", "cuda:999", "cpu:0"])
def test_a_device_that_is_not_here_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(PolariscopeError, match=r"--device.*cpu"):
        choose_device(name)


def test_float32_on_a_cpu_and_the_checkpoints_own_elsewhere() -> None:
    assert choose_dtype(None, torch.device("cpu")) is torch.float32
    assert choose_dtype(None, torch.device("cuda")) == "auto"
    assert [choose_dtype(name, torch.device("cpu")) for name in DTYPES] == [
        getattr(torch, name) for name in DTYPES
    ]


@pytest.mark.parametrize("name", ["float64", "int8", "half", ""])
def test_another_dtype_is_refused(name: str) -> None:
    with pytest.raises(PolariscopeError, match="--dtype"):
        choose_dtype(name, torch.device("cpu"))


def test_a_device_is_described_by_what_can_change_a_reading() -> None:
    assert describe_device(torch.device("cpu")) == "cpu"
    if torch.cuda.is_available():
        assert describe_device(torch.device("cuda", 0)).startswith("cuda ")
