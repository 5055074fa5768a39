import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.reading.toml_file import check_plain, parse_json, parse_toml, read_table
from polariscope.risk.telling.toml_text import toml_document

MIB = 1 << 20
PLAIN = st.text() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.lists(st.text())


def refusal(path: Path) -> str:
    with pytest.raises(PolariscopeError) as caught:
        read_table(path)
    return str(caught.value).removeprefix(f"{path}: ")


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@given(st.dictionaries(st.text(), PLAIN))
def test_both_formats_say_the_same(data: dict[str, Any]) -> None:
    assert parse_toml(toml_document(data), "x") == parse_json(json.dumps(data), "x") == data


def test_a_byte_order_mark_and_upper_case_are_no_obstacle(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "A.TOML", "\ufeffa = 1\r\nb = 'é'\r\n")) == {"a": 1, "b": "é"}
    assert read_table(written(tmp_path, "a.json", '\ufeff{"a": 1}')) == {"a": 1}


def test_fifty_megabytes_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "big.toml", "")
    os.truncate(path, 50 * MIB)
    monkeypatch.setattr(Path, "open", lambda *args, **more: pytest.fail("it was opened"))
    assert refusal(path) == (
        "has at most 1 MiB; got 50.0 MiB. "
        "Cure: a profile or an edition is a few kilobytes of text: check that this is the file you mean."
    )


def test_one_mebibyte_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "a.toml", "#" * MIB)) == {}
    assert "has at most 1 MiB" in refusal(written(tmp_path, "b.toml", "#" * (MIB + 1)))


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = written(tmp_path, "a.toml", ""), written(tmp_path, "b.toml", "#" * (MIB + 1))
    size = small.stat()
    monkeypatch.setattr(Path, "stat", lambda self, **more: size)
    assert "has at most 1 MiB; got more" in refusal(large)


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "device.toml").symlink_to("/dev/zero")
    for name in ("pipe", "folder", "device"):
        told = refusal(tmp_path / f"{name}.toml")
        assert told == "must be a file; got a folder, a device or a pipe. Cure: give its file."


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    missing = "must be a file that can be read; got No such file or directory. Cure: check its name."
    assert refusal(tmp_path / "none.toml") == missing
    for name in ("loop.toml", "n" * 300 + ".toml", "a\x00b.toml"):
        assert "must be a file that can be read" in refusal(tmp_path / name)


@pytest.mark.parametrize(("name", "got"), [("a.yaml", ".yaml"), ("a", "no suffix")])
def test_other_suffixes_are_refused(tmp_path: Path, name: str, got: str) -> None:
    path = written(tmp_path, name, "")
    assert refusal(path) == f"is a .toml or a .json file; got {got}. Cure: write it as TOML and name it .toml."


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.toml", b"a = '\xff'", "must be UTF-8 text; got a byte that is not, at 5. Cure: save it as UTF-8."),
        ("a.toml", "a = ", "must be valid TOML; got Invalid value (at end of document)"),
        (
            "a.toml",
            "a = 1\na = 2",
            "a key stands once in a table; got Cannot overwrite a value (at end of document)",
        ),
        (
            "a.toml",
            "[t]\n[t]",
            "a key stands once in a table; got Cannot declare ('t',) twice (at line 2, column 3)",
        ),
        ("a.toml", "a = {b = 1, b = 2}", "a key stands once in a table; got Duplicate inline table key 'b'"),
        ("a.toml", "a = " + "9" * 5000, "must be valid TOML; got Exceeds the limit"),
        ("a.toml", "a = 0x" + "f" * 10_000, "a whole number has 64 bits; got one of 40000 bits"),
        ("a.json", "{", "must be valid JSON; got Expecting property name"),
        ("a.json", "[]", "its top level must be an object; got list. Cure: write { ... }."),
        (
            "a.json",
            '{"a": 1, "b": 2, "a": 3}',
            "a key stands once in a table; got a. Cure: remove one of the two.",
        ),
        ("a.json", '{"a": {"b": 1, "b": 1}}', "a key stands once in a table; got b."),
        ("a.json", '{"a": NaN}', "must be valid JSON; got NaN is no JSON"),
        ("a.json", '{"a": ' + "9" * 5000 + "}", "must be valid JSON; got Exceeds the limit"),
        ("a.json", r'{"a": "\ud800"}', r"text must be Unicode; got half of a surrogate pair in '\ud800'."),
        ("a.json", r'{"\udc00": 1}', "text must be Unicode; got half of a surrogate pair"),
    ],
)
def test_what_is_no_toml_or_json_is_refused(tmp_path: Path, name: str, text: str | bytes, told: str) -> None:
    assert refusal(written(tmp_path, name, text)).startswith(told)


DEEP = (
    "tables and lists are nested at most 32 deep; got deeper nesting. Cure: write it flat, as the guide shows it."
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", "a = " + "[" * 40 + "]" * 40),
        ("a.toml", "a = " + "[" * 100_000),
        ("a.toml", "a = " + "{a = " * 40 + "1" + "}" * 40),
        ("a.toml", "a." * 40 + "a = 1"),
        ("a.toml", "[" + "a." * 500_000 + "a]"),
        ("a.toml", "x = {" + '"a" . ' * 100_000 + "a = 1}"),
        ("a.toml", "'a'\t." * 100_000 + "a = 1"),
        ("a.json", '{"a": ' + "[" * 100_000),
        ("a.json", '{"a": ' + "[" * 40 + "]" * 40 + "}"),
    ],
)
def test_deep_nesting_is_refused_at_once(tmp_path: Path, name: str, text: str) -> None:
    path = written(tmp_path, name, text)
    assert refusal(path) == DEEP  # tomllib alone would take hours over the long dotted keys


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, '"' * 1_000_000, "'.' " * 250_000, "a. " * 300_000, "[[a]]\n" * 99]
)
def test_the_search_for_long_keys_takes_no_square_of_a_length_either(text: str) -> None:
    with contextlib.suppress(PolariscopeError):
        parse_toml(text, "x")  # a square of these would take hours


def test_prose_is_no_long_key() -> None:
    prose = "No. Yes. It is so. " * 200 + "... " * 200 + "1.2.3.4.5.6.7.8.9.10"
    assert parse_toml(toml_document({"a": prose}), "x") == {"a": prose}


def test_nesting_is_counted_the_same_for_data_from_elsewhere() -> None:
    data: Any = 1
    for _ in range(32):
        data = [data]
    check_plain(data, "x")
    with pytest.raises(PolariscopeError, match="at most 32 deep"):
        check_plain([data], "x")
