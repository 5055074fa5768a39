"""Parameters and blocks are chosen by name, each once."""

import pytest
import torch
from torch import nn

from polariscope.crystal.operators.loss.parameters import choose_blocks, choose_parameters, computing_dtype
from polariscope.errors import PolariscopeError

NAMES = ("0.weight", "0.bias", "1.weight")


def net() -> nn.Module:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2, bias=False))
    model[0].bias.requires_grad_(False)
    return model


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (None, ["0.weight", "1.weight"]),
        ("*", ["0.weight", "0.bias", "1.weight"]),
        ("0.*", ["0.weight", "0.bias"]),
        (("1.*", "*.weight"), ["0.weight", "1.weight"]),
    ],
)
def test_patterns_choose_in_the_models_order(patterns, names):
    model = net()
    chosen = choose_parameters(model, patterns)
    assert list(chosen) == names
    assert all(chosen[name] is model.get_parameter(name) for name in names)


def test_integers_are_left_out():
    model = net()
    model.count = nn.Parameter(torch.arange(3), requires_grad=False)
    assert list(choose_parameters(model, "*")) == list(NAMES)
    with pytest.raises(PolariscopeError, match="every pattern matches a parameter"):
        choose_parameters(model, "count")


def test_a_pattern_that_matches_nothing_is_told_the_nearest_names():
    with pytest.raises(PolariscopeError, match=r"got '0\.weigth'\. .*nearest names are 0\.weight,"):
        choose_parameters(net(), ("1.*", "0.weigth"))
    with pytest.raises(PolariscopeError, match=r"^parameters: one pattern or more; got none"):
        choose_parameters(net(), ())


def complex_net() -> nn.Module:
    model = net()
    model.wave = nn.Parameter(torch.ones(2, dtype=torch.complex64))
    return model


@pytest.mark.parametrize(
    ("model", "match"),
    [
        (nn.ReLU(), r"^model: one parameter or more of floating point; got none"),
        (net().requires_grad_(False), r"^model: one parameter or more that requires a gradient"),
        (nn.LazyLinear(2), r"^model: parameters with a shape; got weight has none"),
        (complex_net(), r"^parameters: real parameters; got wave is complex"),
    ],
)
def test_models_without_usable_parameters_are_refused(model, match):
    with pytest.raises(PolariscopeError, match=match):
        choose_parameters(model, None)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (None, ((0, 1, 2),)),
        ("parameter", ((0,), (1,), (2,))),
        ("layer", ((0, 1), (2,))),
        (("*.bias", "*.weight"), ((1,), (0, 2))),
        ((("0.bias", "1.*"), "0.weight"), ((1, 2), (0,))),
    ],
)
def test_blocks_hold_every_parameter_once(blocks, expected):
    assert choose_blocks(NAMES, blocks) == expected


@pytest.mark.parametrize(
    ("blocks", "match"),
    [
        ("layers", r'"parameter", "layer" or patterns; got layers'),
        (("0.*",), r"every parameter lies in one block; got 1\.weight in 0"),
        (("0.*", "*"), r"every parameter lies in one block; got 0\.weight in 2"),
        (("0.*", "2.*"), "every pattern matches a parameter"),
    ],
)
def test_blocks_that_do_not_are_refused(blocks, match):
    with pytest.raises(PolariscopeError, match=rf"^blocks: {match}"):
        choose_blocks(NAMES, blocks)


@pytest.mark.parametrize(
    ("kinds", "dtype", "expected"),
    [
        ([torch.float16, torch.bfloat16], None, torch.float32),
        ([torch.float32, torch.int64], None, torch.float32),
        ([torch.float32, torch.float64], None, torch.float64),
        ([torch.float64], "float32", torch.float32),
        ([torch.float32], torch.float64, torch.float64),
    ],
)
def test_the_computation_is_in_the_widest_dtype_unless_told(kinds, dtype, expected):
    assert computing_dtype([torch.ones(1).to(kind) for kind in kinds], dtype) == expected


@pytest.mark.parametrize("dtype", ["half", torch.bfloat16, "torch.int64", 64])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(PolariscopeError, match=r"^dtype: float32 or float64"):
        computing_dtype([torch.ones(1)], dtype)
