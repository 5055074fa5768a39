"""What is asked for is checked and frozen, and a refusal says argument, rule, value and cure."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from polariscope.errors import PolariscopeError
from polariscope.introspection.experiment import (
    CONDITIONS,
    Localize,
    make_experiment,
    read_experiment,
    resolve_layer,
)


@given(st.floats(0, 1), st.integers(1, 200))
def test_a_fraction_is_the_nearest_block_inside_the_model(fraction, blocks):
    found = resolve_layer(fraction, blocks)
    assert 0 <= found < blocks
    assert abs(found - min(fraction * blocks, blocks - 1)) <= 0.5


@given(st.integers(1, 200), st.data())
def test_an_index_stands_for_itself(blocks, data):
    layer = data.draw(st.integers(0, blocks - 1))
    assert resolve_layer(layer, blocks) == layer


@pytest.mark.parametrize("layer", [30, 31, -1, 10**9])
def test_a_block_outside_the_model_is_refused(layer):
    with pytest.raises(PolariscopeError) as caught:
        resolve_layer(layer, 30)
    assert str(caught.value) == (
        f"--layer: the model has blocks 0 to 29; got {layer}. Cure: name one, or a fraction such as 0.25."
    )


def test_a_numeral_without_a_point_is_a_block_and_with_one_a_fraction():
    found = make_experiment(layers=("1", "1.0", "0", ".5", "1e-1")).layers
    assert [(type(layer), layer) for layer in found] == [
        (int, 1),
        (float, 1.0),
        (int, 0),
        (float, 0.5),
        (float, 0.1),
    ]
    assert [resolve_layer(layer, 30) for layer in found] == [1, 29, 0, 15, 3]


@pytest.mark.parametrize("every", ["all", ("all",), ["all"]])
def test_all_layers_have_a_word(every):
    assert make_experiment(layers=every).layers == "all"


def test_an_experiment_is_frozen():
    with pytest.raises(ValidationError):
        make_experiment().trials = 3


def test_the_posts_protocol_is_the_default():
    made = make_experiment()
    assert (made.model, made.preset, made.layers, made.scales) == ("smollm2", "godet-2025", (0.25,), (10.0,))
    assert (made.unit, made.trials, made.sentences, made.span) == ("vector", 100, 5, "sentence")
    assert (made.chosen_sign, make_experiment(preset="godet-2025-code").chosen_sign) == ("toward", "away")
    assert make_experiment(preset="godet-2025-code", sign="toward").chosen_sign == "toward"


def test_conditions_keep_their_order_and_concept_is_always_one_of_them():
    assert make_experiment().conditions == CONDITIONS
    assert make_experiment(controls=("sham", "noise")).conditions == ("concept", "noise", "sham")
    assert make_experiment(controls=()).conditions == ("concept",)


REFUSED = {
    "fraction above": ({"layers": (1.5,)}, "--layer: a fraction lies in [0, 1]; got 1.5."),
    "fraction below": ({"layers": (-0.1,)}, "--layer: a fraction lies in [0, 1]; got -0.1."),
    "fraction nan": ({"layers": (math.nan,)}, "--layer: a fraction lies in [0, 1]; got nan."),
    "layer no number": ({"layers": ("deep",)}, "--layer: input should be a valid integer"),
    "no layer": ({"layers": ()}, "--layer: one value or more, each once; got ()."),
    "a layer twice": ({"layers": (3, 3)}, "--layer: one value or more, each once; got (3, 3)."),
    "scale inf": ({"scales": (math.inf,)}, "--scale: a finite number; got inf."),
    "scale nan": ({"scales": ("nan",)}, "--scale: a finite number; got nan."),
    "scale too large": ({"scales": ("1e999",)}, "--scale: a finite number; got inf."),
    "scale no number": ({"scales": ("ten",)}, "--scale: input should be a valid number"),
    "a scale twice": ({"scales": (0.0, -0.0)}, "--scale: one value or more, each once; got (0.0, -0.0)."),
    "no scale": ({"scales": ()}, "--scale: one value or more, each once; got ()."),
    "no trial": ({"trials": 0}, "--trials: at least 1; got 0."),
    "half a trial": ({"trials": 1.5}, "--trials: input should be a valid integer"),
    "one sentence": ({"sentences": 1}, "--sentences: at least 2; got 1."),
    "two pairs": ({"pairs": 2}, "--pairs: at least 3; got 2."),
    "seed below 0": ({"seed": -1}, "--seed: at least 0; got -1."),
    "empty pack": ({"pack": 0}, "--pack: at least 1; got 0."),
    "no effect": ({"smallest_effect": 0.0}, "--smallest-effect: between 0 and 1; got 0.0."),
    "level 1": ({"level": 1.0}, "--level: between 0 and 1; got 1.0."),
    "level nan": ({"level": math.nan}, "--level: between 0 and 1; got nan."),
    "preset": ({"preset": "godet"}, "--preset: one of godet-2025, godet-2025-code; got godet."),
    "control": ({"controls": ("sham", "luck")}, "--controls: some of noise, mismatched, opposite, abstract, sham"),
    "concept as its own control": ({"controls": ("concept",)}, "--controls: some of"),
    "unit": ({"unit": "feet"}, "--unit: input should be 'vector', 'raw' or 'relative'; got feet."),
    "sign": ({"sign": "up"}, "--sign: input should be 'toward' or 'away'; got up."),
    "span": ({"span": "word"}, "--span: input should be 'sentence', 'with-label', 'first-token'"),
    "dtype": ({"dtype": "int8"}, "--dtype: input should be 'float32', 'bfloat16' or 'float16'; got int8."),
    "path": ({"path": "short"}, "--path: input should be 'auto', 'fast' or 'plain'; got short."),
    "unknown key": ({"layer_fraction": 1}, "--layer-fraction: extra inputs are not permitted; got 1."),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "says"), REFUSED.values(), ids=REFUSED)
def test_what_breaks_its_rule_is_refused(fields, says):
    with pytest.raises(PolariscopeError) as caught:
        make_experiment(**fields)
    assert str(caught.value).startswith(says)
    assert caught.value.cure
    assert str(caught.value).endswith(f"Cure: {caught.value.cure}.")


def test_a_toml_file_says_the_same_as_python(tmp_path):
    file = tmp_path / "run.toml"
    file.write_text(
        'layers = [0.25, 3]\nscales = [10, 20.0]\ncontrols = ["noise"]\npair_file = "p.txt"\nseed = 4\n'
    )
    ours = make_experiment(layers=(0.25, 3), scales=(10, 20), controls=("noise",), pair_file=Path("p.txt"), seed=4)
    assert make_experiment(**read_experiment(file)) == ours
    assert isinstance(ours.layers[1], int)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"seed = 1\nseed = 2\n", "overwrite"),
        (b"seed = \n", "Invalid value"),
        (b"\xff\xfe", "decode"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content, says):
    file = tmp_path / "run.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PolariscopeError, match=says) as caught:
        read_experiment(file)
    assert caught.value.argument == "--config"


def test_it_survives_json():
    made = make_experiment(layers=(1, 0.5), controls=("sham",), pair_file=Path("a/b.txt"))
    again = Localize.model_validate(made.model_dump(mode="json"))
    assert again == made
    assert [type(layer) for layer in again.layers] == [int, float]
