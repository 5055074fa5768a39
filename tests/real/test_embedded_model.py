import time

import pytest

from polariscope.models import conversion
from polariscope.models.opening import OpenModel, open_model
from polariscope.models.templates import render_chats


@pytest.fixture(scope="module")
def opened() -> OpenModel:
    return open_model("smollm2", device="cpu")


def test_it_knows_the_capital_of_france(opened: OpenModel) -> None:
    chat = [{"role": "user", "content": "What is the capital of France?"}]
    tokens = opened.tokenizer.special_tokens_map
    template = opened.tokenizer.chat_template
    assert isinstance(template, str)
    (prompt,) = render_chats(template, [chat], special_tokens=tokens, add_generation_prompt=True)
    asked = opened.tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
    answer = opened.model.generate(**asked, max_new_tokens=12, do_sample=False)
    assert "Paris" in opened.tokenizer.decode(answer[0, asked.input_ids.shape[1] :])


def test_our_rendering_is_the_librarys_own(opened: OpenModel) -> None:
    chat = [{"role": "system", "content": ""}, {"role": "user", "content": " a\n"}]
    theirs = opened.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    tokens = opened.tokenizer.special_tokens_map
    template = str(opened.tokenizer.chat_template)
    assert render_chats(template, [chat], special_tokens=tokens, add_generation_prompt=True) == [theirs]


def test_it_is_converted_once_opens_at_once_and_keeps_its_identity(
    opened: OpenModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "_convert", lambda *_a: pytest.fail("converted again"))
    start = time.perf_counter()
    again = open_model("smollm2", device="cpu")
    # Asked are 2 s on a free machine; five times that still tells an opening from a conversion.
    assert time.perf_counter() - start < 10
    assert again.identity == opened.identity
    assert opened.identity.weights_note == "dequantised Q4_1 of SmolLM2-135M-Instruct"
    assert (opened.identity.blocks, opened.identity.width, opened.identity.vocabulary) == (30, 576, 49152)
