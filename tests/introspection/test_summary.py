"""Planted truths come out of the numbers: readers, constant answerers, anti-readers, biased ones, failures."""

import numpy as np
import pytest

from planted import N, draw, noisy, reader, resample_less, rows, vectors
from polariscope.introspection import summarize
from polariscope.introspection.condition import Levels, Trials, gap


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    resample_less(monkeypatch)


def concept(logits, clean=None, **options):
    """The concept condition's numbers."""
    return summarize(rows("concept", logits, clean, **options)).settings[0].conditions[0]


def test_a_perfect_reader_scores_everything():
    found = concept(reader(draw(), 60))
    assert found.accuracy.value == found.corrected.value == found.best_permutation.cross_fitted.value == 1.0
    assert found.accuracy.interval.high == 1.0
    assert 0.8 < found.accuracy.interval.low < 1.0
    assert found.confusion == tuple(tuple(60 * (i == j) for j in range(N)) for i in range(N))
    assert found.recall == (1.0,) * N
    assert found.information.observed == pytest.approx(np.log2(N))
    assert found.p_value < 1e-9
    assert found.diagonal.interval.low > 0
    assert (found.trials, found.predictions, found.failed) == (60, 300, 0)
    assert found.sampled.value == pytest.approx(0.9, abs=0.01)  # the labels have 0.9 of the probability


@pytest.mark.parametrize("label", range(N))
def test_a_constant_answerer_scores_exactly_one_in_n_whatever_it_likes(label):
    prior = np.zeros(N)
    prior[label] = 9.0
    found = concept(noisy(draw(label), 40) + prior)
    assert found.accuracy.value == 1 / N
    assert (found.accuracy.interval.low, found.accuracy.interval.high) == (1 / N, 1 / N)
    assert found.best_permutation.cross_fitted.value == pytest.approx(1 / N)
    assert found.information.observed == 0.0
    assert found.recall == tuple(float(position == label) for position in range(N))
    assert found.p_value == 1.0


def test_an_answer_that_ignores_the_injection_scores_one_in_n_even_if_each_trial_has_its_own():
    clean = draw().standard_normal((40, N))
    found = concept(np.repeat(clean[:, None], N, axis=1), clean)
    assert found.accuracy.value == found.corrected.value == 1 / N
    assert found.diagonal.value == pytest.approx(0, abs=1e-12)
    assert found.p_value == 1.0


@pytest.mark.parametrize("shift", [1, 2, 4])
def test_an_anti_reader_is_seen(shift):
    found = concept(reader(draw(), 60, shift=shift))
    assert found.accuracy.value == 0.0
    assert found.best_permutation.mapping == tuple((j + shift) % N for j in range(N))
    assert found.best_permutation.cross_fitted.value == 1.0
    assert found.best_permutation.raw.p_value == 1 / 500
    assert found.information.observed == pytest.approx(np.log2(N))
    assert found.information.p_value == 1 / 500


def test_a_bias_that_hides_an_effect_is_taken_out():
    clean = np.tile([9.0, 0.0, 0.0, 0.0, 0.0], (60, 1))
    found = concept(clean[:, None, :] + 2 * np.eye(N), clean)
    assert found.accuracy.value == 1 / N
    assert found.corrected.value == 1.0
    assert found.diagonal.value == pytest.approx(2 * (1 - 1 / N))
    assert found.diagonal_p <= 1 / 500


def test_the_clean_answers_are_the_prior():
    clean = np.eye(N)[[0, 0, 0, 2]]
    assert summarize(rows("concept", noisy(draw(), 4), clean)).settings[0].prior.answers == (
        0.75,
        0.0,
        0.25,
        0.0,
        0.0,
    )


