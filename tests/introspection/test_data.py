"""Our own sentences, pairs and held-out lines: counts, distinctness, form, one concept a pair."""

import re
from importlib.resources import files

import pytest

DATA = files("polariscope.introspection") / "data"
POST = {
    "The dog barks loudly.",
    "The cat sleeps on the couch.",
    "A bird flies over the lake.",
    "The child plays in the park.",
    "She reads a book quietly.",
}


def lines(name: str) -> list[str]:
    return (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def changed_span(one: str, other: str) -> tuple[list[str], list[str]]:
    """The words left when the common beginning and the common end are taken off."""
    left, right = re.findall(r"\w+|\.", one), re.findall(r"\w+|\.", other)
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    return left, right


@pytest.mark.parametrize(("name", "count"), [("sentences", 100), ("pairs", 100), ("heldout", 200)])
def test_counts_and_form(name: str, count: int) -> None:
    found = lines(name)
    assert len(found) == count
    for line in found:
        assert line == line.strip()
        assert line.isascii()
        assert re.fullmatch(r"[A-Z].*[a-z]\.", line), line
        assert not re.search(r"\d|SENTENCE", line), line


def test_no_line_occurs_twice_in_any_file() -> None:
    every = [line.casefold() for name in ("sentences", "pairs", "heldout") for line in lines(name)]
    assert len(set(every)) == len(every)
    assert not POST & {line for name in ("sentences", "pairs", "heldout") for line in lines(name)}


def test_sentences_are_short() -> None:
    assert {len(line.split()) for line in lines("sentences")} <= set(range(5, 11))


def test_a_pair_differs_in_one_short_span_and_frames_vary() -> None:
    frames = set()
    pairs = lines("pairs")
    for concept, generic in zip(pairs[::2], pairs[1::2], strict=True):
        left, right = changed_span(concept, generic)
        assert 1 <= len(left) <= 3, concept
        assert 1 <= len(right) <= 3, generic
        frames.add(concept.replace(" ".join(left), "_"))
    assert len(frames) == 50


def test_held_out_lines_stand_in_frames_of_their_own() -> None:
    held, pairs = lines("heldout"), lines("pairs")
    for k in range(50):
        start = pairs[2 * k].split()[:3]
        assert all(line.split()[:3] != start for line in held[4 * k : 4 * k + 4])
