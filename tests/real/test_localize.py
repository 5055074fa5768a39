"""The embedded model from the command line to a verdict, and its two paths on real prompts."""

import json
import re
from pathlib import Path

import pytest

from polariscope.cli import main
from polariscope.introspection import checking, make_experiment, running
from polariscope.introspection.materials import load_materials
from polariscope.introspection.presets import PRESETS
from polariscope.introspection.prompt import make_builder
from polariscope.introspection.trials import draw_trials
from polariscope.models import OpenModel, open_model
from polariscope.runs import Ledger

WORDS = ["localize", "--trials", "4", "--pairs", "6", "--controls", "noise", "--pack", "2", "--device", "cpu"]


@pytest.fixture(scope="module")
def opened() -> OpenModel:
    return open_model("smollm2", device="cpu")


def test_one_command_leads_to_a_verdict_and_the_same_again_measures_nothing(
    own_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*WORDS, "--json"])
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.err) == (0, "")
    told = json.loads(printed.out)
    (setting,) = told["summary"]["settings"]
    assert (setting["block"], setting["scale"]) == (8, 10)
    assert [(found["name"], found["predictions"], found["failed"]) for found in setting["conditions"]] == [
        ("concept", 20, 0),
        ("noise", 20, 0),
    ]
    # With the post's prefill the model answers with a label, and its vectors carry their concepts.
    assert setting["conditions"][0]["mass"] > 0.5
    assert setting["separation"]["own"]["value"] > 0.7
    environment = told["run"]["environment"]
    assert (environment["path"], environment["shared_tokens"], environment["deviations"]) == ("fast", 121, [])
    assert environment["model"]["weights_note"] == "dequantised Q4_1 of SmolLM2-135M-Instruct"
    report = Path(told["report"])
    assert report.parent == own_home / "reports"
    assert "dequantised Q4_1" in report.read_text(encoding="utf-8")

    monkeypatch.setattr(running.Measurer, "__call__", lambda *_: pytest.fail("measured again"))
    with pytest.raises(SystemExit) as stopped:
        main(WORDS)
    printed = capsys.readouterr()
    assert stopped.value.code == 0
    assert re.search(r"(\d+) of \1 cells are in the ledger already", printed.err)
    assert told["run"]["id"] in printed.out


def test_fast_and_plain_agree_on_real_trials(
    opened: OpenModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "open_model", lambda *_args, **_options: opened)
    both = []
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        for path in ("fast", "plain"):
            experiment = make_experiment(trials=2, pairs=3, controls=(), path=path)
            prepared = running.prepare(experiment, ledger)
            both.append([r for cell in prepared.plan.cells[1:] for r in prepared.measure(cell)])
    assert len(both[0]) == 10
    for fast, plain in zip(*both, strict=True):
        near = 1e-4 * max(1.0, *map(abs, plain["label_logits"]))
        assert fast["label_logits"] == pytest.approx(plain["label_logits"], abs=near)
        assert fast["clean_label_logits"] == pytest.approx(plain["clean_label_logits"], abs=near)
        assert fast["near_tie"] or fast["answer"] == plain["answer"]
        moved = max(abs(a - b) for a, b in zip(plain["label_logits"], plain["clean_label_logits"], strict=True))
        assert moved > 10 * near


def test_prompts_are_as_long_as_the_posts(opened: OpenModel) -> None:
    builder = make_builder(opened.tokenizer, "smollm2", PRESETS["godet-2025"])
    materials = load_materials()
    prompts = [
        builder.build([materials.sentences[s] for s in trial.sentences])
        for trial in draw_trials(materials, 30, 5, 0)
    ]
    # 214 with the post's own sentences; ours are a word or two longer.
    assert sum(len(prompt.tokens) for prompt in prompts) / 30 == pytest.approx(214, abs=12)
    assert {min(prompt.spans[0]) for prompt in prompts} == {121}
    assert len({prompt.tokens[:121] for prompt in prompts}) == 1
