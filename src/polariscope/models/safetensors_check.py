"""The header of a safetensors file, held against the format before it is opened.

The library checks ranges, but accepts a key that stands twice and a tensor named ``../../x``.
Format: https://github.com/huggingface/safetensors#format
"""

import os
from pathlib import Path
from typing import Any, BinaryIO, Never

from polariscope.errors import PolariscopeError
from polariscope.models.strict_json import parse_object

# Real headers are below 1 MB; the library's own bound of 100 MB lets a file cost a gigabyte of memory.
_LARGEST_HEADER = 16 * 2**20
_LONGEST_NAME = 1024
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E5M2FNUZ": 8, "F8_E4M3FNUZ": 8,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64,
    "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
_CURE = "download the file again; if that does not help, ask its author for a sound one"


def check_safetensors(path: Path) -> int:
    """Check length, JSON, names, types and byte ranges of a header; read no weights.

    Args:
        path: The file.

    Returns:
        The number of tensors.

    Raises:
        PolariscopeError: The file cannot be read, or its header breaks a rule.
    """
    try:
        with path.open("rb") as file:
            header, room = _read_header(path, file)
    except OSError as error:
        raise PolariscopeError(str(path), "the file can be read", error.strerror, _CURE) from error
    header.pop("__metadata__", None)
    ranges = sorted(_check_tensor(path, name, entry) for name, entry in header.items())
    reached = 0
    for start, end, name in ranges:
        if start != reached:
            _refuse(path, "tensors follow each other without gap or overlap", name)
        reached = end
    if reached != room:
        _refuse(path, f"its tensors fill the file ({room} bytes)", f"{reached} bytes")
    return len(ranges)


def _read_header(path: Path, file: BinaryIO) -> tuple[dict[str, Any], int]:
    size = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    if size < 10 or not 2 <= length <= min(_LARGEST_HEADER, size - 8):
        _refuse(path, "its header lies within the file and below 16 MiB", f"{length} bytes in a file of {size}")
    return parse_object(file.read(length), path), size - 8 - length


def _check_tensor(path: Path, name: str, entry: object) -> tuple[int, int, str]:
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable() or ".." in name or set(name) & set("/\\"):
        _refuse(path, "a tensor's name is printable and no path", name)
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        _refuse(path, "a tensor has dtype, shape and data_offsets", name)
    bits = _BITS.get(str(entry["dtype"]))
    if bits is None:
        _refuse(path, "a tensor's dtype is known", f"{entry['dtype']} of {name}")
    shape, offsets = _naturals(path, name, entry["shape"]), _naturals(path, name, entry["data_offsets"])
    for extent in shape:
        bits *= extent
    if len(offsets) != 2 or (offsets[1] - offsets[0]) * 8 != bits:
        _refuse(path, "a tensor's byte range fits its shape and dtype", name)
    return offsets[0], offsets[1], name


def _naturals(path: Path, name: str, value: object) -> list[int]:
    if not isinstance(value, list) or len(value) > 64:
        _refuse(path, "shape and offsets are short lists", name)
    if not all(type(number) is int and 0 <= number < 2**63 for number in value):
        _refuse(path, "shape and offsets are natural numbers", name)
    return value


def _refuse(path: Path, rule: str, value: object) -> Never:
    raise PolariscopeError(str(path), rule, value, _CURE)
