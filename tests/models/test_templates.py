import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models import _render_child
from polariscope.models.templates import TemplateRefused, _jinja_folders, render_chats

CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are helpful.<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = r"""{{- bos_token }}
{%- if not date_string is defined %}
    {%- set date_string = strftime_now('%Y') %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\n" }}
{%- endif %}
{{- "Today Date: " + date_string + "\n\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' }}
    {{- message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}
"""
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}"
    "{% else %}{% set role = message['role'] %}{% endif %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"
)
MISTRAL = """{%- set ns = namespace(index=0) %}
{{- bos_token }}
{%- for message in messages %}
    {%- if message.role == "system" %}{% continue %}{% endif %}
    {%- if message["role"] == "user" %}
        {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- set ns.index = ns.index + 1 %}
    {%- elif message["role"] == "assistant" %}
        {% generation %}{{ " " + message["content"]|trim + eos_token }}{% endgeneration %}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported!") }}
    {%- endif %}
{%- endfor %}
  {% if documents is none %}
{{ {"a": "<&'é>", "n": ns.index, "d": dict(x=1)} | tojson(indent=1) }}
  {% endif %}
"""
CHATS = [
    [{"role": "user", "content": "  Hi <there> & 'you' é\u2028\n"}],
    [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "{{ 7 * 7 }}"},
    ],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "\ud800 lone"}],
]
TOKENS = {"bos_token": "<bos>", "eos_token": "</s>"}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), **TOKENS)


@pytest.mark.parametrize("prompt", [False, True])
@pytest.mark.parametrize(
    ("template", "chats"), [(CHATML, CHATS), (LLAMA3, CHATS), (GEMMA, CHATS[:2]), (MISTRAL, CHATS)]
)
def test_equal_to_transformers(tokenizer: Any, template: str, chats: list[Any], prompt: bool) -> None:
    theirs = [
        tokenizer.apply_chat_template(chat, chat_template=template, tokenize=False, add_generation_prompt=prompt)
        for chat in chats
    ]
    assert render_chats(template, chats, special_tokens=TOKENS, add_generation_prompt=prompt) == theirs


def render(template: str, **options: Any) -> list[str]:
    return render_chats(template, CHATS[:1], special_tokens=TOKENS, add_generation_prompt=False, **options)


def test_a_prompt_flag_for_each_conversation() -> None:
    texts = render_chats(
        "{{ add_generation_prompt }}", CHATS[:2], special_tokens={}, add_generation_prompt=[True, False]
    )
    assert texts == ["True", "False"]
    with pytest.raises(ValueError, match="one for each"):
        render_chats("", CHATS[:2], special_tokens={}, add_generation_prompt=[True])


def test_a_refusal_of_the_template_keeps_its_message_made_safe() -> None:
    with pytest.raises(TemplateRefused, match="System role not supported"):
        render_chats(GEMMA, CHATS[2:], special_tokens=TOKENS, add_generation_prompt=False)
    with pytest.raises(TemplateRefused) as caught:
        render("{{ raise_exception('no\x1b[2J\nnext') }}")
    assert caught.value.value == r"no\x1b[2J\nnext"


LIMITS = {
    "time": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "memory while rendering": "{% set n = messages|length * 10**10 %}{{ 'a' * n }}",
    "memory while compiling": "{{ 'a' * 10**10 }}",
    "a number without end": "{{ 10**(10**10) }}",
    "doubling": "{% set n = namespace(s='a') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "output": "{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}",
    "depth": "{{ " + "(" * 50_000 + "1" + ")" * 50_000 + " }}",
}


@pytest.mark.parametrize("hazard", LIMITS)
def test_a_template_without_end_is_stopped(hazard: str) -> None:
    start = time.perf_counter()
    with pytest.raises(PolariscopeError, match="chat template"):
        render(LIMITS[hazard], seconds=1.0)
    assert time.perf_counter() - start < 3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no limit on addresses")
def test_memory_is_bounded_by_the_limit_asked_for() -> None:
    # Sized by the conversation, because a constant is computed while compiling, and copied there several times.
    hungry = "{% set s = 'a' * (messages | length * 314572800) %}{{ s | length }}"
    assert render(hungry, megabytes=800) == ["314572800"]
    with pytest.raises(PolariscopeError, match="limits of memory"):
        render(hungry)


def child(template: str, seconds: int, most: int, output: Any) -> int:
    """Run the child without the parent's own clock and bounds; its exit status."""
    job = {"template": template, "conversations": [[]], "special_tokens": {}, "add_generation_prompt": [False]}
    limits = [str(2**28), str(seconds), str(most)]
    command = [sys.executable, "-I", "-S", _render_child.__file__, *limits, *_jinja_folders()]
    sent = json.dumps(job).encode()
    done = subprocess.run(command, input=sent, stdout=output, stderr=subprocess.DEVNULL, timeout=30)
    return done.returncode


def test_the_child_writes_no_more_than_it_may(tmp_path: Path) -> None:
    with (tmp_path / "output").open("wb") as output:
        assert child("x" * 5000, 5, 1000, output) != 0
    assert (tmp_path / "output").stat().st_size <= 1000


def test_the_child_ends_by_itself_when_nobody_is_left_to_stop_it() -> None:
    assert child(LIMITS["time"], 1, 1000, subprocess.DEVNULL) in {-signal.SIGXCPU, -signal.SIGKILL}


@pytest.mark.parametrize(
    "template",
    [
        "{% if %}",
        "{{ nothing.at.all }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% set ns = namespace() %}{% set ns.__class__ = 1 %}",
        "{{ messages.append(1) }}",
        "{{ namespace(__class__=1) }}",
        "{% include '/etc/passwd' %}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
    ],
)
def test_a_broken_or_evil_template_is_refused(template: str) -> None:
    with pytest.raises(PolariscopeError, match="chat template") as caught:
        render(template)
    assert not isinstance(caught.value, TemplateRefused)


@pytest.mark.parametrize("content", [None, 7, ["a"], {"type": "text"}])
def test_a_message_that_is_not_text_is_refused(content: object) -> None:
    chat = [{"role": "user", "content": content}]
    with pytest.raises(PolariscopeError, match="chat template"):
        render_chats("x", [chat], special_tokens={}, add_generation_prompt=False)


def test_an_empty_conversation_or_template_of_another_type_is_refused() -> None:
    with pytest.raises(PolariscopeError, match="chat template"):
        render_chats("x", [[]], special_tokens={}, add_generation_prompt=False)
    with pytest.raises(PolariscopeError, match="chat template"):
        render(None)


def test_the_child_loads_nothing_of_ours_and_no_model_library() -> None:
    folder = str(Path(_render_child.__file__).parent)
    heavy = "{'polariscope', 'torch', 'transformers', 'numpy'}"
    code = (
        f"import sys; sys.path.insert(0, {folder!r}); import _render_child; _render_child._environment();"
        f"print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
