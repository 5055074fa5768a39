import contextlib
import struct
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.models.gguf_check import check_gguf

U8, U32, STRING, ARRAY = 0, 4, 8, 9
F32, Q4_1 = 0, 3


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def array(kind: int, count: int, body: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, count) + body


def tensor(name: str, shape: Iterable[int], kind: int, offset: int) -> bytes:
    dims = list(shape)
    return text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, offset)


ARCHITECTURE = entry("general.architecture", STRING, text("llama"))
TOKENS = entry("tokens", ARRAY, array(STRING, 2, text("a") + text("bc")))
NESTED = entry("nested", ARRAY, array(ARRAY, 1, array(U8, 3, b"abc")))
TENSORS = [tensor("a", [4, 2], F32, 0), tensor("b", [64], Q4_1, 32)]


def build(
    entries: Iterable[bytes] = (ARCHITECTURE, TOKENS, NESTED),
    tensors: Iterable[bytes] = TENSORS,
    *,
    magic: bytes = b"GGUF",
    version: int = 3,
    counts: tuple[int, int] | None = None,
    data: int = 32 + 40,
) -> bytes:
    kept, listed = list(entries), list(tensors)
    head = magic + struct.pack("<IQQ", version, *(counts or (len(listed), len(kept)))) + b"".join([*kept, *listed])
    return head + bytes(-len(head) % 32) + bytes(data)


def check(path: Path, content: bytes) -> PolariscopeError:
    path.write_bytes(content)
    start = time.perf_counter()
    with pytest.raises(PolariscopeError) as caught:
        check_gguf(path)
    assert time.perf_counter() - start < 2
    assert caught.value.argument == str(path)
    return caught.value


@pytest.mark.parametrize("version", [2, 3])
def test_a_sound_file_is_summarised(tmp_path: Path, version: int) -> None:
    (tmp_path / "m.gguf").write_bytes(build(version=version))
    summary = check_gguf(tmp_path / "m.gguf")
    assert (summary.architecture, summary.tensors, summary.quantisations) == ("llama", 2, ("F32", "Q4_1"))


def test_truncation_at_every_byte_is_refused(tmp_path: Path) -> None:
    whole = build()
    for length in range(len(whole)):
        check(tmp_path / "m.gguf", whole[:length])


HOSTILE = {
    "it begins with GGUF": build(magic=b"GGML"),
    "version is 2 or 3": build(version=1),
    "little-endian": build(version=3 << 24),
    "as many tensors": build(counts=(2**61, 3)),
    "as many metadata entries": build(counts=(2, 2**61)),
    "each metadata key stands once": build([ARCHITECTURE, ARCHITECTURE]),
    "value types are known": build([ARCHITECTURE, entry("x", 13, b"")]),
    "at most 4194304 elements": build([ARCHITECTURE, entry("x", ARRAY, array(U8, 2**61))]),
    "elements in all": build([ARCHITECTURE, entry("x", ARRAY, array(STRING, 2**61))]),
    "an array lies within": build([ARCHITECTURE, entry("x", ARRAY, array(U32, 2**20))]),
    "a string lies within": build([ARCHITECTURE, entry("x", STRING, struct.pack("<Q", 2**63))]),
    "a metadata key has": build([ARCHITECTURE, struct.pack("<Q", 2**62) + bytes(50)]),
    "a metadata key is UTF-8": build([ARCHITECTURE, struct.pack("<Q", 1) + b"\xff" + bytes(50)]),
    "nested at most 2": build([ARCHITECTURE, entry("x", ARRAY, array(ARRAY, 1) * 10_000)]),
    "it names its architecture": build([TOKENS]),
    "alignment is a power of two": build([
        ARCHITECTURE,
        entry("general.alignment", U32, struct.pack("<I", 24)),
    ]),
    "is a power of two; got 0": build([ARCHITECTURE, entry("general.alignment", U8, b"\x20")]),
    "1 to 4 dimensions": build(tensors=[tensor("a", [1] * 5, F32, 0)]),
    "4 dimensions; got 0": build(tensors=[tensor("a", [], F32, 0)]),
    "tensor types are known": build(tensors=[tensor("a", [8], 99, 0)]),
    "shape is possible": build(tensors=[tensor("a", [2**32, 2**32], F32, 0)]),
    r"possible; got \[0": build(tensors=[tensor("a", [0], F32, 0)]),
    r"possible; got \[33": build(tensors=[tensor("a", [33], Q4_1, 0)]),
    "tensor's name stands once": build(tensors=[tensor("a", [8], F32, 0), tensor("a", [8], F32, 32)]),
    "no two tensors share bytes": build(tensors=[tensor("a", [16], F32, 0), tensor("b", [8], F32, 32)]),
    "multiple of the alignment": build(tensors=[tensor("a", [4], F32, 0), tensor("b", [4], F32, 16)]),
    "lies within the file": build(tensors=[tensor("a", [8], F32, 2**40)]),
}


@pytest.mark.parametrize("rule", HOSTILE)
def test_a_hostile_header_is_refused_at_once_by_its_rule(tmp_path: Path, rule: str) -> None:
    with pytest.raises(PolariscopeError, match=rule):
        raise check(tmp_path / "m.gguf", HOSTILE[rule])


def test_many_small_arrays_share_one_budget(tmp_path: Path) -> None:
    inner = array(U8, 2**20, bytes(2**20))
    entries = [ARCHITECTURE, *(entry(f"x{i}", ARRAY, inner) for i in range(5))]
    assert "elements in all" in check(tmp_path / "m.gguf", build(entries)).rule


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolariscopeError, match="can be read"):
        check_gguf(tmp_path / "none.gguf")


@given(st.integers(0, len(build()) - 1), st.binary(min_size=1, max_size=8))
def test_changed_bytes_are_refused_or_read_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.gguf"
    whole = build()
    path.write_bytes(whole[:place] + junk + whole[place + len(junk) :])
    with contextlib.suppress(PolariscopeError):
        check_gguf(path)


@pytest.mark.parametrize(("kind", "form"), [(U32, "<I"), (10, "<Q")])
def test_more_blocks_than_tensors_are_refused_before_they_are_made(tmp_path: Path, kind: int, form: str) -> None:
    def blocks(count: int) -> bytes:
        return build([ARCHITECTURE, entry("llama.block_count", kind, struct.pack(form, count))])

    assert "no more blocks than its 2 tensors" in check(tmp_path / "deep.gguf", blocks(2_000_000_000)).rule
    (tmp_path / "sound.gguf").write_bytes(blocks(2))
    assert check_gguf(tmp_path / "sound.gguf").tensors == 2
