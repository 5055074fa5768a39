import contextlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from polariscope.errors import PolariscopeError
from polariscope.models.safetensors_check import check_safetensors

GOOD = {
    "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "b": {"dtype": "U8", "shape": [], "data_offsets": [24, 25]},
}


def pack(header: dict[str, Any] | bytes, data: int = 25) -> bytes:
    body = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(body)) + body + bytes(data)


def one(**change: Any) -> dict[str, Any]:
    return {"a": {**GOOD["a"], **change}}


def test_what_the_library_writes_is_sound(tmp_path: Path) -> None:
    arrays = {"w": np.ones((3, 2), np.float16), "x.0": np.zeros((0, 4)), "y": np.arange(5)}
    (tmp_path / "m").write_bytes(save(arrays, metadata={"format": "pt"}))
    assert check_safetensors(tmp_path / "m") == 3


def test_truncation_at_every_byte_is_refused(tmp_path: Path) -> None:
    whole = pack(GOOD)
    (tmp_path / "m").write_bytes(whole)
    assert check_safetensors(tmp_path / "m") == 2
    for length in range(len(whole)):
        (tmp_path / "m").write_bytes(whole[:length])
        with pytest.raises(PolariscopeError):
            check_safetensors(tmp_path / "m")


_ENTRY = json.dumps(GOOD["a"]).encode()
HOSTILE = [
    ("header lies within", struct.pack("<Q", 2**63) + bytes(50)),
    ("header lies within", struct.pack("<Q", 2**40) + bytes(50)),
    ("it is JSON", pack(b"not json")),
    ("it is JSON", pack(b'{"a":' * 100_000)),
    ("it is JSON", pack(b'{"a": ' + b"9" * 5000 + b"}")),
    ("it is JSON", pack(b'{"\xff": 1}')),
    ("JSON object", pack(b"[1]")),
    ("a key stands twice", pack(b'{"a": ' + _ENTRY + b', "a": ' + _ENTRY + b"}", 24)),
    ("printable and no path", pack({"../../x": GOOD["a"]}, 24)),
    ("printable and no path", pack({"a/b": GOOD["a"]}, 24)),
    ("printable and no path", pack({"a..b": GOOD["a"]}, 24)),
    ("printable and no path", pack({"a\\b": GOOD["a"]}, 24)),
    ("printable and no path", pack({"a\x1b[2J": GOOD["a"]}, 24)),
    ("printable and no path", pack({"": GOOD["a"]}, 24)),
    ("has dtype, shape", pack({"a": 1}, 24)),
    ("has dtype, shape", pack(one(extra=1), 24)),
    ("dtype is known", pack(one(dtype="F128"), 24)),
    ("dtype is known", pack(one(dtype=["F32"]), 24)),
    ("natural numbers", pack(one(shape=[-2, -3]), 24)),
    ("natural numbers", pack(one(shape=[True, 6]), 24)),
    ("natural numbers", pack(one(shape=[6.0]), 24)),
    ("short lists", pack(one(shape="23"), 24)),
    ("short lists", pack(one(shape=[1] * 10_000), 24)),
    ("fits its shape", pack(one(shape=[2**62, 2**62]), 24)),
    ("fits its shape", pack(one(data_offsets=[24, 0]), 24)),
    ("fits its shape", pack(one(data_offsets=[0]), 24)),
    ("without gap or overlap", pack({"a": GOOD["a"], "b": GOOD["a"]}, 48)),
    ("without gap or overlap", pack(one(data_offsets=[8, 32]), 32)),
    ("fill the file", pack(one(), 32)),
    ("fill the file", pack(one(), 8)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "content"), HOSTILE)
def test_a_hostile_header_is_refused_by_its_rule(tmp_path: Path, rule: str, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(PolariscopeError, match=rule) as caught:
        check_safetensors(tmp_path / "m")
    assert "\x1b" not in str(caught.value)


@given(st.integers(0, len(pack(GOOD)) - 26), st.binary(min_size=1, max_size=6))
def test_changed_bytes_are_refused_or_read_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.safetensors"
    whole = pack(GOOD)
    path.write_bytes(whole[:place] + junk + whole[place + len(junk) :])
    with contextlib.suppress(PolariscopeError):
        check_safetensors(path)
