from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import errors

from polariscope.errors import PolariscopeError
from polariscope.models.hub import fetch_hub

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = ["config.json", "model.safetensors", "tokenizer.json"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    for name in ("HF_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def cache(home: Path, branch: str = "main") -> Path:
    """The layout the Hub's library keeps: a name for a commit, and a snapshot under it."""
    model = home / "hub" / "models--o--n"
    snapshot = model / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (model / "refs").mkdir()
    (model / "refs" / branch).write_text(COMMIT)
    for name in FILES:
        (snapshot / name).write_text("{}")
    return snapshot


def answer(monkeypatch: pytest.MonkeyPatch, reply: Any) -> list[str | None]:
    """Make the Hub answer ``model_info`` with a list of files, or raise; the revisions asked for are kept."""
    asked: list[str | None] = []

    def model_info(_self: object, _name: str, *, revision: str | None, timeout: float) -> Any:
        assert timeout <= 10
        asked.append(revision)
        if isinstance(reply, Exception):
            raise reply
        return SimpleNamespace(siblings=[SimpleNamespace(rfilename=name) for name in reply])

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    return asked


def http(kind: type[Exception], status: int) -> Exception:
    error = kind.__new__(kind)
    error.response = SimpleNamespace(status_code=status)
    return error


def test_offline_with_a_cached_copy_gives_folder_and_commit(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = cache(home)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    asked = answer(monkeypatch, RuntimeError("the network was touched"))
    assert fetch_hub("o/n") == (snapshot, COMMIT)
    assert fetch_hub("o/n", COMMIT) == (snapshot, COMMIT)
    assert not asked


def test_offline_with_nothing_cached_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache(home, "other")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name, revision in (("o/n", None), ("o/m", None)):
        with pytest.raises(PolariscopeError, match="with the network off, it is cached"):
            fetch_hub(name, revision)


@pytest.mark.parametrize(
    "error", [errors.OfflineModeIsEnabled(), TimeoutError(), http(errors.HfHubHTTPError, 429)]
)
def test_a_hub_that_does_not_answer_is_replaced_by_the_cache(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    snapshot = cache(home)
    answer(monkeypatch, error)
    told: list[str] = []
    assert fetch_hub("o/n", report=told.append) == (snapshot, COMMIT)
    assert len(told) == 1
    assert "cached copy" in told[0]


def test_the_download_takes_no_pickle_and_keeps_the_name_of_the_revision(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, [*FILES, "pytorch_model.bin"])
    kept: dict[str, Any] = {}

    def download(name: str, **options: Any) -> str:
        kept.update(options, name=name)
        return str(home / "snapshots" / COMMIT)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert fetch_hub("o/n", "v1")[1] == COMMIT
    assert asked == ["v1"]
    assert (kept["name"], kept["revision"], kept["local_files_only"]) == ("o/n", "v1", False)
    names = [
        *FILES,
        "pytorch_model.bin",
        "x.py",
        "onnx/model.safetensors",
        "consolidated.safetensors",
        "chat_template.jinja",
    ]
    patterns = {"allow_patterns": kept["allow_patterns"], "ignore_patterns": kept["ignore_patterns"]}
    assert list(huggingface_hub.utils.filter_repo_objects(names, **patterns)) == [
        *FILES,
        "chat_template.jinja",
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [(["config.json", "pytorch_model.bin"], "pickle"), (["README.md"], "without weights"), ([], "no files")],
)
def test_the_file_list_is_refused_before_a_download(
    monkeypatch: pytest.MonkeyPatch, files: list[str], words: str
) -> None:
    answer(monkeypatch, files)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_a, **_k: pytest.fail("downloaded"))
    with pytest.raises(PolariscopeError, match=words):
        fetch_hub("o/n")


@pytest.mark.parametrize(
    ("error", "rule"),
    [
        (http(errors.GatedRepoError, 403), "you may read it"),
        (http(errors.RepositoryNotFoundError, 404), "open to you"),
        (http(errors.RevisionNotFoundError, 404), "the revision exists"),
        (http(errors.HfHubHTTPError, 429), "more requests"),
        (http(errors.HfHubHTTPError, 503), "can be reached"),
        (http(errors.HfHubHTTPError, 418), "it can be downloaded"),
        (errors.HFValidationError("bad"), "Hub name"),
        (ConnectionError("off"), "can be reached"),
        (OSError(28, "No space left"), "it can be downloaded"),
    ],
)
def test_each_failure_is_one_error_with_a_cure(
    monkeypatch: pytest.MonkeyPatch, error: Exception, rule: str
) -> None:
    answer(monkeypatch, error)
    with pytest.raises(PolariscopeError, match=rule) as caught:
        fetch_hub("o/n", "v1")
    assert caught.value.argument == "MODEL"
    assert "o/n@v1" in caught.value.value


def test_a_cache_that_does_not_tell_the_commit_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, FILES)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_a, **_k: str(tmp_path / "elsewhere"))
    with pytest.raises(PolariscopeError, match="under its commit"):
        fetch_hub("o/n")
