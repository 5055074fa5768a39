"""Planted records: each reason and each doubt where it belongs, and a number exactly where there is no reason."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from scipy.stats import t as student

from polariscope.crystal.degeneracy.coefficient import read_chains
from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.start import Start

CHAINS, DRAWS, BURN_IN, SIZE = 8, 1000, 50, 6
MINIMUM = Start(loss=0.3, gradient=0.0, largest=2.0, smallest=0.1, residual=1e-4)


def record(seed=0, **planted):
    """Chains of a posterior in equilibrium: t K is gamma-distributed about 3, the virial 1, |w - w*| 0.1."""
    draw, shape = np.random.default_rng(seed), (CHAINS, BURN_IN + DRAWS)
    excess = draw.gamma(3.0, size=shape)
    excess[:, :BURN_IN] = 1e6  # belongs to no estimate
    clean = Chains(
        excess=excess,
        virial=draw.gamma(4.0, 0.25, size=shape),
        distance=np.full(shape, 0.1),
        acceptance=draw.uniform(0.8, 1.0, size=shape),
        divergent=np.zeros(CHAINS, np.int64),
        step=np.full(CHAINS, 0.1),
        burn_in=BURN_IN,
        gradients=1000,
        noise=np.zeros(CHAINS),
        fall=np.zeros(CHAINS),
    )
    return replace(clean, **planted)


def read(chains, start=MINIMUM, scale=100.0, localization=1.0, level=0.95):
    return read_chains(chains, start=start, scale=scale, localization=localization, size=SIZE, level=level)


def codes(found):
    return [remark.code for remark in found.reasons], [remark.code for remark in found.doubts]


def changed(name, change, seed=0):
    """A record of which one array is changed in place."""
    made = record(seed)
    own = getattr(made, name).copy()
    change(own)
    return replace(made, **{name: own})


def assert_no_number(found):
    assert found.reasons
    assert np.isnan([found.value, found.standard_error, found.low, found.high]).all()


def test_a_clean_record_has_a_number_and_no_remark():
    found = read(record())
    assert codes(found) == ([], [])
    assert found.value == pytest.approx(3, abs=4 * found.standard_error)
    assert 0.5 < found.ess / (CHAINS * DRAWS) < 2
    assert 0.99 < found.rhat < 1.01
    assert found.virial.value == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_value_and_interval_are_students_over_the_means_of_chains(level):
    chains = record()
    means = chains.excess[:, BURN_IN:].mean(1)
    error = means.std(ddof=1) / CHAINS**0.5
    low, high = student.interval(level, CHAINS - 1, means.mean(), error)
    found = read(chains, level=level)
    assert (found.value, found.standard_error) == (pytest.approx(means.mean()), pytest.approx(error))
    assert (found.low, found.high, found.level) == (pytest.approx(low), pytest.approx(high), level)


def test_intervals_cover_as_often_as_they_say():
    found = [read(record(seed)) for seed in range(60)]
    assert 0.8 <= np.mean([one.low <= 3 <= one.high for one in found]) <= 1


def test_what_is_said_beside_the_number():
    chains = record(distance=np.random.default_rng(0).uniform(0, 1, (CHAINS, BURN_IN + DRAWS)))
    found, square = read(chains, localization=2.0), chains.distance[:, BURN_IN:] ** 2
    assert found.distance == pytest.approx(square.mean() ** 0.5)
    assert found.held == pytest.approx(2.0 * square.mean() / SIZE)
    assert found.acceptance == pytest.approx(chains.acceptance[:, BURN_IN:].mean())
    assert found.lowest_acceptance == pytest.approx(chains.acceptance[:, BURN_IN:].mean(1).min())
    assert found.chains is chains
    assert found.start is MINIMUM


@pytest.mark.parametrize(
    ("share", "reasons", "doubts"),
    [(0.009, [], []), (0.011, [], ["stiff"]), (0.099, [], ["stiff"]), (0.101, ["diverged"], ["stiff"])],
)
def test_stiff_above_a_hundredth_of_divergent_draws_and_diverged_above_a_tenth(share, reasons, doubts):
    found = read(changed("divergent", lambda own: own.__setitem__(2, round(share * CHAINS * DRAWS))))
    assert codes(found) == (reasons, doubts)
    assert np.isnan(found.value) == bool(reasons)
    for remark in (*found.reasons, *found.doubts):
        assert remark.sentence.startswith(f"{share:.1%} of the")


@pytest.mark.parametrize("bad", [nan, np.inf, 1e200, -1e200])
@pytest.mark.parametrize("share", [1, DRAWS])
def test_diverged_where_draws_are_no_number_or_beyond_all_bounds(share, bad):
    found = read(changed("excess", lambda own: own[:2, -share:].fill(bad)))
    assert codes(found)[0] == ["diverged"]
    assert found.reasons[0].sentence.startswith("2 of 8 chains diverged")
    assert_no_number(found)
    assert np.isnan(found.ess)


def test_a_record_all_of_which_has_overflowed_is_read_without_a_warning():
    huge = np.full((CHAINS, BURN_IN + DRAWS), 1e300)
    found = read(record(excess=huge, virial=huge, distance=huge))
    assert codes(found)[0] == ["diverged"]
    assert np.isnan(found.virial.value)


def test_stuck_where_one_chain_never_accepts():
    def still(own):
        own[3] = 0.0

    found = read(changed("acceptance", still))
    assert codes(found)[0] == ["stuck"]
    assert found.reasons[0].sentence.startswith("1 of 8 chains stood still")
    assert found.lowest_acceptance == 0
    assert_no_number(found)


def test_a_chain_that_stands_still_at_the_start_is_stuck():
    chains = record()
    chains.acceptance[3], chains.excess[3], chains.virial[3] = 0.0, 0.0, 0.0
    assert "stuck" in codes(read(chains))[0]


def test_sgld_has_no_acceptance_and_is_not_stuck():
    chains = changed("acceptance", lambda own: own[:, BURN_IN:].fill(nan))
    found = read(chains)
    assert codes(found) == ([], [])
    assert np.isnan(found.acceptance)
    assert np.isnan(found.lowest_acceptance)


def test_left_where_chains_found_a_lower_loss():
    found = read(record(excess=record().excess - 4.5))
    assert codes(found)[0] == ["left"]
    assert found.reasons[0].sentence.startswith("Chains found a lower loss than the start's")
    assert_no_number(found)
    assert codes(read(record(excess=record().excess - 2.5)))[0] == []
    alone = read(changed("excess", lambda own: own[5].__isub__(4.5)))
    assert "left" in codes(alone)[0]


@pytest.mark.parametrize("kind", ["shifted", "drift", "wider"])
def test_chains_disagree(kind):
    def change(own):
        if kind == "shifted":
            own[0] += 6
        elif kind == "wider":
            own[:4] = 3 + 4 * (own[:4] - 3)
        else:
            own += np.linspace(0, 6, own.shape[1])

    found = read(changed("excess", change))
    assert codes(found)[0] == ["disagree"]
    assert found.rhat > 1.1
    assert_no_number(found)


def test_slow_where_they_disagree_a_little():
    found = read(changed("excess", lambda own: own[0].__iadd__(1.9)))
    assert codes(found) == ([], ["slow"])
    assert 1.05 < found.rhat <= 1.1
    assert np.isfinite(found.value)


@pytest.mark.parametrize(
    ("virial", "reasons", "doubts"), [(1.2, ["hot"], []), (0.8, [], ["cold"]), (1.05, [], [])]
)
def test_hot_is_refused_and_cold_is_said(virial, reasons, doubts):
    found = read(record(virial=virial * record().virial))
    assert codes(found) == (reasons, doubts)
    assert np.isnan(found.value) == bool(reasons)
    for remark in (*found.reasons, *found.doubts):
        assert f"the virial is {virial}" in remark.sentence


@pytest.mark.parametrize("virial", [1.2, 0.8])
def test_a_virial_whose_error_is_as_large_says_nothing(virial):
    apart = np.where(np.arange(CHAINS) % 2, 1, -1)[:, None]
    assert codes(read(record(virial=virial * record().virial + apart))) == ([], [])


def test_noisy_where_minibatches_add_more_than_a_twentieth():
    found = read(record(noise=np.linspace(0.05, 0.07, CHAINS)))
    assert codes(found) == ([], ["noisy"])
    assert "add 6%" in found.doubts[0].sentence
    assert codes(read(record(noise=np.full(CHAINS, 0.04)))) == ([], [])


@pytest.mark.parametrize("share", [0.95, 0.3])
def test_what_the_localization_holds_is_told_and_weakens_nothing(share):
    """A flat direction is held by nothing else, and adds nothing: how much the value depends on it is measured."""
    gamma = 4.0
    distance = np.full((CHAINS, BURN_IN + DRAWS), (share * SIZE / gamma) ** 0.5)
    found = read(record(distance=distance), localization=gamma)
    assert codes(found) == ([], [])
    assert found.held == pytest.approx(share)


@pytest.mark.parametrize(("gradient", "doubts"), [(0.1, ["slope"]), (0.05, [])])
def test_slope_where_the_gradient_promises_a_tenth_of_the_blur(gradient, doubts):
    start = replace(MINIMUM, gradient=gradient)  # t g^2 / (2 lambda) = 100 g^2 / 4
    assert codes(read(record(), start)) == ([], doubts)
    assert codes(read(record(), start, scale=1.0)) == ([], [])


def test_saddle_where_the_loss_curves_down_for_certain():
    start = replace(MINIMUM, smallest=-0.01)
    found = read(record(), start)
    assert codes(found) == ([], ["saddle"])
    assert "takes 0.99 of" in found.doubts[0].sentence
    assert codes(read(record(), replace(start, residual=0.02))) == ([], [])


def test_a_start_whose_curvature_was_not_asked_for_is_not_doubted():
    assert codes(read(record(), Start(0.3, 1.0, nan, nan, nan))) == ([], [])


def test_reasons_and_doubts_come_together():
    chains = record(noise=np.full(CHAINS, 0.5), virial=2 * record().virial)
    chains.acceptance[:] = 0.0
    chains.excess[0] += 50
    found = read(chains, replace(MINIMUM, gradient=1.0, smallest=-1.0))
    assert codes(found) == (["stuck", "disagree", "hot", "noisy"], ["slope", "saddle"])
    assert_no_number(found)
    for remark in (*found.reasons, *found.doubts):
        assert remark.sentence.endswith(".")
        assert remark.cure


def wide(change):
    """A record of 32 chains, of which one is changed."""
    parts = [record(seed) for seed in range(4)]
    whole = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("excess", "virial", "distance", "acceptance", "divergent", "step", "noise", "fall")
    }
    change(whole["excess"])
    return replace(parts[0], **whole)


def test_one_far_chain_of_many_is_not_averaged_away_in_silence():
    """R-hat of 32 chains of which one is shifted by 0.9 stays near 1."""
    found = read(wide(lambda own: own[5].__iadd__(0.9)))
    assert found.rhat < 1.05
    assert codes(found) == ([], ["apart"])
    assert codes(read(wide(lambda own: None))) == ([], [])


def test_a_chain_that_stands_still_is_stuck_also_where_nothing_is_accepted_or_rejected():
    found = read(wide(lambda own: own[5].__setitem__(slice(None), 3.0)))
    assert "stuck" in [reason.code for reason in found.reasons]
    assert_no_number(found)


def test_a_fall_that_other_directions_hide_is_seen():
    """Of a mean of 3, a fall of 0.1 is nothing, 0.5 is said with what the value would be, 1.5 is refused."""
    told = [read(record(fall=np.r_[fall, np.zeros(CHAINS - 1)])) for fall in (0.1, 0.5, 1.5)]
    assert [codes(found) for found in told] == [([], []), ([], ["fallen"]), (["left"], [])]
    assert f"would be {told[1].value + 0.5:.3g}" in told[1].doubts[0].sentence
    assert "by t (L* − L) = 1.5:" in told[2].reasons[0].sentence
    assert codes(read(record(fall=np.full(CHAINS, nan)))) == ([], [])


def test_a_coefficient_below_zero_is_no_number():
    assert codes(read(record(excess=record().excess - 3.3)))[0] == ["left"]


def test_a_loss_that_never_changes_is_no_disagreement():
    found = read(record(excess=np.zeros((CHAINS, BURN_IN + DRAWS))))
    assert codes(found)[0] == ["stuck"]
    assert "flat" in found.reasons[0].sentence


def test_noise_beyond_a_fifth_is_refused():
    assert codes(read(record(noise=np.full(CHAINS, 0.25))))[0] == ["noisy"]


def test_rounding_that_blurs_the_excess_is_said():
    found = read(record(), replace(MINIMUM, rounding=2e-3))
    assert codes(found) == ([], ["coarse"])
    assert "by 0.2" in found.doubts[0].sentence
    assert "float64" in found.doubts[0].cure
