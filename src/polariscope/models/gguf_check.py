"""A bounds check of a GGUF header, made before any library reads the file.

The gguf library of today trusts the counts it finds: a tiny file that claims 2^61 array elements hangs it,
nested arrays exhaust its stack, a truncated file ends in a bare IndexError. Here every count is held against
what remains of the file and against a budget before anything is read, so time and memory are bounded whatever
the bytes say.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Never

from polariscope.errors import PolariscopeError

# Sizes of the scalar types, by their number in the format; 8 is a string, 9 an array.
_SCALAR_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_U32, _STRING, _ARRAY = 4, 8, 9

# Far above any real model: the largest vocabularies take 1.3 million array elements in all.
_MOST_ELEMENTS = 2**22
_MOST_ENTRIES = 2**16
_LONGEST_NAME = 2**12
_DEEPEST_ARRAY = 2
_MOST_DIMENSIONS = 4  # GGML_MAX_DIMS
_LARGEST_ALIGNMENT = 2**20
_DEFAULT_ALIGNMENT = 32

_CURE = "download the file again, or use the original checkpoint in safetensors"


@dataclass(frozen=True)
class GgufSummary:
    """What a sound header says.

    Attributes:
        architecture: ``general.architecture``, such as "llama".
        tensors: The number of tensors.
        quantisations: The names of their types, each once, sorted.
    """

    architecture: str
    tensors: int
    quantisations: tuple[str, ...]


@dataclass(frozen=True)
class _Tensor:
    name: str
    kind: str
    start: int
    length: int


def check_gguf(path: Path) -> GgufSummary:
    """Walk the header of a GGUF file of version 2 or 3; read no weights.

    Args:
        path: The file.

    Returns:
        Its architecture, tensor count and quantisation types.

    Raises:
        PolariscopeError: The file cannot be read, or its header breaks a rule of the format.
    """
    try:
        with path.open("rb") as file:
            return _Header(path, file).check()
    except OSError as error:
        raise PolariscopeError(
            str(path), "the file can be read", error.strerror, "check path and permissions"
        ) from error


class _Header:
    """A cursor over a header; ``_left`` is what array elements may still cost."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self._size = os.fstat(file.fileno()).st_size
        self._left = _MOST_ELEMENTS
        self._architecture = ""
        self._blocks = 0
        self._alignment = _DEFAULT_ALIGNMENT

    def check(self) -> GgufSummary:
        self._check_magic()
        tensors, entries = self._number(8), self._number(8)
        for count, least, what in ((entries, 13, "metadata entries"), (tensors, 24, "tensors")):
            if count > _MOST_ENTRIES or count * least > self._size - self._file.tell():
                self._refuse(f"it holds as many {what} as it says", count)
        self._walk_metadata(entries)
        if self._blocks > tensors:
            self._refuse(f"it has no more blocks than its {tensors} tensors", self._blocks)
        found = self._walk_tensors(tensors)
        self._check_ranges(found)
        return GgufSummary(self._architecture, tensors, tuple(sorted({tensor.kind for tensor in found})))

    def _check_magic(self) -> None:
        magic = self._take(4)
        if magic != b"GGUF":
            self._refuse("it begins with GGUF", magic)
        version = self._number(4)
        if version not in {2, 3}:
            self._refuse("its version is 2 or 3, little-endian", version)

    def _walk_metadata(self, entries: int) -> None:
        seen: set[str] = set()
        for _ in range(entries):
            key = self._name("a metadata key")
            if key in seen:
                self._refuse("each metadata key stands once", key)
            seen.add(key)
            self._walk_entry(key, self._number(4))
        if not self._architecture:
            self._refuse("it names its architecture", "no general.architecture")

    def _walk_entry(self, key: str, kind: int) -> None:
        if key == "general.architecture" and kind == _STRING:
            self._architecture = self._name("the architecture")
        elif key == "general.alignment":
            self._alignment = self._number(4) if kind == _U32 else 0
            powers = self._alignment & (self._alignment - 1)
            if powers or not 0 < self._alignment <= _LARGEST_ALIGNMENT:
                self._refuse("its alignment is a power of two", self._alignment)
        elif key.endswith(".block_count") and kind in _SCALAR_BYTES:
            self._blocks = self._number(_SCALAR_BYTES[kind])
        else:
            self._skip_value(kind, depth=0)

    def _skip_value(self, kind: int, depth: int) -> None:
        if kind == _STRING:
            self._skip(self._number(8), "a string")
        elif kind == _ARRAY:
            self._skip_array(depth + 1)
        elif kind in _SCALAR_BYTES:
            self._skip(_SCALAR_BYTES[kind], "a value")
        else:
            self._refuse("its value types are known", kind)

    def _skip_array(self, depth: int) -> None:
        if depth > _DEEPEST_ARRAY:
            self._refuse(f"arrays are nested at most {_DEEPEST_ARRAY} deep", depth)
        kind, count = self._number(4), self._number(8)
        self._left -= count
        if self._left < 0:
            self._refuse(f"its arrays have at most {_MOST_ELEMENTS} elements in all", count)
        if kind in _SCALAR_BYTES:
            self._skip(_SCALAR_BYTES[kind] * count, "an array")
            return
        for _ in range(count):
            self._skip_value(kind, depth)

    def _walk_tensors(self, count: int) -> list[_Tensor]:
        from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

        sizes = {int(kind): (kind.name, *GGML_QUANT_SIZES[kind]) for kind in GGMLQuantizationType}
        found = [self._walk_tensor(sizes) for _ in range(count)]
        if len({tensor.name for tensor in found}) < count:
            self._refuse("each tensor's name stands once", "a name that stands twice")
        return found

    def _walk_tensor(self, sizes: dict[int, tuple[str, int, int]]) -> _Tensor:
        name = self._name("a tensor's name")
        rank = self._number(4)
        if not 1 <= rank <= _MOST_DIMENSIONS:
            self._refuse(f"tensors have 1 to {_MOST_DIMENSIONS} dimensions", f"{rank} for {name}")
        shape = [self._number(8) for _ in range(rank)]
        number, start = self._number(4), self._number(8)
        if number not in sizes:
            self._refuse("its tensor types are known", f"{number} for {name}")
        kind, per_block, block_bytes = sizes[number]
        elements = 1
        for extent in shape:
            elements *= extent
        if not 0 < elements < 2**63 or shape[0] % per_block:
            self._refuse("each tensor's shape is possible", f"{shape} of {kind} for {name}")
        return _Tensor(name, kind, start, elements // per_block * block_bytes)

    def _check_ranges(self, tensors: list[_Tensor]) -> None:
        base = -(-self._file.tell() // self._alignment) * self._alignment
        reached = 0
        for tensor in sorted(tensors, key=lambda tensor: tensor.start):
            if tensor.start < reached:
                self._refuse("no two tensors share bytes", tensor.name)
            if tensor.start % self._alignment:
                self._refuse("each tensor starts at a multiple of the alignment", tensor.name)
            reached = tensor.start + tensor.length
            if base + reached > self._size:
                self._refuse("each tensor lies within the file", f"{tensor.name}, up to byte {base + reached}")

    def _name(self, what: str) -> str:
        length = self._number(8)
        if not 0 < length <= _LONGEST_NAME:
            self._refuse(f"{what} has 1 to {_LONGEST_NAME} bytes", length)
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError:
            return self._refuse(f"{what} is UTF-8", "other bytes")

    def _number(self, width: int) -> int:
        return int.from_bytes(self._take(width), "little")

    def _take(self, count: int) -> bytes:
        taken = self._file.read(count)
        if len(taken) < count:
            self._refuse("its header is whole", f"the end of the file at byte {self._size}")
        return taken

    def _skip(self, count: int, what: str) -> None:
        if count > self._size - self._file.tell():
            self._refuse(f"{what} lies within the file", f"{count} bytes")
        self._file.seek(count, io.SEEK_CUR)

    def _refuse(self, rule: str, value: object) -> Never:
        raise PolariscopeError(str(self._path), rule, value, _CURE)
