"""The prompt, with each sentence's place in it known while it is built."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from polariscope.errors import PolariscopeError
from polariscope.introspection.presets import ASSENT, QUESTIONS, SETUP, Preset, Question
from polariscope.models import TemplateRefused, render_chats

Span = Literal["sentence", "with-label", "first-token", "last-token"]

# Stands for the sentences while the template is rendered; plain words, so that no template rewrites it.
_PLACE = "PolariscopePlaceOfSentences"


@dataclass(frozen=True)
class Prompt:
    """A prompt ready for the model.

    Args:
        tokens: Token ids, exactly one BOS where the tokenizer knows one.
        spans: For each sentence, the token positions that an injection touches.
        labels: For each sentence, the one token that names it as the answer.
    """

    tokens: tuple[int, ...]
    spans: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Frame:
    """All of a prompt but its sentences.

    Args:
        before: For each question, the text before the list of sentences.
        after: For each question, the text after it, the question and the prefill included.
        deviations: What differs from the preset's letter for this model, in words for the report.
    """

    before: dict[str, str]
    after: dict[str, str]
    deviations: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PromptBuilder:
    """Builds prompts for one model and one preset.

    Args:
        tokenizer: The model's own; it must give character offsets.
        preset: The protocol.
        frame: The text around the sentences.
        span: Which tokens of a sentence an injection touches.
    """

    tokenizer: Any
    preset: Preset
    frame: Frame
    span: Span = "sentence"

    def build(self, sentences: Sequence[str], question: str = "introspection") -> Prompt:
        """Return the prompt "SENTENCE 1: s1 SENTENCE 2: s2 ... <question>" with spans and labels.

        Args:
            sentences: The sentences, in order.
            question: The question's name.

        Returns:
            The prompt.
        """
        text, places = self._text(sentences, question)
        tokens, offsets = _encode(self.tokenizer, text)
        spans = tuple(self._span_tokens(offsets, *place) for place in places)
        labels = _label_tokens(self.tokenizer, text, tokens, len(sentences))
        _refuse_special(self.tokenizer, sentences)
        if self.preset.doubled_bos and _adds_bos(self.tokenizer) and text.startswith(self.tokenizer.bos_token):
            # The script tokenises a text that holds a BOS with a second one before it, and keeps the old spans.
            tokens = (tokens[0], *tokens)
        return Prompt(tokens, spans, labels)

    def _text(self, sentences: Sequence[str], question: str) -> tuple[str, list[tuple[int, int]]]:
        text, places = self.frame.before[question], []
        for number, sentence in enumerate(sentences, 1):
            label = f"SENTENCE {number}: "
            begin = len(text) + (0 if self.span == "with-label" else len(label))
            text += label + sentence
            places.append((begin, len(text)))
            text += " " if number < len(sentences) else ""
        text += self.frame.after[question]
        return text, places

    def _span_tokens(self, offsets: Sequence[tuple[int, int]], begin: int, end: int) -> tuple[int, ...]:
        inside = tuple(i for i, (a, b) in enumerate(offsets) if max(a, begin) < min(b, end))
        if not inside:
            raise PolariscopeError(
                "sentence", "each has a token of its own", "one that has none", "use longer sentences"
            )
        # Some tokenizers give a blank that is a token no width; within a sentence it belongs to it all the same.
        whole = tuple(range(inside[0], inside[-1] + 1))
        chosen = {"first-token": whole[:1], "last-token": whole[-1:]}
        return chosen.get(self.span, whole)


def make_builder(tokenizer: Any, source: str, preset: Preset, span: Span = "sentence") -> PromptBuilder:
    """Render the model's chat template once for each question and return what builds prompts from it.

    Args:
        tokenizer: The model's tokenizer; its template is untrusted and rendered in a child process.
        source: The model's name, which the preset of the author's script looks at.
        preset: The protocol.
        span: Which tokens an injection touches.

    Returns:
        The builder.

    Raises:
        PolariscopeError: The tokenizer gives no offsets, or the template changes what it is given.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise PolariscopeError(
            "MODEL",
            "a tokenizer that gives character offsets",
            type(tokenizer).__name__,
            "use a fast tokenizer",
        )
    frame = _make_frame(tokenizer, source, preset)
    if any(_joins_space(tokenizer, text) for text in frame.after.values()):
        frame = _without_space(frame)
    return PromptBuilder(tokenizer, preset, frame, span)


def _without_space(frame: Frame) -> Frame:
    note = "the space before the label is left out: the tokenizer joins it to the label"
    after = {question: text.rstrip(" ") for question, text in frame.after.items()}
    return Frame(frame.before, after, (*frame.deviations, note))


