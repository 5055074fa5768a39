"""What a run of this instrument claims to others is the verdict that stands first."""

from collections.abc import Callable

import pytest

from polariscope.introspection.outcome import Outcome, claims

Planted = Callable[[str], Outcome]


@pytest.mark.parametrize("name", ["perfect", "constant", "incomplete", "failing", "sweep"])
def test_it_claims_the_verdict_that_stands_first_and_no_number(planted: Planted, name: str) -> None:
    found = planted(name)
    told = claims(found)
    assert (told.run, told.instrument, told.model) == (found.run.id, "localize", "tiny")
    assert (told.answer, told.headline) == (found.verdict.answer, found.verdict.headline)
    assert told.complete is (name != "incomplete")


def test_answers_differ_between_runs_that_differ(planted: Planted) -> None:
    assert (claims(planted("perfect")).answer, claims(planted("constant")).answer) == ("yes", "no")
