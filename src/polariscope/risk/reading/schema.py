"""What every file of the risk map keeps to: frozen tables, no unknown keys, one refusal for each mistake."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from polariscope.errors import PolariscopeError
from polariscope.risk.naming import advice

FORMAT = 1
"""The newest format of profiles and editions that this Polariscope reads."""

KINDS = ("driver", "deficit", "gap", "switch", "family")
"""Of the conditions in a family's file; the last builds on another family."""

_OURS = "polariscope"
FEW = 64
"""Families of a user's edition, conditions and amplifiers of a family: at most."""

_LINE, _TEXT, _MANY = 200, 8_000, 1_000  # characters, characters, entries of a list
_SAID = {
    "string_type": ("must be text", "write it in quotes"),
    "string_too_short": ("must not be empty", "write something"),
    "string_too_long": ("has at most {max_length} characters", "shorten it"),
    "too_long": ("has at most {max_length} entries", "leave some out"),
    "too_short": ("has at least {min_length} entry", "add one"),
    "int_type": ("must be a whole number", "write it without quotes and point"),
    "tuple_type": ("must be a list", "write [...], or a table under [[...]]"),
    "model_type": ("must be a table", "write keys and values"),
    "dict_type": ("must be a table", "write keys and values"),
    "model_attributes_type": ("must be a table", "write keys and values"),
}
"""pydantic's errors in our words: rule and cure."""


def broken(rule: str, value: object, cure: str, key: str = "") -> PydanticCustomError:
    """Make an error for a validator to raise, in the words that the user will read.

    Args:
        rule: What holds.
        value: What was given.
        cure: What to do.
        key: Of the table that is validated, where it is one key's fault.

    Returns:
        The error, turned into a `PolariscopeError` by `checked`.
    """
    return PydanticCustomError(_OURS, "{rule}", {"rule": rule, "value": value, "cure": cure, "key": key})


class FileTable(BaseModel):
    """A table of a file: frozen, without unknown keys, and nothing is taken for what it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            keys = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in keys:
                    raise broken("there is no key of this name here", key, advice(str(key), keys))
        return data


def matching(pattern: str, rule: str, cure: str) -> Callable[[str], str]:
    """Make a validator of texts.

    Args:
        pattern: A regular expression for the whole text.
        rule: It in words.
        cure: What to do with another text.

    Returns:
        The validator.
    """

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise broken(rule, text, cure)
        return text

    return check


def among(*words: str) -> Callable[[str], str]:
    """Make a validator of texts that are one of a few words.

    Args:
        *words: Those.

    Returns:
        The validator.
    """

    def check(text: str) -> str:
        if text not in words:
            raise broken(f"is one of {', '.join(words)}", text, advice(text, words))
        return text

    return check


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else _as_tuple(value)


Element = TypeVar("Element")

Line = Annotated[str, Field(min_length=1, max_length=_LINE)]
Text = Annotated[str, Field(max_length=_TEXT)]
Many = Annotated[tuple[Element, ...], BeforeValidator(_as_tuple), Field(max_length=_MANY)]
Few = Annotated[tuple[Element, ...], BeforeValidator(_as_tuple), Field(max_length=FEW)]
Names = Annotated[tuple[Line, ...], BeforeValidator(_one_or_more), Field(min_length=1, max_length=_MANY)]
"""One name, or a list of them."""

_is_id = matching(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "an id has up to 64 letters, digits, underscores, hyphens and dots, and begins with a letter or digit",
    "write a name such as tool-use or norm_enforcement",
)
_is_url = matching(r"https?://[^\s\"'<>]+|", "an address begins with https://", "write the whole address")
Id = Annotated[Line, AfterValidator(_is_id)]
Url = Annotated[Line, AfterValidator(_is_url)]
NoUrl = Annotated[Text, AfterValidator(_is_url)]
"""An address, or "" where there is none."""


def check_format(data: Mapping[str, Any], source: str) -> None:
    """Refuse a file of a newer format before its unknown keys are.

    Args:
        data: The file's table.
        source: The file.

    Raises:
        PolariscopeError: The format is missing, or none that this Polariscope reads.
    """
    found = data.get("format")
    where = f"{source}: format"
    if found is None:
        raise PolariscopeError(where, "a file says its format", "nothing", f"begin it with format = {FORMAT}")
    if type(found) is not int or found < 1:
        raise PolariscopeError(where, f"is {FORMAT}", found, f"write format = {FORMAT}")
    if found > FORMAT:
        cure = "it was made by a newer Polariscope; update this one to read it"
        raise PolariscopeError(where, f"is at most {FORMAT} in this Polariscope", found, cure)


Checked = TypeVar("Checked", bound=FileTable)


def checked(model: type[Checked], data: object, source: str) -> Checked:
    """Check data against a model.

    Args:
        model: What it should be.
        data: Of a file.
        source: The file, for refusals.

    Returns:
        The data, frozen.

    Raises:
        PolariscopeError: Something in it is unknown, missing or breaks its rule; the first of these is told.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _refuse(_refusal(error.errors(include_url=False)[0], source))


def _refuse(error: PolariscopeError) -> NoReturn:
    raise error from None


def _refusal(error: ErrorDetails, source: str) -> PolariscopeError:
    context = error.get("ctx", {})
    path = [*error["loc"]]
    if error["type"] == _OURS:
        where = _where(source, [*path, context["key"]] if context["key"] else path)
        return PolariscopeError(where, context["rule"], context["value"], context["cure"])
    if error["type"] in {"missing", "union_tag_not_found"}:
        key = [] if error["type"] == "missing" else ["kind"]
        return PolariscopeError(_where(source, [*path, *key]), "is needed", "nothing", "add it")
    if error["type"] in {"literal_error", "union_tag_invalid"}:
        return _not_among(error, source)
    if error["type"] not in _SAID:
        rule = error["msg"].replace("Input should be", "must be")
        return PolariscopeError(_where(source, path), rule, error["input"], "change it")
    rule, cure = _SAID[error["type"]]
    return PolariscopeError(_where(source, path), rule.format(**context), error["input"], cure)


def _not_among(error: ErrorDetails, source: str) -> PolariscopeError:
    context = error["ctx"]
    tagged = error["type"] == "union_tag_invalid"
    value = context["tag"] if tagged else error["input"]
    allowed = re.findall(r"'([^']*)'|(\d+)", context["expected_tags" if tagged else "expected"])
    names = [text or number for text, number in allowed if text or number]
    where = _where(source, [*error["loc"], "kind"] if tagged else [*error["loc"]])
    rule = f"is one of {', '.join(names)}"
    return PolariscopeError(where, rule, value, advice(str(value), names))


def _where(source: str, path: list[int | str]) -> str:
    """The file and the way to the key; a union's tag, which follows a number, is no part of it."""
    steps: list[str] = []
    for before, part in pairwise(["", *path]):
        if isinstance(part, int):
            steps[-1] += f" no. {part + 1}"
        elif not (isinstance(before, int) and part in KINDS):
            steps.append(part)
    return f"{source}: {', '.join(steps)}" if steps else source
