"""Readings of one small fixed model, kept in golden.json: they change only together with MEASURE_VERSION.

Weights are drawn by parameter name and the tokenizer is a file, so that no other library's training or
initialisation can change them. After raising MEASURE_VERSION take them anew with

    cd tests && python -m introspection.test_golden
"""

import json
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import PreTrainedTokenizerFast

from conftest import make_model
from polariscope.introspection import checking, make_experiment, planning, running
from polariscope.models import OpenModel
from polariscope.runs import Ledger
from small_runs import open_small
from small_tokenizers import CHATML, SIZE, make_tokenizer

GOLDEN = Path(__file__).with_name("golden.json")
TOKENIZER = Path(__file__).with_name("golden_tokenizer.json")
SENTENCES = ["The dog barks loudly.", "A bird flies over the lake.", "She reads a book.", "Rain fell all night."]
PAIRS = [
    "We watched the elephants.", "We watched the animals.", "He spoke of war.", "He spoke of events.",
    "The soup tasted of garlic.", "The soup tasted of something.",
]  # fmt: skip
KEPT = ("label_logits", "clean_label_logits", "dose_relative", "vector_norm")
CHANGED = (
    "readings come out otherwise than in golden.json ({}). If that is meant, raise MEASURE_VERSION in "
    "introspection/planning.py, so that no old cell passes for a new one, and take the golden readings anew "
    "(see this file's first lines); if not, mend the code"
)


def golden_model() -> OpenModel:
    model = make_model("llama", vocabulary=SIZE)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            draw = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(tuple(parameter.shape))
            level = 1.0 if name.endswith("norm.weight") else 0.0
            parameter.copy_(torch.tensor(level + draw * (0.1 if level else 0.3), dtype=torch.float32))
    opened = open_small("llama", model=model)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(TOKENIZER),
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        unk_token="<|endoftext|>",
        chat_template=CHATML,
    )
    return OpenModel(model, tokenizer, opened.identity)


def golden_readings(folder: Path, unit: str) -> list[dict[str, Any]]:
    (folder / "sentences.txt").write_text("\n".join(SENTENCES))
    (folder / "pairs.txt").write_text("\n".join(PAIRS))
    experiment = make_experiment(
        layers=(1, 2), scales=(20.0,), unit=unit, trials=2, sentences=3, path="fast",
        sentence_file=folder / "sentences.txt", pair_file=folder / "pairs.txt",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, Ledger.open(folder / "ledger.sqlite") as ledger:
        patch.setattr(checking, "open_model", lambda *_args, **_options: golden_model())
        prepared = running.prepare(experiment, ledger)
        return [_short(reading) for cell in prepared.plan.cells for reading in prepared.measure(cell)]


def _short(reading: dict[str, Any]) -> dict[str, Any]:
    if reading["kind"] == "separation":
        return {name: reading[name] for name in ("block", "pair", "auroc", "norm")}
    told = ("condition", "block", "trial", "pair", "position", "answer")
    numbers = {name: np.round(reading[name], 6).tolist() for name in KEPT}
    return {name: reading[name] for name in told} | numbers


@pytest.mark.parametrize("unit", ["vector", "relative"])
def test_readings_change_only_with_the_measure_version(tmp_path, unit):
    golden = json.loads(GOLDEN.read_text())
    assert golden["measure_version"] == planning.MEASURE_VERSION, "take the golden readings anew"
    found = golden_readings(tmp_path, unit)
    assert len(found) == len(golden[unit]) == 2 * (3 + 6 * 2 * 3)
    for ours, kept in zip(found, golden[unit], strict=True):
        for name, value in kept.items():
            place = f"{name} of {kept.get('condition', 'separation')} at block {kept['block']}"
            assert ours[name] == pytest.approx(value, abs=1e-4), CHANGED.format(place)


def test_the_golden_model_answers_by_more_than_rounding():
    """What is injected moves the logits by far more than the 1e-4 that the comparison allows."""
    golden = json.loads(GOLDEN.read_text())
    answers = [tuple(row["label_logits"]) for row in golden["vector"] if row.get("condition") == "concept"]
    assert len(set(answers)) == len(answers) == 12
    assert np.ptp(answers, axis=0).min() > 0.05


if __name__ == "__main__":
    torch.set_num_threads(1)
    TOKENIZER.write_text(make_tokenizer("chatml").backend_tokenizer.to_str() + "\n")
    taken: dict[str, Any] = {"measure_version": planning.MEASURE_VERSION}
    for each in ("vector", "relative"):
        with tempfile.TemporaryDirectory() as place:
            taken[each] = golden_readings(Path(place), each)
    lines = ",\n".join(
        f'"{name}": '
        + (json.dumps(value) if isinstance(value, int) else "[\n" + ",\n".join(map(json.dumps, value)) + "]")
        for name, value in taken.items()
    )
    GOLDEN.write_text("{" + lines + "}\n")
