"""The sections that say how the numbers were made, and of what."""

from polariscope.crystal.instruments.llc.findings.comparing import TELLING, WIDENED
from polariscope.crystal.instruments.llc.findings.exact import MISSED
from polariscope.crystal.instruments.llc.findings.minimum import FALLS, HIDDEN
from polariscope.crystal.instruments.llc.findings.scans import MATTERS, TAIL
from polariscope.crystal.instruments.llc.findings.training import FIT
from polariscope.crystal.instruments.llc.summary import Estimate, Summary
from polariscope.crystal.instruments.llc.wording import figure
from polariscope.reports import Bullets, Facts, Section, counted, percent
from polariscope.runs import Run

_ESTIMATED = (
    "What is sampled: exp(−t (L(w) − L*) − (γ/2)|w − w*|² − (prior/2)|w|²) around the start w*, with t = "
    "n/temperature. The estimate is λ̂ = t E[L − L*] (Lau et al., arXiv 2308.12108), with L* the loss over "
    "all examples; at a finite temperature it is not the RLCT, but approaches it.",
    "Every chain starts at w*, and all run as one batched computation. Draws of the burn-in belong to no number.",
    "The standard error is over chains, which are independent; nothing is assumed of how draws within one "
    "depend on each other. Split R-hat is that of Vehtari et al. 2021 on ranks, effective sample size is "
    "Stan’s.",
)
_SAMPLED = {
    "hmc": "Hamiltonian Monte Carlo on all examples at each step, corrected by Metropolis: its step biases "
    "nothing. The step is adapted in the burn-in by dual averaging (Hoffman and Gelman 2014) unless it is given.",
    "sgld": "Stochastic gradient Langevin dynamics (Welling and Teh 2011) on minibatches of each chain’s own, "
    "each draw’s noise averaged with the next (Leimkuhler and Matthews 2013). Nothing corrects for its step; "
    "what minibatches add to the noise is measured. Where no step is given it is adapted in the burn-in to the "
    "acceptance that it would have.",
}
_DECIDED = (
    "No number is given where a draw is not finite or more than 10% of all draws diverge; where a chain stands "
    "still or accepts fewer than 10% of its draws; where a chain’s mean of t (L − L*) is below −1, or the loss "
    "falls below L*, from where the chains ended, by more than 25% of the estimate; where split R-hat exceeds "
    "1.1; where the virial exceeds 1 by more than 0.1 and three standard errors; or where minibatches add more "
    "than 20% to the noise.",
    "A number is in doubt, and the first question undecided, where the virial is as far below 1, where the loss "
    "falls by more than 5% of the estimate, where of 16 chains and more one lies more than 10 robust standard "
    "deviations from the others, or where minibatches add more than 5% to the noise. Said, without "
    "doubting it: R-hat above 1.05, more than 1% of the proposals diverged and rejected, rounding that blurs "
    "t (L − L*) by more than 0.1.",
    "The control: reduced-rank regression (5, 5, 3) with white inputs, by the same sampler, whose exact "
    f"value at its temperature is known by quadrature. The interval, widened by {percent(WIDENED, 0)} of the "
    f"value, must hold it, or no other answer is given; half of it must be {percent(TELLING, 0)} of the "
    "value at most, or it is no test.",
    "A subject’s own exact value is held to the same. Where only the RLCT is known: shown where the interval "
    f"is narrow enough and holds it, ruled out where it misses it by more than {percent(MISSED, 0)}.",
    "Minimum: none where t |∇L|² / (2 λmax) exceeds 0.1, the loss curves down for certain, or chains found it "
    "lower; shown where what the search for curvature may have missed takes away at most "
    f"{HIDDEN:g} of the localization; where there is no curvature, where the loss falls by under "
    f"{percent(FALLS, 0)} of the estimate from where the chains ended.",
    f"Temperatures and localizations: the same where chi-squared is within its {percent(1 - TAIL, 0)} quantile "
    f"and the ends differ by under {percent(MATTERS, 0)}; not where chi-squared is beyond it and two values "
    "differ by more than that and by more than the interval of their difference.",
    "Along training: the first checkpoint against the last, confidence matched, from where the training loss "
    f"is {percent(FIT, 0)} of the highest; a fall is shown where its interval lies above 0 and nothing is in "
    "doubt at either end.",
)
_NOT_RUN = (
    "other data: the loss of a fresh sample is another function",
    "reparametrisation: γ measures distances in the parameters as they are",
    "other starts: of one training run, its end is one place among many",
)


def method_section(summary: Summary) -> Section:
    """Say how it is measured and decided, with every rule's bound, and which controls were not run.

    Args:
        summary: The run's numbers.

    Returns:
        The section.
    """
    main = summary.main
    measured = _ESTIMATED if main is None else (*_ESTIMATED, _SAMPLED[main.sampler], *_settings(main))
    return Section(
        "method",
        "Method",
        (
            Bullets(measured, "How it is measured"),
            Bullets(_DECIDED, "How it is decided"),
            Bullets(_NOT_RUN, "Controls not run"),
        ),
    )


def _settings(main: Estimate) -> tuple[str, ...]:
    """The settings with where their defaults come from."""
    prior = "flat prior" if main.prior == 0 else f"a prior of precision {figure(main.prior)} at 0"
    return (
        f"Here: {counted(main.chains, 'chain')} of {main.burn_in:,} + {main.draws:,} draws, step "
        f"{figure(main.step)} (median), {main.gradients:,} gradients a chain; n = {main.examples:,}, "
        f"temperature {figure(main.temperature, 4)}, so t = {figure(main.scale, 4)}; γ = "
        f"{figure(main.localization)}, {prior}.",
        "Defaults: temperature log n (Watanabe 2013); γ = 1 (Lau et al.); acceptance 0.9 by HMC, 0.95 "
        "by SGLD. A specimen may recommend others, so that its closed form is near.",
    )


def provenance_section(run: Run) -> Section:
    """Say what was measured, with what, and how to do it again.

    Args:
        run: As the ledger records it.

    Returns:
        The section.
    """
    told = run.environment
    facts = tuple((str(term), str(text)) for term, text in told["facts"])
    machine = f"Polariscope {told['polariscope']}, Python {told['python']}, {told['machine']}"
    libraries = ", ".join(f"{name} {told[name]}" for name in ("torch", "numpy", "scipy") if name in told)
    more = (
        ("Software", f"{machine}, {libraries}"),
        ("Command", run.command),
        ("Run", f"{run.id}, {run.finished} of {counted(run.total, 'cell')}, first recorded {run.created_at}"),
    )
    return Section("provenance", "Provenance", (Facts((*facts, *more)),))