def test_a_gap_is_paired_and_of_the_trials_that_both_have():
    rng = draw()
    ours, theirs = reader(rng, 40, 0.8), reader(rng, 40, 0.3)
    summary = summarize(rows("concept", ours) + rows("noise", theirs[:30]))
    (found,) = summary.settings[0].gaps
    right = [(z.argmax(-1) == np.arange(N)).mean() for z in (ours[:30], theirs[:30])]
    assert (found.control, found.raw.observations) == ("noise", 30)
    assert found.raw.value == pytest.approx(right[0] - right[1])
    same = summarize(rows("concept", ours) + rows("mismatched", ours)).settings[0].gaps[0]
    assert same.raw.value == same.corrected.value == same.diagonal.value == 0.0


def test_the_order_of_readings_does_not_matter():
    readings = rows("noise", noisy(draw(1), 20)) + rows("concept", noisy(draw(), 20)) + vectors()
    shuffled = [readings[i] for i in draw().permutation(len(readings))]
    one, other = summarize(readings), summarize(shuffled)
    assert one.settings[0].conditions == other.settings[0].conditions
    assert one.settings[0].gaps == other.settings[0].gaps


def test_a_run_under_way_has_numbers_as_soon_as_one_concept_trial_stands():
    assert summarize([]) is None
    assert summarize(vectors()) is None
    assert summarize(rows("noise", noisy(draw(), 4))) is None
    begun = summarize(rows("concept", noisy(draw(), 1)))
    assert begun.settings[0].conditions[0].trials == 1
    assert begun.settings[0].conditions[0].accuracy.interval.low == 0.0
    assert begun.settings[0].separation is begun.settings[0].sham is None


@pytest.mark.parametrize("n", [2, 3, 9])
def test_chance_is_one_in_so_many_sentences(n):
    summary = summarize(rows("concept", reader(draw(), 20, n=n)))
    assert (summary.sentences, summary.chance) == (n, 1 / n)
    assert summary.settings[0].conditions[0].accuracy.value == 1.0


def test_failed_predictions_count_as_wrong_and_give_no_logits():
    logits = reader(draw(), 40)
    logits[:10, 0] = np.nan
    found = concept(logits)
    assert (found.failed, found.predictions) == (10, 200)
    assert found.accuracy.value == found.corrected.value == pytest.approx(190 / 200)
    assert found.diagonal.observations == 30  # whole trials only
    assert found.mass == pytest.approx(0.9)
    assert found.rank == 1.0


def test_a_failed_prediction_may_hold_numbers_which_count_for_nothing():
    """The number that failed can be another token's logit than a label's."""
    readings = rows("concept", reader(draw(), 40))
    for reading in readings[:50]:
        reading["answer"], reading["answer_mass"], reading["best_label_rank"] = -1, float("nan"), -1
    found = summarize(readings).settings[0].conditions[0]
    assert found.accuracy.value == found.corrected.value == pytest.approx(150 / 200)
    assert (found.failed, found.rank, found.diagonal.observations) == (50, 1.0, 30)
    assert found.sampled.value == pytest.approx(0.9 * 150 / 200, abs=0.01)


def test_where_everything_failed_nothing_is_said_and_nothing_breaks():
    summary = summarize(
        rows("concept", np.full((12, N, N), np.nan), np.full((12, N), np.nan)) + rows("noise", noisy(draw(), 12))
    )
    found = summary.settings[0].conditions[0]
    assert found.accuracy.value == found.corrected.value == found.sampled.value == 0.0
    assert found.diagonal is None
    assert all(np.isnan([found.diagonal_p, found.mass, found.rank, found.information.observed]))
    assert not summary.settings[0].gaps
    assert summary.settings[0].prior.answers == (0.0,) * N


def test_the_sham_is_told_apart_from_the_conditions():
    summary = summarize(rows("concept", noisy(draw(), 8)) + rows("sham", noisy(draw(), 8), bit_equal=True))
    setting = summary.settings[0]
    assert [each.name for each in setting.conditions] == ["concept"]
    assert (setting.sham.predictions, setting.sham.bit_equal) == (40, 40)
    assert setting.condition("sham") is setting.condition("noise") is None


