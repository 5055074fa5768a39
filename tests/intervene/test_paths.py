"""The two paths of the engine have one meaning, and leave the model as it was."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ARCHITECTURES, VOCABULARY, make_model
from polariscope.errors import PolariscopeError
from polariscope.intervene import Edit, FastPath, PlainPath, Row, compare, last_logits
from polariscope.intervene.decoder import find_blocks

SHARED = 20


def make_prompts(seed: int = 0, lengths: tuple[int, ...] = (30, 41)) -> list[list[int]]:
    draw = torch.Generator().manual_seed(seed)
    shared = torch.randint(3, VOCABULARY, (SHARED,), generator=draw).tolist()
    return [shared + torch.randint(3, VOCABULARY, (n,), generator=draw).tolist() for n in lengths]


def edit(block: int, positions: tuple[int, ...], seed: int = 0, each: bool = False) -> Edit:
    shape = (len(positions), 32) if each else (32,)
    return Edit(block, positions, 3 * torch.randn(shape, generator=torch.Generator().manual_seed(seed)))


def every_kind_of_row() -> list[Row]:
    rows = [Row(0), Row(1)]
    for block in range(4):
        for prompt in (0, 1):
            rows += [
                Row(prompt, (edit(block, (25, 26, 27), seed=block),)),
                Row(prompt, (edit(block, (25, 26, 27), seed=9 + block),)),
                Row(prompt, (edit(block, (22, 40), each=True),)),
                Row(prompt, (edit(block, (49,)), edit(3, (30, 36)), edit(1, (33,)))),
            ]
    last = len(make_prompts()[0]) - 1
    return [*rows, Row(0, (edit(3, (last,)),)), Row(0, (edit(0, (SHARED,)),))]


def test_fast_equals_plain_in_every_architecture(small_model):
    prompts, rows = make_prompts(), every_kind_of_row()
    plain, fast = (last_logits(small_model, prompts, rows, path) for path in ("plain", "fast"))
    found = compare(plain, fast, "float32")
    assert found.agrees, found
    # The comparison is worth something only if the edits move the answer by far more than it allows.
    moved = (plain - plain[[row.prompt for row in rows]]).abs().amax(1)
    below_the_last = [i for i, row in enumerate(rows) if row.edits and row.first_block < 3]
    assert moved[below_the_last].min() > 100 * 1e-4


@settings(max_examples=25)
@given(data=st.data(), architecture=st.sampled_from(ARCHITECTURES))
def test_fast_equals_plain_for_any_rows(data, architecture):
    model = make_model(architecture)
    prompts = make_prompts(
        data.draw(st.integers(0, 99)), tuple(data.draw(st.lists(st.integers(1, 40), min_size=1)))
    )
    rows = []
    for _ in range(data.draw(st.integers(1, 6))):
        prompt = data.draw(st.integers(0, len(prompts) - 1))
        places = st.lists(st.integers(0, len(prompts[prompt]) - 1), min_size=1, max_size=4, unique=True)
        rows.append(
            Row(
                prompt,
                tuple(
                    edit(data.draw(st.integers(0, 3)), tuple(sorted(data.draw(places))), seed=k)
                    for k in range(data.draw(st.integers(0, 2)))
                ),
            )
        )
    found = compare(*(last_logits(model, prompts, rows, path) for path in ("plain", "fast")), "float32")
    assert found.agrees, found


def test_plain_without_edits_is_the_library_itself(small_model):
    prompts = make_prompts()
    found = last_logits(small_model, prompts, [Row(0), Row(1)], "plain")
    with torch.no_grad():
        own = [small_model(input_ids=torch.tensor([p])).logits[0, -1] for p in prompts]
    assert torch.equal(found, torch.stack(own))


@pytest.mark.parametrize("path", ["plain", "fast"])
def test_strength_zero_gives_the_very_bits_of_no_edit(small_model, path):
    prompts = make_prompts()
    nothing = Edit(1, (25, 26), torch.zeros(32))
    real = Row(0, (edit(2, (30,)),))
    with_zero = last_logits(small_model, prompts, [Row(0, (nothing,)), Row(1, (nothing,)), real], path)
    without = last_logits(small_model, prompts, [Row(0), Row(1), real], path)
    assert torch.equal(with_zero, without)


@pytest.mark.parametrize("path", ["plain", "fast"])
def test_the_model_is_bit_for_bit_the_same_afterwards(small_model, path):
    before = {name: value.clone() for name, value in small_model.state_dict().items()}
    attributes = {name: dict(module.__dict__) for name, module in small_model.named_modules()}
    implementation = small_model.config._attn_implementation
    last_logits(small_model, make_prompts(), every_kind_of_row(), path)
    assert all(torch.equal(value, before[name]) for name, value in small_model.state_dict().items())
    assert small_model.config._attn_implementation == implementation
    for name, module in small_model.named_modules():
        assert module.__dict__.keys() == attributes[name].keys(), name
        assert not module._forward_hooks, name


@pytest.mark.parametrize("path", ["plain", "fast"])
def test_the_model_comes_back_also_after_an_exception(path):
    model = make_model("llama")
    before = last_logits(model, make_prompts(), [Row(0), Row(1)], path)
    handle = find_blocks(model)[2].register_forward_pre_hook(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        last_logits(model, make_prompts(), every_kind_of_row(), path)
    handle.remove()
    assert all("forward" not in block.__dict__ for block in find_blocks(model))
    assert torch.equal(last_logits(model, make_prompts(), [Row(0), Row(1)], path), before)


def test_a_forward_set_by_someone_else_comes_back():
    model = make_model("llama")
    block = find_blocks(model)[1]
    own = block.forward
    block.forward = own
    last_logits(model, make_prompts(), every_kind_of_row(), "fast")
    assert block.__dict__["forward"] is own


def test_only_reachable_tokens_change():
    """An edit of the last token at the last block moves its logits by exactly what the head makes of it."""
    model = make_model("llama")
    prompts = make_prompts()
    last = len(prompts[0]) - 1
    with torch.no_grad():
        hidden = model.model(input_ids=torch.tensor([prompts[0]]), use_cache=False)
    change = edit(3, (last,))
    clean = PlainPath(model).clean([prompts[0]], keep=[3])
    with torch.no_grad():
        expected = model.lm_head(model.model.norm(clean.residuals[3][0][last] + change.delta))
    for path in ("plain", "fast"):
        found = last_logits(model, prompts, [Row(0, (change,))], path)[0]
        assert torch.allclose(found, expected, atol=1e-5)
    assert hidden.last_hidden_state.shape[1] == last + 1


def test_residuals_and_clean_streams_agree_between_paths(small_model):
    prompts = make_prompts()
    shared = tuple(prompts[0][:SHARED])
    plain, fast = PlainPath(small_model), FastPath(small_model, shared)
    for block, rows in plain.residuals(prompts, [0, 2]).items():
        assert torch.allclose(rows, fast.residuals(prompts, [0, 2])[block], atol=1e-4)
    one, other = plain.clean(prompts, keep=[1]), fast.clean(prompts, keep=[1])
    for prompt in (0, 1):
        assert torch.allclose(one.residual(1, prompt, (21, 30)), other.residual(1, prompt, (21, 30)), atol=1e-4)


def test_a_pass_does_not_depend_on_what_was_read_before():
    model = make_model("llama", torch.bfloat16)
    prompts, rows = make_prompts(), every_kind_of_row()[2:10]
    path = FastPath(model, prompts[0][:SHARED])
    clean = path.clean(prompts, keep=range(4))
    first = path.edited(clean, rows)
    path.edited(clean, every_kind_of_row())
    fresh = FastPath(model, prompts[0][:SHARED])
    again = fresh.edited(fresh.clean(prompts, keep=range(4)), rows)
    assert torch.equal(first, path.edited(clean, rows))
    assert torch.equal(first, again)


def test_bfloat16_paths_agree_within_their_own_tolerance(small_model):
    model = small_model.to(torch.bfloat16)
    plain, fast = (last_logits(model, make_prompts(), every_kind_of_row(), path) for path in ("plain", "fast"))
    assert compare(plain, fast, "bfloat16").agrees


def test_a_nan_delta_gives_nan_in_its_row_alone(small_model):
    rows = [Row(0, (Edit(1, (25,), torch.full((32,), float("nan"))),)), Row(0, (edit(1, (25,)),))]
    found = last_logits(small_model, make_prompts(), rows, "fast")
    assert found[0].isnan().all()
    assert not found[1].isnan().any()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(2), "row.prompt"),
        (Row(0, (edit(4, (25,)),)), "blocks 0 to 3"),
        (Row(0, (edit(1, (50,)),)), "0 to 49"),
        (Row(0, (edit(1, (26, 25)),)), "rising"),
        (Row(0, (Edit(1, (25,), torch.zeros(31)),)), "a vector of 32"),
    ],
)
@pytest.mark.parametrize("path", ["plain", "fast"])
def test_rows_that_do_not_fit_are_refused(row, says, path):
    with pytest.raises(PolariscopeError, match=says):
        last_logits(make_model("llama"), make_prompts(), [row], path)


def test_an_edit_in_the_shared_prefix_is_refused_by_the_path_that_shares_it():
    model, prompts = make_model("llama"), make_prompts()
    path = FastPath(model, prompts[0][:SHARED])
    clean = path.clean(prompts, keep=[1])
    with pytest.raises(PolariscopeError, match="after the 20 tokens"):
        path.edited(clean, [Row(0, (edit(1, (SHARED - 1,)),))])


def test_splitting_work_into_passes_changes_nothing_but_rounding(monkeypatch):
    model, prompts, rows = make_model("llama"), make_prompts(), every_kind_of_row()
    whole = last_logits(model, prompts, rows, "fast")
    lines = FastPath(model).residuals(prompts, [1])[1]
    monkeypatch.setattr("polariscope.intervene.fast._MOST_TOKENS", 40)
    assert torch.allclose(last_logits(model, prompts, rows, "fast"), whole, atol=1e-5)
    assert torch.allclose(FastPath(model).residuals(prompts, [1])[1], lines, atol=1e-5)
