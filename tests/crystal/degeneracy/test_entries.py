"""Entries are chosen as Python's slices choose them, and nothing is chosen by mistake."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.crystal.degeneracy.entries import choose_entries, layers
from polariscope.errors import PolariscopeError

SHAPES = {
    "embed": (7, 6),
    "blocks.0.attn.weight": (6, 8),
    "blocks.0.attn.bias": (6,),
    "blocks.1.attn.weight": (6, 8),
    "scale": (),
}
ENDS = st.none() | st.integers(-9, 9)
STEPS = st.none() | st.integers(-3, 3).filter(bool)


def chosen(pattern):
    return {name: int(mask.sum()) for name, mask in choose_entries(SHAPES, pattern).items()}


def test_without_patterns_everything_is_chosen():
    made = choose_entries(SHAPES)
    assert list(made) == list(SHAPES)
    assert all(made[name].shape == shape and made[name].all() for name, shape in SHAPES.items())


@pytest.mark.parametrize(
    ("pattern", "counts"),
    [
        ("scale", {"scale": 1}),
        ("*.weight", {"blocks.0.attn.weight": 48, "blocks.1.attn.weight": 48}),
        ("blocks.[0].*", {"blocks.0.attn.weight": 48, "blocks.0.attn.bias": 6}),
        ("blocks.[!0].*[2:4]", {"blocks.1.attn.weight": 16}),
        ("*.weight[:, 0:3]", {"blocks.0.attn.weight": 18, "blocks.1.attn.weight": 18}),
        ("embed[:]", {"embed": 42}),
        ("embed[ -2 : , 1 ]", {"embed": 2}),
        ("embed[-1, ::2]", {"embed": 3}),
        (["blocks.0.attn.bias", "embed[0:1]"], {"embed": 6, "blocks.0.attn.bias": 6}),
        (["embed[0:2]", "embed[1:3]", "embed[:, :1]"], {"embed": 18 + 4}),
    ],
)
def test_patterns_choose_in_the_models_order(pattern, counts):
    made = chosen(pattern)
    assert made == counts
    assert list(made) == [name for name in SHAPES if name in counts]


@given(st.lists(st.tuples(ENDS, ENDS, STEPS), min_size=1, max_size=2))
def test_a_slice_is_pythons(cuts):
    text = ",".join(":".join("" if part is None else str(part) for part in cut) for cut in cuts)
    expected = np.zeros(SHAPES["embed"], bool)
    expected[tuple(slice(*cut) for cut in cuts)] = True
    if expected.any():
        assert (choose_entries(SHAPES, f"embed[{text}]")["embed"] == expected).all()
    else:
        with pytest.raises(PolariscopeError, match="a slice holds one entry or more"):
            choose_entries(SHAPES, f"embed[{text}]")


def test_heads_part_a_matrix_into_disjoint_rows():
    heads = [choose_entries(SHAPES, f"blocks.0.attn.weight[{2 * h}:{2 * h + 2}]") for h in range(3)]
    masks = np.stack([head["blocks.0.attn.weight"] for head in heads])
    assert (masks.sum(axis=0) == 1).all()
    assert masks[1][2:4].all()


@pytest.mark.parametrize(
    ("pattern", "match"),
    [
        ("blocks.0.atn.weight", r"got 'blocks\.0\.atn\.weight'\. .*nearest names are blocks\.0\.attn\.weight,"),
        ("emb[0:2]", r"got 'emb\[0:2\]'\. .*nearest names are embed,"),
        (["embed", "x"], "every pattern matches a parameter; got 'x'"),
        ([], "one pattern or more; got none"),
        ("blocks.0.*[:, 0:2]", r"blocks\.0\.attn\.bias has shape \(6,\)"),
        ("scale[:]", r"at most the parameter's dimensions, and scale has shape \(\)"),
        ("embed[5:5]", r"a slice holds one entry or more, and embed has shape \(7, 6\); got 'embed\[5:5\]'"),
        ("embed[:, 6]", "a slice holds one entry or more"),
        ("embed[-8, :]", "a slice holds one entry or more"),
        ("embed[0:2:0]", "a slice is start:stop or start:stop:step"),
        ("embed[0:2:1:1]", "a slice is start:stop or start:stop:step"),
        ("embed[a:2]", "a slice is start:stop or start:stop:step"),
        ("embed[:, ]", "a slice is start:stop or start:stop:step"),
        ("embed[0.5:2]", "a slice is start:stop or start:stop:step"),
    ],
)
def test_a_pattern_that_chooses_nothing_is_refused(pattern, match):
    with pytest.raises(PolariscopeError, match=f"^parameters: .*{match}"):
        choose_entries(SHAPES, pattern)


def test_where_there_are_no_parameters():
    with pytest.raises(PolariscopeError, match="there are no parameters"):
        choose_entries({}, None)


def test_layers_hold_every_parameter_once_in_order():
    made = layers(SHAPES)
    assert made == {
        "embed": ("embed",),
        "blocks.0.attn": ("blocks.0.attn.weight", "blocks.0.attn.bias"),
        "blocks.1.attn": ("blocks.1.attn.weight",),
        "scale": ("scale",),
    }
    assert [name for group in made.values() for name in group] == list(SHAPES)
    assert layers([]) == {}


@pytest.mark.parametrize("patterns", [3, [3], ["embed", None], 2.5, b"embed"])
def test_a_pattern_is_text(patterns):
    with pytest.raises(PolariscopeError, match=r"^parameters: text, one pattern or several; got"):
        choose_entries(SHAPES, patterns)
