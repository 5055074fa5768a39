"""What is injected is what the protocol says, computed once more by hand through the library alone."""

import copy
import math
from collections import defaultdict
from dataclasses import replace
from itertools import combinations

import pytest
import torch
from tokenizers import normalizers

from conftest import ARCHITECTURES, make_model
from polariscope.errors import PolariscopeError
from polariscope.introspection import checking, make_experiment, running, summarize
from polariscope.introspection.materials import Pair, load_materials
from polariscope.introspection.presets import PRESETS
from polariscope.introspection.prompt import make_builder
from polariscope.introspection.trials import standard_normal
from polariscope.introspection.vectors import VectorBank, injected_vector, separations
from polariscope.runs import Ledger
from small_runs import FEW, KIND_FOR, open_small
from small_tokenizers import SIZE


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def prepare(ledger, monkeypatch):
    """Prepare an experiment on a model in memory."""

    def prepared(opened, **fields):
        monkeypatch.setattr(checking, "open_model", lambda *_args, **_options: opened)
        return running.prepare(make_experiment(**FEW | fields), ledger)

    return prepared


def measured(prepared, *conditions) -> list[dict]:
    return [
        reading
        for cell in prepared.plan.cells
        if cell.parameters.get("condition") in conditions
        for reading in prepared.measure(cell)
    ]


def blocks_of(model) -> torch.nn.ModuleList:
    return model.transformer.h if hasattr(model, "transformer") else model.model.layers


@torch.no_grad()
def library(model, tokens, block, add=None, positions=()) -> tuple[torch.Tensor, torch.Tensor]:
    """The library's own forward with one hook: the output of a block, changed or not, and the last logits."""
    seen = []

    def hook(_module, _inputs, output):
        hidden = output[0] if isinstance(output, tuple) else output
        seen.append(hidden[0].clone())
        if add is not None:
            hidden[0, list(positions)] += add
        return output

    handle = blocks_of(model)[block].register_forward_hook(hook)
    try:
        logits = model(input_ids=torch.tensor([list(tokens)])).logits[0, -1].float()
    finally:
        handle.remove()
    return seen[0], logits


def act(opened, line: str, block: int) -> torch.Tensor:
    return library(opened.model, opened.tokenizer(line).input_ids, block)[0][-1]


def builder_for(opened):
    return make_builder(opened.tokenizer, "a small model", PRESETS["godet-2025"])


