"""Trial k is the same however many are asked for, and its controls never carry its own concept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.introspection.materials import Materials, Pair, load_materials
from polariscope.introspection.trials import draw_trials, noise_direction, standard_normal

OWN = load_materials()


@settings(max_examples=30)
@given(few=st.integers(1, 30), more=st.integers(0, 30), sentences=st.integers(2, 9), seed=st.integers(0, 2**40))
def test_the_first_trials_are_those_of_a_shorter_run(few, more, sentences, seed):
    assert draw_trials(OWN, few + more, sentences, seed)[:few] == draw_trials(OWN, few, sentences, seed)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**40), sentences=st.integers(2, 100))
def test_what_a_trial_is_made_of(seed, sentences):
    for number, trial in enumerate(draw_trials(OWN, 5, sentences, seed)):
        assert trial.index == number
        assert len(set(trial.sentences)) == sentences
        assert set(trial.sentences) <= set(range(100))
        assert 0 <= trial.pair < 50
        assert len({trial.pair, *trial.mismatched}) == 3
        assert all(type(each) is int for each in (trial.pair, *trial.sentences, *trial.mismatched))


def test_seeds_differ_and_draws_cover_everything_evenly():
    trials = draw_trials(OWN, 2000, 5, 0)
    assert trials[:10] != draw_trials(OWN, 10, 5, 1)
    for counts, mean in (
        (np.bincount([t.pair for t in trials], minlength=50), 40),
        (np.bincount([s for t in trials for s in t.sentences], minlength=100), 100),
        (np.bincount([t.sentences[0] for t in trials], minlength=100), 20),
        (np.bincount([p for t in trials for p in t.mismatched], minlength=50), 80),
    ):
        # Poisson would give a standard deviation of sqrt(mean); five of them leave room for the largest of 100.
        assert abs(counts - mean).max() < 5 * mean**0.5


def pairs_with(generics: list[str]) -> Materials:
    return Materials(OWN.sentences, tuple(Pair(f"concept {k}", line) for k, line in enumerate(generics)))


def test_a_mismatched_difference_is_never_of_equal_lines():
    """A generic line that stands in several pairs is one line: its difference from itself has no direction."""
    generics = ["a", "a", "b", "c", "a", "c"]
    for trial in draw_trials(pairs_with(generics), 200, 2, 0):
        assert len({generics[p] for p in (trial.pair, *trial.mismatched)}) == 3


@pytest.mark.parametrize("generics", [["a", "b"], ["a", "a", "b", "b"], ["a"]])
def test_too_few_pairs_for_the_controls_are_refused(generics):
    with pytest.raises(PolariscopeError, match="at least 3 pairs") as caught:
        draw_trials(pairs_with(generics), 1, 2, 0)
    assert caught.value.argument == "--pair-file"


def test_more_sentences_than_the_file_holds_are_refused():
    with pytest.raises(PolariscopeError) as caught:
        draw_trials(OWN, 1, 101, 0)
    assert str(caught.value) == "--sentences: the file holds 100 sentences; got 101. Cure: ask for fewer."
    assert sorted(draw_trials(OWN, 1, 100, 0)[0].sentences) == list(range(100))


def test_noise_is_a_direction_of_its_own_for_each_seed_and_trial():
    directions = np.stack([noise_direction(seed, trial, 400) for seed in (0, 1) for trial in range(40)])
    assert np.allclose(np.linalg.norm(directions, axis=1), 1)
    # Directions drawn uniformly have cosines of spread 1/sqrt(width) = 0.05.
    cosines = (directions @ directions.T)[np.triu_indices(80, 1)]
    assert abs(cosines).max() < 0.25
    assert cosines.std() == pytest.approx(0.05, rel=0.1)
    assert (noise_direction(0, 3, 400) == directions[3]).all()


def test_a_standard_normal_draw_is_as_long_as_the_root_of_the_width():
    lengths = [np.linalg.norm(standard_normal(0, trial, 900)) for trial in range(50)]
    assert np.mean(lengths) == pytest.approx(30, rel=0.02)
