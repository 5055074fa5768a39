"""Chat templates come with a model and are untrusted: they are rendered in a child process with limits.

jinja2's sandbox stops code but neither endless loops nor gigabyte strings, which can arise while a template
is still being compiled.
"""

import functools
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from polariscope.errors import PolariscopeError

_WHAT = "chat template"
_CHILD = Path(__file__).with_name("_render_child.py")
_OUTPUT_BYTES = 64 * 2**20
_CURE = "use a model with a sound template, or mend tokenizer_config.json or chat_template.jinja in its folder"
# What the interpreter needs to start at all, and the time zone that `strftime_now` is to see; nothing else.
_PASSED_ON = ("LD_LIBRARY_PATH", "TZ")


class TemplateRefused(PolariscopeError):  # noqa: N818 (it names what happened)
    """The template called ``raise_exception``: it takes no such conversation. ``value`` holds its message."""


def render_chats(
    template: str,
    conversations: Sequence[Sequence[Mapping[str, str]]],
    *,
    special_tokens: Mapping[str, str],
    add_generation_prompt: bool | Sequence[bool],
    seconds: float = 5.0,
    megabytes: int = 256,
) -> list[str]:
    """Each conversation as the template writes it, equal to ``apply_chat_template(..., tokenize=False)``.

    Args:
        template: The jinja2 source, as it came with a model.
        conversations: Each a list of messages, each message of strings ("role", "content").
        special_tokens: The tokenizer's ``special_tokens_map``: names the template may use, as ``bos_token``.
        add_generation_prompt: Whether each ends with the head of the answer; one for all, or one for each.
        seconds: Wall-clock and processor time for all of them. Default: 40 times what a start of the child
            and a page of chat take (0.12 s).
        megabytes: Address space of the child. Default: jinja2 itself takes about 40.

    Returns:
        One text for each conversation.

    Raises:
        TemplateRefused: The template called ``raise_exception``.
        PolariscopeError: It is not valid, went beyond its limits, or a message is not made of strings.
        ValueError: As many generation prompts as conversations are needed, and were not given.

    >>> source = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{{ eos_token }}"
    >>> chat = [{"role": "user", "content": "Hello"}]
    >>> render_chats(source, [chat], special_tokens={"eos_token": "</s>"}, add_generation_prompt=False)
    ['<user>Hello</s>']
    """
    chats = [_checked(chat) for chat in conversations]
    single = isinstance(add_generation_prompt, bool)
    prompts = [add_generation_prompt] * len(chats) if single else list(add_generation_prompt)  # type: ignore[arg-type]
    if len(prompts) != len(chats):
        raise ValueError("add_generation_prompt: one for all, or one for each conversation")
    job = {
        "template": _source(template),
        "conversations": chats,
        "special_tokens": {name: str(token) for name, token in special_tokens.items()},
        "add_generation_prompt": prompts,
    }
    answer = _run_child(json.dumps(job).encode("ascii"), seconds, megabytes)
    return _texts(answer, len(chats))


def _source(template: object) -> str:
    if not isinstance(template, str):
        raise PolariscopeError(_WHAT, "it is text", type(template).__name__, _CURE)
    return template


def _checked(chat: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    messages = [dict(message) for message in chat]
    if not messages:
        raise PolariscopeError(_WHAT, "a conversation has messages", "none", "give at least one message")
    for value in (value for message in messages for value in message.values()):
        if not isinstance(value, str):
            kind = type(value).__name__
            raise PolariscopeError(_WHAT, "every part of a message is text", kind, "give strings")
    return messages


def _run_child(job: bytes, seconds: float, megabytes: int) -> dict[str, Any]:
    limits = [str(megabytes * 2**20), str(math.ceil(seconds)), str(_OUTPUT_BYTES)]
    # -I and -S: no user site, no environment variables, no .pth files; jinja2's folder is given by name.
    command = [sys.executable, "-I", "-S", str(_CHILD), *limits, *_jinja_folders()]
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with tempfile.TemporaryFile() as output:  # a file, because RLIMIT_FSIZE bounds a file and not a pipe
        try:
            subprocess.run(
                command,
                input=job,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=kept,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            rule = f"it is rendered within {seconds:g} s"
            raise PolariscopeError(_WHAT, rule, "an endless or very slow template", _CURE) from error
        except OSError:  # the child was gone before it had read its job; the empty answer says so
            return {}
        output.seek(0)
        return _parsed(output.read(_OUTPUT_BYTES + 1))


def _parsed(output: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(output)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


@functools.cache
def _jinja_folders() -> tuple[str, ...]:
    """The folders jinja2 and markupsafe are imported from, found without importing them.

    Returns:
        One folder, or two where a distribution keeps them apart.
    """
    specs = [importlib.util.find_spec(name) for name in ("jinja2", "markupsafe")]
    origins = [Path(spec.origin) for spec in specs if spec is not None and spec.origin is not None]
    return tuple(dict.fromkeys(str(origin.parent.parent) for origin in origins))


def _texts(answer: dict[str, Any], count: int) -> list[str]:
    fault, message = answer.get("fault"), str(answer.get("message", ""))
    if fault == "refused":
        raise TemplateRefused(_WHAT, "it accepts the conversation", message, "use roles that it accepts")
    if fault == "broken":
        raise PolariscopeError(_WHAT, "it can be rendered", message, _CURE)
    texts = answer.get("texts")
    if not isinstance(texts, list) or len(texts) != count or not all(isinstance(text, str) for text in texts):
        rule = "it stays within its limits of memory, time and output"
        raise PolariscopeError(_WHAT, rule, "a template that does not", _CURE)
    return texts
