"""A model from the Hub: the file list looked at first, then what is needed fetched, and its commit told."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Never

from polariscope.errors import PolariscopeError
from polariscope.models.folder_check import check_names
from polariscope.models.quiet import quiet_libraries

_WANTED = ["*.json", "*.safetensors", "*.jinja", "*.model", "*.tiktoken", "merges.txt", "vocab.txt"]
# Folders hold other formats of the weights; "consolidated" is a second copy that transformers never reads.
_UNWANTED = ["*/*", "consolidated*"]
_PATIENCE_SECONDS = 10.0
_TOO_MANY = 429
_DOWN = (_TOO_MANY, 500, 502, 503, 504)
_TRUE = {"1", "on", "yes", "true"}
_KNOWN = {
    "GatedRepoError": ("you may read it", "accept its terms on its page, then set HF_TOKEN or log in"),
    "RevisionNotFoundError": ("the revision exists", "give a branch, a tag or a commit of this model"),
    "RepositoryNotFoundError": ("the Hub has it, open to you", "check the name; if private, set HF_TOKEN"),
    "HFValidationError": ("its name is a Hub name", "name it as org/name"),
    "LocalEntryNotFoundError": ("with the network off, it is cached", "fetch it once while online"),
}


def fetch_hub(
    name: str, revision: str | None = None, report: Callable[[str], None] | None = None
) -> tuple[Path, str]:
    """Resolve, check the file list, download; with the network off, or the Hub down, take what is cached.

    HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE and the user's token count as everywhere in this field.

    Args:
        name: ``org/name``.
        revision: A branch, tag or commit. Default: main.
        report: Is told when a download starts, and when a cached copy stands in for the Hub.

    Returns:
        The folder and the commit that it holds.

    Raises:
        PolariscopeError: It is not there, not open to the user, not safe, or not to be had without a network.
    """
    tell = report or (lambda _line: None)
    with quiet_libraries():
        try:
            reached = not _offline() and _look(name, revision, tell)
            if reached:
                tell(f"fetching {name} (what is cached already is not fetched again)")
            folder = _snapshot(name, revision, local=not reached)
        except PolariscopeError:
            raise
        except Exception as error:  # connection, status, disk: the libraries below raise a dozen kinds
            _refuse(error, name, revision)
    return folder, _commit(folder)


def _look(name: str, revision: str | None, tell: Callable[[str], None]) -> bool:
    """Ask the Hub for the file list and refuse what must not be fetched.

    Args:
        name: ``org/name``.
        revision: A branch, tag or commit.
        tell: Is told when the Hub does not answer.

    Returns:
        Whether the Hub answered; False sends the caller to the cache.
    """
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(name, revision=revision, timeout=_PATIENCE_SECONDS)
    except Exception as error:
        if not _unreachable(error) or _cached(name, revision) is None:
            raise
        tell(f"the Hub does not answer; using the cached copy of {name}")
        return False
    check_names({file.rfilename for file in info.siblings or ()}, name)
    return True


def _cached(name: str, revision: str | None) -> Path | None:
    try:
        return _snapshot(name, revision, local=True)
    except (OSError, ValueError):
        return None


def _snapshot(name: str, revision: str | None, *, local: bool) -> Path:
    from huggingface_hub import snapshot_download

    # The name of the revision is given and not its commit, so that the cache also learns what the name means.
    return Path(
        snapshot_download(
            name, revision=revision, cache_dir=_cache_folder(), local_files_only=local,
            allow_patterns=_WANTED, ignore_patterns=_UNWANTED,
        )
    )  # fmt: skip


def _offline() -> bool:
    # Read now, not when huggingface_hub happened to be imported first.
    words = (os.environ.get(name, "") for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    return any(word.lower() in _TRUE for word in words)


def _cache_folder() -> Path | None:
    own, home = os.environ.get("HF_HUB_CACHE"), os.environ.get("HF_HOME")
    if own:
        return Path(own)
    return Path(home) / "hub" if home else None


def _commit(folder: Path) -> str:
    if not re.fullmatch(r"[0-9a-f]{40}", folder.name):
        cure = "remove that folder from the cache and fetch it again"
        raise PolariscopeError("MODEL", "the cache keeps it under its commit", folder, cure)
    return folder.name


def _status(error: BaseException) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _kinds(error: BaseException) -> list[str]:
    # By name, because huggingface_hub has changed its HTTP library before and may again.
    return [kind.__name__ for kind in type(error).__mro__]


def _unreachable(error: BaseException) -> bool:
    gone = isinstance(error, ConnectionError | TimeoutError) or "TransportError" in _kinds(error)
    return gone or _status(error) in _DOWN


def _refuse(error: Exception, name: str, revision: str | None) -> Never:
    rule, cure = _explain(error)
    what = f"{name}@{revision}" if revision else name
    raise PolariscopeError("MODEL", rule, f"{what} ({type(error).__name__})", cure) from error


def _explain(error: Exception) -> tuple[str, str]:
    for kind in _kinds(error):
        if kind in _KNOWN:
            return _KNOWN[kind]
    if _status(error) == _TOO_MANY:
        return "the Hub takes more requests from here", "wait some minutes, or set HF_TOKEN"
    if _unreachable(error):
        return "the Hub can be reached, or a copy is cached", "connect to the network, or name a folder"
    return "it can be downloaded", "check the connection, the space on the disk, and the cache folder"
