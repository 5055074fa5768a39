"""Files of the user's own are read as written, or refused with what to mend."""

import os
import re
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.introspection.materials import load_materials

LINES = ["The dog barks.", "A bird sings.", "She reads.", "It rains."]
PAIRS = ["I see a cat.", "I see a thing.", "He ate bread.", "He ate food.", "We met Ann.", "We met someone."]


def written(tmp_path, content: bytes | str | list[str]):
    text = "\n".join(content) + "\n" if isinstance(content, list) else content
    file = tmp_path / "lines.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refusal(**files) -> PolariscopeError:
    with pytest.raises(PolariscopeError) as caught:
        load_materials(**files)
    assert caught.value.cure
    return caught.value


def test_ones_own_sentences_and_pairs(tmp_path):
    made = load_materials(written(tmp_path, LINES), None)
    assert made.sentences == tuple(LINES)
    made = load_materials(None, written(tmp_path, PAIRS))
    assert [(p.concept, p.generic, p.held_out) for p in made.pairs] == [
        (PAIRS[0], PAIRS[1], ()), (PAIRS[2], PAIRS[3], ()), (PAIRS[4], PAIRS[5], ())
    ]  # fmt: skip
    assert made.lines == tuple(PAIRS)


def test_the_held_out_lines_are_each_concepts_own():
    made = load_materials()
    assert len(made.lines) == len(set(made.lines)) == 50 * (2 + 4)

    def named(pair, held) -> bool:
        apart = set(re.findall(r"\w+", pair.concept.lower())) - set(re.findall(r"\w+", pair.generic.lower()))
        return any(word[:4] in " ".join(held).lower() for word in apart if len(word) > 2)

    own = [named(pair, pair.held_out) for pair in made.pairs]
    next_ones = [named(a, b.held_out) for a, b in zip(made.pairs, made.pairs[1:], strict=False)]
    assert sum(own) > 25  # many speak of the concept without its word; a shift by one line leaves next to none
    assert sum(next_ones) < 10


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(LINES),
        "\r\n".join(LINES) + "\r\n",
        "\ufeff" + "\n".join(LINES) + "\n",
        "  " + " \n\t".join(LINES),
    ],
    ids=["no last newline", "windows", "byte order mark", "blanks around"],
)
def test_line_ends_marks_and_blanks_around_do_not_matter(tmp_path, content):
    assert load_materials(written(tmp_path, content)).sentences == tuple(LINES)


def test_every_script_may_be_written(tmp_path):
    lines = ["私は　猫が好き。", "می‌خواهم بروم.", "👩‍👩‍👧 go home.", "Un café à Noël.", "Non\u00a0breaking."]
    assert load_materials(written(tmp_path, lines)).sentences == tuple(lines)


def test_the_first_pairs_of_a_file():
    assert load_materials(most_pairs=7).pairs == load_materials().pairs[:7]
    error = refusal(most_pairs=51)
    assert str(error) == "--pairs: the file holds 50 pairs; got 51. Cure: ask for fewer."


BAD = {
    "empty": (b"", "at least one line"),
    "only newlines": (b"\n\n", "at least one line"),
    "an empty line within": ("\n".join([*LINES[:2], "", *LINES[2:]]), "no line is empty"),
    "not utf-8": (b"caf\xe9 noir\n", "UTF-8 text"),
    "binary": (b"GGUF\x00\x01\x02\n", "plain text, no control characters"),
    "a tab": (b"one\ttwo\n", "plain text, no control characters"),
    "an escape": (b"\x1b[2Jgone\n", "plain text, no control characters"),
    "a line separator": ("one\u2028two\n".encode(), "plain text, no control characters"),
    "too large": (b"a line\n" * 200_000, "at most 1 MiB of text"),
}


@pytest.mark.parametrize("argument", ["sentence_file", "pair_file"])
@pytest.mark.parametrize(("content", "rule"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_list_of_lines_is_refused(tmp_path, argument, content, rule):
    error = refusal(**{argument: written(tmp_path, content)})
    assert (error.argument, error.rule) == ("--" + argument.replace("_", "-"), rule)
    assert error.value.isprintable()


@pytest.mark.parametrize("argument", ["sentence_file", "pair_file"])
def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path, argument):
    for path in (tmp_path / "none.txt", tmp_path):
        error = refusal(**{argument: path})
        assert error.rule == "a file that can be read"
        assert str(path) in error.value


def test_an_endless_file_or_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe"):
        assert refusal(sentence_file=path).rule == "a file that can be read"


def test_a_large_file_is_refused(tmp_path):
    (tmp_path / "large.txt").write_text("A line.\n" * 200_000)
    assert refusal(sentence_file=tmp_path / "large.txt").rule == "at most 1 MiB of text"


def test_a_sentence_that_repeats_is_refused(tmp_path):
    error = refusal(sentence_file=written(tmp_path, [*LINES, " " + LINES[1] + " "]))
    assert (error.argument, error.rule, error.value) == ("--sentence-file", "no line repeats", LINES[1])


def test_an_odd_pair_file_is_refused(tmp_path):
    error = refusal(pair_file=written(tmp_path, PAIRS[:5]))
    assert str(error) == (
        "--pair-file: pairs stand on lines 2k and 2k+1; got 5 lines. Cure: complete the last pair."
    )


def test_a_pair_of_equal_lines_is_refused(tmp_path):
    error = refusal(pair_file=written(tmp_path, [*PAIRS, "Twice.", "Twice."]))
    assert (error.argument, error.rule, error.value) == ("--pair-file", "a pair differs in one concept", "Twice.")