@pytest.mark.parametrize("unit", ["vector", "raw", "relative"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_reading_is_what_the_library_says_by_hand(prepare, architecture, unit):
    opened = open_small(architecture)
    prepared = prepare(opened, unit=unit, trials=2, scales=(3.0,), controls=("opposite", "abstract"))
    builder, pairs = builder_for(opened), load_materials().pairs
    readings = measured(prepared, "concept", "opposite", "abstract")
    assert len(readings) == 3 * 2 * 3
    for reading in readings:
        pair = pairs[reading["pair"]]
        v = act(opened, pair.concept, 1) - act(opened, pair.generic, 1)
        prompt = builder.build(reading["sentences"], reading["question"])
        span = prompt.spans[reading["position"]]
        clean_stream, clean = library(opened.model, prompt.tokens, 1)
        typical = clean_stream[list(span)].norm(dim=1).median()
        sign = -1 if reading["condition"] == "opposite" else 1
        delta = sign * 3.0 * v * {"vector": 1.0, "raw": 1 / v.norm(), "relative": typical / v.norm()}[unit]
        _, logits = library(opened.model, prompt.tokens, 1, delta, span)
        near = 2e-4 * max(1.0, float(logits.abs().max()))
        labels = list(prompt.labels)
        assert reading["label_logits"] == pytest.approx(logits[labels].tolist(), abs=near)
        assert reading["clean_label_logits"] == pytest.approx(clean[labels].tolist(), abs=near)
        assert (reading["block"], reading["scale"], reading["status"]) == (1, 3.0, "ok")
        assert reading["dose_raw"] == pytest.approx(float(delta.norm()), rel=1e-4)
        assert reading["dose_relative"] == pytest.approx(float(delta.norm() / typical), rel=1e-4)
        assert reading["dose_vector"] == pytest.approx(float(delta.norm() / v.norm()), rel=1e-4)
        probabilities = logits.double().softmax(0)
        assert reading["answer_mass"] == pytest.approx(float(probabilities[labels].sum()), rel=5e-3)
        if not reading["near_tie"]:
            assert reading["top_token"] == int(logits.argmax())
        assert reading["top_is_label"] == (reading["top_token"] in labels)
        assert reading["answer"] == max(range(3), key=reading["label_logits"].__getitem__)
        assert abs(reading["best_label_rank"] - 1 - int((logits > logits[labels].max()).sum())) <= 1


def test_the_edit_moves_the_labels_by_far_more_than_the_comparison_allows(prepare):
    readings = measured(prepare(open_small("llama")), "concept")
    moved = [
        max(abs(a - b) for a, b in zip(r["label_logits"], r["clean_label_logits"], strict=True)) for r in readings
    ]
    assert min(moved) > 0.01


@pytest.mark.parametrize("unit", ["vector", "raw", "relative"])
def test_a_dose_means_the_same_in_all_units_and_conditions(prepare, unit):
    prepared = prepare(open_small("llama"), unit=unit, scales=(2.5, 4.0))
    readings = measured(prepared, "concept", "noise", "mismatched", "opposite", "abstract")
    assert len(readings) == 5 * 2 * 3 * 3
    lengths, typical = defaultdict(set), defaultdict(set)
    for reading in readings:
        assert reading["dose_" + unit] == pytest.approx(reading["scale"], rel=1e-5)
        assert reading["dose_raw"] == pytest.approx(reading["dose_vector"] * reading["vector_norm"], rel=1e-5)
        lengths[reading["trial"]].add(round(reading["vector_norm"], 3))
        # The stream of one span is the same under every condition asked the same question.
        place = (reading["trial"], reading["position"])
        typical[place].add(round(reading["dose_raw"] / reading["dose_relative"], 3))
    assert all(len(same) == 1 for same in (*lengths.values(), *typical.values()))
    assert len(set(map(max, typical.values()))) > 3


def a_bank(opened, blocks=(1,)):
    lines = load_materials(most_pairs=5).lines
    return VectorBank(
        {line: i for i, line in enumerate(lines)},
        {block: torch.stack([act(opened, line, block) for line in lines]) for block in blocks},
    )


TRIAL = {"index": 2}
SETTINGS = {"sign": "toward", "seed": 7, "noise": "norm of v"}


def test_controls_are_as_long_as_the_concepts_vector_and_point_elsewhere():
    pairs = load_materials().pairs
    bank = a_bank(open_small("llama"))
    trial = TRIAL | {
        "concept": pairs[0].concept,
        "generic": pairs[0].generic,
        "mismatched": [pairs[1].generic, pairs[2].generic],
    }
    made = {
        name: injected_vector(bank, name, trial, 1, SETTINGS)
        for name in ("concept", "noise", "mismatched", "opposite", "abstract", "sham")
    }
    v = bank.at(pairs[0].concept, 1) - bank.at(pairs[0].generic, 1)
    for same in ("concept", "abstract", "sham"):
        assert torch.equal(made[same], v)
    assert torch.equal(made["opposite"], -v)
    assert all(u.norm().item() == pytest.approx(v.norm().item(), rel=1e-5) for u in made.values())
    natural = bank.at(pairs[1].generic, 1) - bank.at(pairs[2].generic, 1)
    assert torch.allclose(made["mismatched"], natural * (v.norm() / natural.norm()))
    for one, other in combinations(("concept", "noise", "mismatched"), 2):
        assert abs(torch.cosine_similarity(made[one], made[other], dim=0)) < 0.9
    away = injected_vector(bank, "concept", trial, 1, SETTINGS | {"sign": "away"})
    assert torch.equal(away, -v)
    assert torch.equal(injected_vector(bank, "opposite", trial, 1, SETTINGS | {"sign": "away"}), v)


def test_the_scripts_noise_has_the_norm_of_a_standard_normal_draw(prepare):
    theirs = measured(prepare(open_small("llama"), preset="godet-2025-code"), "noise")
    for reading in theirs:
        expected = math.sqrt((standard_normal(FEW["seed"], reading["trial"], 32) ** 2).sum())
        assert reading["vector_norm"] == pytest.approx(expected, rel=1e-5)


def test_the_scripts_vector_points_away_from_the_concept(prepare):
    opened = open_small("llama")
    toward = measured(prepare(opened, preset="godet-2025-code", sign="toward"), "opposite")
    away = measured(prepare(opened, preset="godet-2025-code"), "concept")
    assert [r["label_logits"] for r in toward] == [r["label_logits"] for r in away]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_sham_changes_no_bit_and_scores_exactly_chance(prepare, architecture):
    prepared = prepare(open_small(architecture))
    readings = measured(prepared, "sham")
    assert len(readings) == 9
    assert all(reading["bit_equal_to_clean"] for reading in readings)
    assert {(r["dose_raw"], r["dose_vector"], r["dose_relative"]) for r in readings} == {(0.0, 0.0, 0.0)}
    assert sum(reading["answer"] == reading["position"] for reading in readings) == 3
    assert {c.parameters["path"] for c in prepared.plan.cells if c.parameters.get("condition") == "sham"} == {
        "plain"
    }
    assert not any(reading["bit_equal_to_clean"] for reading in measured(prepared, "concept"))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_fast_and_plain_give_the_same_readings(prepare, architecture):
    opened = open_small(architecture)
    assert prepare(opened).environment["path"] == "fast"
    both = [
        measured(prepare(opened, path=path, layers="all"), "concept", "noise", "mismatched", "abstract")
        for path in ("fast", "plain")
    ]
    assert len(both[0]) == 4 * 4 * 9
    for fast, plain in zip(*both, strict=True):
        near = 1e-4 * max(1.0, *map(abs, plain["label_logits"]))
        assert fast["label_logits"] == pytest.approx(plain["label_logits"], abs=near)
        assert fast["near_tie"] or fast["answer"] == plain["answer"]
        same = ("condition", "block", "trial", "position", "sentences", "pair")
        assert [fast[name] for name in same] == [plain[name] for name in same]


def test_a_block_from_which_nothing_can_reach_the_answer_is_told(prepare):
    told = prepare(open_small("llama"), layers=(1, 1.0)).environment["deviations"]
    assert [text for text in told if "block 3 is the last" in text]
    assert not prepare(open_small("llama"), layers=(1, 2)).environment["deviations"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_cells_readings_depend_on_the_cell_alone(prepare, dtype):
    """Not on what was read before it, nor on what else the run asks for."""
    opened = open_small("llama", model=make_model("llama", dtype, vocabulary=SIZE))
    prepared = prepare(opened, layers=(1,), pack=2, path="fast")
    found = {cell: prepared.measure(cell) for cell in prepared.plan.cells}
    fresh = prepare(opened, layers=(1,), pack=2, path="fast")
    for cell in reversed(fresh.plan.cells):
        assert fresh.measure(cell) == found[cell]
    sweep = prepare(opened, layers=(0, 3, 1), scales=(1.0, 4.0), pack=2, path="fast")
    again = {cell: sweep.measure(cell) for cell in sweep.plan.cells}
    shared = set(found) & set(again)
    assert len(shared) == len(found)
    for cell in shared:
        assert again[cell] == found[cell], cell.parameters.get("condition")


def broken(part: str) -> torch.nn.Module:
    model = make_model("llama", vocabulary=SIZE)
    with torch.no_grad():
        if part == "a block":
            model.model.layers[2].mlp.down_proj.weight[3, 3] = math.nan
        elif part == "one row of the head":
            model.lm_head.weight[SIZE - 1, 0] = math.nan
        else:
            model.lm_head.weight[SIZE - 1] *= math.inf
    return model


@pytest.mark.parametrize("part", ["a block", "one row of the head", "an infinite row"])
def test_what_is_not_a_number_is_a_failed_reading_and_kept(prepare, ledger, part):
    prepared = prepare(open_small("llama", model=broken(part)), path="fast")
    run = running.measure(prepared, ledger, "a test")
    readings = [r for r in ledger.readings(run) if r["kind"] == "prediction"]
    assert len(readings) == 6 * 9
    for reading in readings:
        assert (reading["status"], reading["answer"]) == ("failed", -1)
        assert all(map(math.isnan, reading["label_logits"])) == (part == "a block")
        assert not reading["top_is_label"]
    outcome = running.read_outcome(ledger, run)
    for condition in outcome.summary.settings[0].conditions:
        assert condition.failed == condition.predictions == 9
        assert condition.accuracy.value == condition.corrected.value == 0
    assert any("failed" in caveat for caveat in outcome.verdict.caveats)
    assert outcome.verdict.answer != "yes"


def test_an_overflowing_dose_is_a_failed_reading(prepare):
    readings = measured(prepare(open_small("llama"), scales=(1e60,), path="fast"), "concept")
    assert {reading["status"] for reading in readings} == {"failed"}
    assert all(reading["dose_vector"] > 1e37 for reading in readings)


# Whether the vectors carry their concepts.


def planted(strength: float, held_out: int = 4, count: int = 12) -> tuple[VectorBank, list[Pair]]:
    """Concept k lies along axis k; every line has noise of length about 1 beside."""
    draw = torch.Generator().manual_seed(0)
    pairs = [Pair(f"c{k}", f"g{k}", tuple(f"h{k},{i}" for i in range(held_out))) for k in range(count)]
    rows, places = [], {}
    for k, pair in enumerate(pairs):
        for line in (pair.concept, pair.generic, *pair.held_out):
            places[line] = len(rows)
            axis = torch.zeros(64)
            axis[k] = 0.0 if line == pair.generic else strength
            rows.append(axis + torch.randn(64, generator=draw) / 8)
    return VectorBank(places, {2: torch.stack(rows)}), pairs


def test_vectors_that_carry_their_concepts_tell_its_held_out_lines_apart_and_no_others():
    rows = separations(*planted(3.0), 2)
    assert [row["pair"] for row in rows] == list(range(12))
    assert {row["lines"] for row in rows} == {"held-out"}
    assert min(row["auroc"] for row in rows) == 1.0
    assert abs(sum(row["auroc_others"] for row in rows) / 12 - 0.5) < 0.05
    assert all(row["norm"] == pytest.approx(3.3, abs=0.8) for row in rows)


def test_vectors_of_nothing_separate_nothing():
    rows = separations(*planted(0.0), 2)
    assert abs(sum(row["auroc"] for row in rows) / 12 - 0.5) < 0.1


def test_without_held_out_lines_the_other_pairs_stand_in_and_say_so():
    rows = separations(*planted(3.0, held_out=0), 2)
    assert {row["lines"] for row in rows} == {"other pairs"}
    # Its own lines are no judge of a vector, and the others do not lie along it.
    assert abs(sum(row["auroc"] for row in rows) / 12 - 0.5) < 0.15


def test_the_runs_own_separations_are_those_of_the_library(prepare):
    opened = open_small("gemma3")
    prepared = prepare(opened, layers=(1, 3))
    cells = [cell for cell in prepared.plan.cells if cell.parameters["kind"] == "separation"]
    assert [cell.parameters["block"] for cell in cells] == [1, 3]
    bank, pairs = a_bank(opened, (1, 3)), load_materials(most_pairs=5).pairs
    for cell in cells:
        expected = separations(bank, pairs, cell.parameters["block"])
        for ours, theirs in zip(prepared.measure(cell), expected, strict=True):
            assert ours["auroc"] == pytest.approx(theirs["auroc"], abs=0.02)
            assert ours["norm"] == pytest.approx(theirs["norm"], rel=1e-4)


def test_the_model_is_bit_for_bit_the_same_after_a_run(prepare, ledger):
    opened = open_small("gpt2")
    before = {name: value.clone() for name, value in opened.model.state_dict().items()}
    prepared = prepare(opened, layers="all", trials=1)
    running.measure(prepared, ledger, "a test")
    assert all(torch.equal(value, before[name]) for name, value in opened.model.state_dict().items())
    assert not any(module._forward_hooks for module in opened.model.modules())


def test_what_a_run_leaves_can_be_summarized(prepare, ledger):
    for architecture in KIND_FOR:
        run = running.measure(prepare(open_small(architecture)), ledger, "a test")
        summary = summarize(ledger.readings(run))
        assert [c.name for c in summary.settings[0].conditions] == [
            "concept", "noise", "mismatched", "opposite", "abstract"
        ]  # fmt: skip
        assert summary.settings[0].sham.bit_equal == summary.settings[0].sham.predictions == 9


# Pairs of which no vector can be made.


@pytest.mark.parametrize(
    ("twin", "rule"),
    [("i see A CAT.", "tokenizer tells the lines of a pair apart"), ("I see it. " * 300, "fits the model's 512")],
)
def test_pairs_that_leave_nothing_to_inject_are_refused(prepare, tmp_path, twin, rule):
    opened = open_small("llama")
    opened = replace(opened, tokenizer=copy.deepcopy(opened.tokenizer))
    opened.tokenizer.backend_tokenizer.normalizer = normalizers.Lowercase()
    file = tmp_path / "pairs.txt"
    file.write_text(f"One.\nTwo.\nThree.\nFour.\nI see a cat.\n{twin}\n")
    with pytest.raises(PolariscopeError, match=rule) as caught:
        prepare(opened, pairs=None, pair_file=file, sentence_file=None)
    assert caught.value.argument == "--pair-file"
