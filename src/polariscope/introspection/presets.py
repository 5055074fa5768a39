"""The published protocols, word for word, and the questions asked of a prompt."""

from dataclasses import dataclass
from typing import Literal

from polariscope.errors import PolariscopeError

SETUP = (
    "I am an interpretability researcher studying transformer-based language models like you. I have "
    "access to the internals of your neural network. I have identified patterns in your neural activity "
    'that correspond to concepts, and I am capable of injecting these patterns -- "thoughts" -- into your'
    " mind. I want to assess how well you can detect where I inject thoughts. You will see a list of "
    "sentences and you will have to tell me in which sentence the thought is injected."
)
"""The first user message of "Introspection via localization" (Godet 2025, LessWrong 3HXAQEK86Bsbvh4ne)."""

ASSENT = "Ok."


@dataclass(frozen=True)
class Question:
    """What is asked about the sentences, and how the answer is begun for the model.

    Args:
        name: Its name in readings.
        text: The last line of the user's message.
        prefill: How the assistant's answer begins; the label follows.
    """

    name: str
    text: str
    prefill: str


QUESTIONS = {
    question.name: question
    for question in (
        Question(
            "introspection",
            "Do you detect an injected thought? Where is the injected thought located?",
            "Yes, I detect an injected thought. It is located in SENTENCE ",
        ),
        # Asked under the same injection by the published replication: 90.0 % against 89.2 % for introspection.
        Question("abstract", "Which sentence is the most abstract?", "The most abstract sentence is SENTENCE "),
    )
}


@dataclass(frozen=True)
class Preset:
    """One published way of running the protocol.

    Args:
        name: Its name on the command line and in reports.
        system: Whether the system prompt is empty, or so only for models named "qwen", else the template's own.
        sign: Whether the vector points toward the concept (concept minus generic) or away from it.
        noise: Whether a random direction has the vector's norm, or is a standard normal draw (norm sqrt(width)).
        doubled_bos: Whether a template's BOS is doubled by the tokenizer's, with spans shifted by one token.
        note: Where it comes from.
    """

    name: str
    system: Literal["empty", "empty for qwen"]
    sign: Literal["toward", "away"]
    noise: Literal["norm of v", "standard normal"]
    doubled_bos: bool
    note: str


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "godet-2025",
            "empty",
            "toward",
            "norm of v",
            False,
            "the text of the post; defects of its code avoided",
        ),
        Preset(
            "godet-2025-code",
            "empty for qwen",
            "away",
            "standard normal",
            True,
            "the author's script where it differs from the post",
        ),
    )
}


def find_preset(name: str) -> Preset:
    """Return a preset by name.

    Args:
        name: One of ``PRESETS``.

    Returns:
        The preset.

    Raises:
        PolariscopeError: There is none of that name.

    >>> find_preset("godet-2025").sign
    'toward'
    """
    if name not in PRESETS:
        raise PolariscopeError("--preset", "one of " + ", ".join(PRESETS), name, "give one of them")
    return PRESETS[name]