def test_separation_is_that_of_the_block_and_over_pairs():
    summary = summarize(rows("concept", noisy(draw(), 4)) + vectors(0.5, block=3) + vectors(0.9))
    assert summary.settings[0].separation.own.value == pytest.approx(0.9)
    assert summary.settings[0].separation.own.clusters == 20
    lost = vectors(0.9)
    lost[3]["auroc"] = float("nan")
    assert summarize(rows("concept", noisy(draw(), 4)) + lost).settings[0].separation is None


# Several settings.


def sweep(accuracies, trials=40, noise=()):
    return [
        reading
        for k, accuracy in enumerate(accuracies)
        for reading in rows("concept", reader(draw(k), trials, accuracy), block=k)
    ] + [reading for k in noise for reading in rows("noise", noisy(draw(50 + k), trials), block=k)]


def test_of_several_settings_the_best_is_scored_on_vectors_that_did_not_choose_it():
    summary = summarize(sweep([0.2, 0.9, 0.4]))
    assert [setting.block for setting in summary.settings] == [0, 1, 2]
    assert summary.sweep.best == 1
    assert summary.sweep.best_accuracy.observations == 20
    assert summary.sweep.best_accuracy.value == pytest.approx(0.9, abs=0.1)
    alone = [setting.conditions[0].p_value for setting in summary.settings]
    assert all(a >= b for a, b in zip(summary.sweep.holm, alone, strict=True))


def test_the_best_of_many_guessers_is_not_flattered():
    summary = summarize(sweep([0.2] * 8, trials=20))
    assert summary.sweep.best_accuracy.value < max(s.conditions[0].accuracy.value for s in summary.settings)
    assert min(summary.sweep.holm) > 0.05


def test_deciding_intervals_widen_with_the_settings_looked_at():
    one, many = summarize(sweep([0.5])), summarize(sweep([0.5, 0.5, 0.5]))
    assert one.sweep is None
    assert one.levels.decisive == pytest.approx(1 - 0.05 / 3)
    assert many.levels.decisive == pytest.approx(1 - 0.05 / 9)
    assert one.levels.shown == many.levels.shown == 0.95
    narrow, wide = (s.settings[0].conditions[0].decisive[0] for s in (one, many))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_settings_of_one_block_and_two_doses_stay_apart():
    readings = rows("concept", reader(draw(), 20), scale=1.0) + rows("concept", noisy(draw(), 20), scale=2.0)
    summary = summarize(readings + rows("noise", noisy(draw(1), 20), scale=2.0))
    assert [(s.block, s.scale, len(s.gaps)) for s in summary.settings] == [(8, 1.0, 0), (8, 2.0, 1)]
    assert summary.settings[0].conditions[0].accuracy.value == 1.0


def test_a_sweep_compares_trials_that_all_settings_have():
    readings = rows("concept", reader(draw(), 30), block=1) + rows("concept", reader(draw(), 10), block=2)
    assert summarize(readings).sweep.best_accuracy.observations <= 5 + 1


def test_the_gaps_interval_knows_that_trials_share_vectors():
    """Four trials a vector that agree: the interval is that of the vectors, not of the trials."""
    per_vector = draw().random(12) < 0.5
    ours = np.where(np.repeat(per_vector, 4)[:, None, None], np.eye(N), np.roll(np.eye(N), 1, axis=1))
    theirs = np.tile(np.eye(N)[0], (48, N, 1))
    pair = np.repeat(np.arange(12), 4)
    trials = [Trials.of(rows("x", z, pair=pair)) for z in (ours, theirs)]
    levels = Levels(0.95, 0.95)
    clustered = gap("x", *trials, levels).raw
    apart = [Trials.of(rows("x", z, pair=np.arange(48))) for z in (ours, theirs)]
    alone = gap("x", *apart, levels).raw
    assert (clustered.clusters, clustered.value) == (12, alone.value)
    assert clustered.interval.high - clustered.interval.low > 1.6 * (alone.interval.high - alone.interval.low)
