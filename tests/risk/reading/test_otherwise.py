from pathlib import Path

import pytest

from polariscope.risk.edition import Edition
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import load_edition, our_edition
from polariscope.risk.reading.otherwise import otherwise, reworked
from polariscope.risk.reading.tour import tour
from polariscope.risk.rules import assess

STRICTER = """
format = 1
id = "my-lab-3"
over = "polariscope-1"
title = "Stricter on authority"
reason = "reviewed"
[[threshold]]
family = "legitimacy"
of = "agent_likeness"
at_least = "high"
reason = "personas alone are no authority"
"""


@pytest.fixture
def stricter(tmp_path: Path) -> Edition:
    file = tmp_path / "mine.toml"
    file.write_text(STRICTER)
    return load_edition(file)


def test_a_description_says_where_a_users_edition_gives_other_states(stricter: Edition) -> None:
    ours = {each.name: each for each in worked_examples(our_edition())}
    for each in worked_examples(stricter):
        states = {
            edition.id: [finding.state for finding in assess(each, edition).findings]
            for edition in (our_edition(), stricter)
        }
        same = states["polariscope-1"] == states[stricter.id]
        assert (each.description == ours[each.name].description) == same
    chat = next(each for each in worked_examples(stricter) if each.name == "Chat assistant")
    assert chat.description.endswith(
        " (Written for polariscope-1; under polariscope-1 + my-lab-3: 11 Legitimacy and authority capture is "
        "closed for Chat assistant.)"
    )


def test_a_scene_says_which_of_its_families_have_other_conditions_and_states(stricter: Edition) -> None:
    looks = {each.id: each.look for each in tour(stricter)}
    plain = {each.id: each.look for each in tour(our_edition())}
    assert "have other conditions: 11 Legitimacy and authority capture" in looks["latent-structure"]
    assert "is closed for Chat assistant" in looks["latent-structure"]
    assert looks["welfare"] == plain["welfare"]


def test_ours_is_told_plainly() -> None:
    assert not otherwise(worked_examples(our_edition()), our_edition())
    assert reworked(list(our_edition().families), our_edition()) == ()
