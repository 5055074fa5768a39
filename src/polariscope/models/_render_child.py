"""A process of its own: it limits itself, then renders chat templates with jinja2. Imports nothing of ours.

Standard input carries one JSON object; standard output gets one: ``{"texts": [...]}``, or
``{"fault": "refused" | "broken" | "memory", "message": ...}``. Arguments: bytes of memory, seconds of
processor time, bytes of output, then the folders that hold jinja2 and what it needs.
"""

import json
import resource
import sys
from datetime import datetime
from typing import Any


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    top = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (top, top))
    except ValueError:
        # macOS refuses a limit on addresses; the wall clock in the parent still holds there.
        if sys.platform.startswith("linux"):
            raise


def _environment() -> Any:
    """The environment that transformers builds in ``utils/chat_template_utils.py``, without its tracker.

    Returns:
        A sandboxed jinja2 environment.
    """
    import jinja2.ext
    from jinja2 import exceptions, nodes, sandbox, utils

    class Generation(jinja2.ext.Extension):
        """``{% generation %}`` marks what the model wrote; here its body stands as it is."""

        tags = {"generation"}  # noqa: RUF012 (jinja2's own declaration)

        def parse(self, parser: Any) -> Any:
            line = next(parser.stream).lineno
            body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
            return nodes.Scope(body).set_lineno(line)

    class Namespace(utils.Namespace):
        """jinja2's namespace, which otherwise lets a template set names such as ``__class__``."""

        def __init__(*args: Any, **kwargs: Any) -> None:
            self, rest = args[0], args[1:]
            given = dict(*rest, **kwargs)
            for name in given:
                _plain_name(name)
            utils.Namespace.__init__(self, given)

        def __setitem__(self, name: str, value: Any) -> None:
            _plain_name(name)
            utils.Namespace.__setitem__(self, name, value)

    def _plain_name(name: object) -> None:
        if str(name).startswith("_"):
            raise exceptions.SecurityError("a namespace takes no names with a leading underscore")

    environment = sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    environment.globals.update(raise_exception=_refuse, strftime_now=_now, namespace=Namespace)
    return environment


class _RefusalError(Exception):
    """The template itself said no, through ``raise_exception``."""


def _refuse(message: object) -> None:
    raise _RefusalError(str(message))


def _now(form: str) -> str:
    return datetime.now().strftime(form)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _render(job: dict[str, Any]) -> list[str]:
    template = _environment().from_string(job["template"])
    return [
        template.render(
            messages=messages,
            tools=None,
            documents=None,
            add_generation_prompt=prompt,
            **job["special_tokens"],
        )
        for messages, prompt in zip(job["conversations"], job["add_generation_prompt"], strict=True)
    ]


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"texts": _render(job)}
    except _RefusalError as error:
        return {"fault": "refused", "message": str(error)[:2000]}
    except MemoryError:
        return {"fault": "memory", "message": ""}
    except Exception as error:  # a template can make jinja2 raise anything
        return {"fault": "broken", "message": f"{type(error).__name__}: {error}"[:2000]}


def main(arguments: list[str]) -> None:
    """Limit this process, read the job, write the answer.

    Args:
        arguments: See the module's first lines.
    """
    memory, seconds, output, *folders = arguments
    _limit(resource.RLIMIT_AS, int(memory))
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_FSIZE, int(output))
    _limit(resource.RLIMIT_CORE, 0)
    sys.path.extend(folders)
    sys.stdout.write(json.dumps(_answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main(sys.argv[1:])
