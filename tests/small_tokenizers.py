"""Four small tokenizers made in memory, one of each kind that the prompt has to be right for.

Named so that ``import tokenizers`` still means the library. Trained on our own sentences with the library's own
trainers, made once a session; a caller gets the same object each time and leaves it as it is.
"""

import json
from functools import cache
from importlib.resources import files

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

from polariscope.introspection.presets import ASSENT, QUESTIONS, SETUP

SIZE = 900
"""Tokens in each vocabulary, about; `conftest.make_model` takes it. Then five sentences are some 300 tokens."""

CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a small test.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_TURNS = (
    "{% for message in messages %}{% if message['content'] %}<{{ message['role'] }}>\n{{ message['content'] }}\n"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}<assistant>\n{% endif %}"
)
WRITES_BOS = "{{ bos_token }}" + _TURNS
WRITES_NO_BOS = _TURNS

KINDS = ("chatml", "joined", "writes-bos", "adds-bos")
"""ChatML without a BOS (like SmolLM2); " 1" one token and no template (like GPT-2); sentencepiece-like whose
template writes the BOS that the tokenizer adds too (like Llama 2); the same with a template that writes none."""


@cache
def make_tokenizer(kind: str) -> PreTrainedTokenizerFast:
    """One of ``KINDS``."""
    made = {"chatml": _chatml, "joined": _joined}
    templates = {"writes-bos": WRITES_BOS, "adds-bos": WRITES_NO_BOS}
    return made[kind]() if kind in made else _of_sentencepiece(templates[kind])


def _corpus() -> list[str]:
    data = files("polariscope.introspection") / "data"
    names = ("sentences", "pairs", "heldout")
    lines = [line for name in names for line in (data / f"{name}.txt").read_text("utf-8").splitlines()]
    asked = [text for question in QUESTIONS.values() for text in (question.text, question.prefill)]
    # The setup stands in every prompt: said often enough, its words become tokens of their own.
    return lines + 20 * [SETUP, ASSENT, *asked, "SENTENCE 1: SENTENCE 2: SENTENCE 3: SENTENCE 4: SENTENCE 5: "]


def _byte_level(special: list[str], digits_apart: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False)
    digits = [pre_tokenizers.Digits(individual_digits=True)] if digits_apart else []
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*digits, bytes_])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(), trainer)
    return tokenizer


def _chatml() -> PreTrainedTokenizerFast:
    inner = _byte_level(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], digits_apart=True)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        unk_token="<|endoftext|>",
        chat_template=CHATML,
    )


def _joined() -> PreTrainedTokenizerFast:
    inner = _byte_level(["<|endoftext|>"], digits_apart=False)
    inner.post_processor = processors.ByteLevel(trim_offsets=True)
    end = "<|endoftext|>"
    return PreTrainedTokenizerFast(tokenizer_object=inner, bos_token=end, eos_token=end, unk_token=end)


def _sentencepiece() -> Tokenizer:
    """As Llama 2's: blanks are "▁", one is put before the text, and what is not known becomes bytes."""
    pieces, merges = _learned_pieces()
    known = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    vocabulary = {piece: index for index, piece in enumerate(known)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in known[:3]])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A $B", [("<s>", 1)])
    return tokenizer


def _learned_pieces() -> tuple[list[str], list[tuple[str, str]]]:
    tokenizer = Tokenizer(models.BPE())
    apart = pre_tokenizers.Split(Regex(r"[0-9:.?,\"]"), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(prepend_scheme="first"), apart])
    trainer = trainers.BpeTrainer(vocab_size=SIZE - 259, show_progress=False)
    tokenizer.train_from_iterator(_corpus(), trainer)
    learned = json.loads(tokenizer.to_str())["model"]
    return sorted(learned["vocab"], key=learned["vocab"].get), [tuple(pair) for pair in learned["merges"]]


def _of_sentencepiece(template: str) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=_sentencepiece(),
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        chat_template=template,
    )