def _make_frame(tokenizer: Any, source: str, preset: Preset) -> Frame:
    questions = list(QUESTIONS.values())
    if not tokenizer.chat_template:
        texts = [_plain_chat(question) for question in questions]
        return _split(texts, questions, ('the model has no chat template: the plain "User: / Assistant:" form',))
    empty = preset.system == "empty" or "qwen" in source.lower()
    try:
        texts = _render(tokenizer, questions, with_system=empty)
        notes: tuple[str, ...] = () if empty else ("the template's own system prompt, if it has one",)
    except TemplateRefused:
        if not empty:
            raise
        texts = _render(tokenizer, questions, with_system=False)
        notes = ("the template takes no system message: none is given",)
    return _split([t + q.prefill for t, q in zip(texts, questions, strict=True)], questions, notes)


def _render(tokenizer: Any, questions: Sequence[Question], with_system: bool) -> list[str]:
    system = [{"role": "system", "content": ""}] if with_system else []
    chats = [
        [
            *system,
            {"role": "user", "content": SETUP},
            {"role": "assistant", "content": ASSENT},
            {"role": "user", "content": f"{_PLACE}\n{question.text}"},
        ]
        for question in questions
    ]
    template = _template_text(tokenizer.chat_template)
    tokens = {name: str(token) for name, token in tokenizer.special_tokens_map.items()}
    return render_chats(template, chats, special_tokens=tokens, add_generation_prompt=True)


def _template_text(template: str | dict[str, str]) -> str:
    named = {"default": template} if isinstance(template, str) else template
    if "default" not in named:
        told = ", ".join(sorted(named))
        raise PolariscopeError("chat template", "one of several is the default", told, "name one so in a copy")
    return named["default"]


def _plain_chat(question: Question) -> str:
    turns = [("User", SETUP), ("Assistant", ASSENT), ("User", f"{_PLACE}\n{question.text}")]
    return "".join(f"{role}: {text}\n" for role, text in turns) + f"Assistant: {question.prefill}"


def _split(texts: Sequence[str], questions: Sequence[Question], notes: tuple[str, ...]) -> Frame:
    before, after = {}, {}
    for text, question in zip(texts, questions, strict=True):
        turns = (SETUP, ASSENT, f"{_PLACE}\n{question.text}")
        whole = re.search(".*?".join(map(re.escape, turns)), text, re.DOTALL) and text.count(_PLACE) == 1
        if not whole:
            raise PolariscopeError(
                "chat template", "it keeps each message as it is", "one that changes it", "use another model"
            )
        before[question.name], after[question.name] = text.split(_PLACE)
    return Frame(before, after, notes)


def _adds_bos(tokenizer: Any) -> bool:
    ids = tokenizer("a").input_ids
    return bool(ids) and tokenizer.bos_token_id is not None and ids[0] == tokenizer.bos_token_id


def _encode(tokenizer: Any, text: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Tokenise a rendered prompt: a BOS that the template wrote stays, one that it left out is added once."""
    coded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = list(coded.input_ids), [tuple(pair) for pair in coded.offset_mapping]
    if _adds_bos(tokenizer) and ids[:1] != [tokenizer.bos_token_id]:
        ids, offsets = [tokenizer.bos_token_id, *ids], [(0, 0), *offsets]
    while len(ids) > 1 and ids[0] == ids[1] == tokenizer.bos_token_id:
        ids, offsets = ids[1:], offsets[1:]
    return tuple(ids), tuple(offsets)


def _label_tokens(tokenizer: Any, text: str, tokens: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The token that follows when prompt and label are tokenised as one string, for each label."""
    glue = "" if text.endswith(" ") else " "
    found = []
    for number in range(1, count + 1):
        whole, _ = _encode(tokenizer, f"{text}{glue}{number}")
        if whole[: len(tokens)] != tokens:
            raise PolariscopeError(
                "MODEL",
                "its tokenizer leaves the prompt's tokens alone when the label follows",
                number,
                "use another",
            )
        if len(whole) != len(tokens) + 1:
            raise PolariscopeError(
                "--sentences",
                f"the tokenizer has one token for each label up to {number - 1}",
                count,
                "ask for fewer",
            )
        found.append(whole[-1])
    if len(set(found)) < count:
        raise PolariscopeError("MODEL", "its tokenizer tells the labels apart", found, "use another model")
    return tuple(found)


def _refuse_special(tokenizer: Any, sentences: Sequence[str]) -> None:
    # Not every special token has a role: Llama 3's header marks are in no list but that of added tokens.
    added = {index for index, token in tokenizer.added_tokens_decoder.items() if token.special}
    special = added | set(tokenizer.all_special_ids)
    for sentence in sentences:
        if special & set(tokenizer(sentence, add_special_tokens=False).input_ids):
            raise PolariscopeError(
                "--sentence-file", "no sentence holds a special token of the model", sentence, "remove it"
            )


def _joins_space(tokenizer: Any, text: str) -> bool:
    tokens, _ = _encode(tokenizer, text)
    whole, _ = _encode(tokenizer, text + "1")
    return bool(text.endswith(" ")) and whole[: len(tokens)] != tokens
