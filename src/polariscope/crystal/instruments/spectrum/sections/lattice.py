"""The section of a lattice: bands, density of states, sound, heat."""

from collections.abc import Iterator

from polariscope.crystal.instruments.spectrum.figures import bands_figure
from polariscope.crystal.instruments.spectrum.summary import Reading, Summary
from polariscope.reports import Block, Facts, Picture, Section, Series, curve, number, significant


def lattice_section(summary: Summary) -> Section | None:
    """Show how waves travel through a lattice, and what heat does.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where it is no lattice, or not measured yet.
    """
    own = summary.one("lattice")
    if own is None:
        return None
    return Section("lattice", "The lattice", tuple(_blocks(summary, own)))


def _blocks(summary: Summary, own: Reading) -> Iterator[Block]:
    drawn = bands_figure(summary)
    if drawn is not None:
        caption = "Branches along the path, and beside them the density of states from a mesh of wave vectors."
        yield Picture((drawn,), f"{caption} Units: ħ = 1, and k, m and a of 1.")
    yield Facts(tuple(_facts(own)))
    heat = summary.one("heat")
    if heat is not None:
        yield _heat(heat)


def _facts(own: Reading) -> Iterator[tuple[str, str]]:
    yield "Modes", f"{own['modes']:,}, of which {own['zero']} at zero and {own['unstable']} unstable"
    if own["unstable"]:
        yield "Growth rates of the most unstable", ", ".join(significant(rate) for rate in own["rates"])
        yield "Atoms that move most in the first", ", ".join(map(str, own["movers"]))
    if "sound" in own:
        pairs = zip(own["sound"], own["sound_errors"], strict=True)
        yield "Sound velocities along the first axis", ", ".join(f"{c:.6g} ± {error:.1g}" for c, error in pairs)
        yield "Debye frequency", f"{own['debye']:.6g} ± {own['debye_error']:.1g}"
        ends = f"[{number(own['exponent_low'], 3)}, {number(own['exponent_high'], 3)}]"
        power = f"{number(own['exponent'], 3)} {ends}; Debye has {own['dimension'] - 1} in {own['dimension']} d"
        yield "Exponent of the density of states at low frequency", power


def _heat(heat: Reading) -> Picture:
    modes = heat["modes"]
    shares = tuple(value / modes for value in heat["heat_capacity"])
    entropy = tuple(value / modes for value in heat["entropy"])
    drawn = curve(
        heat["temperature"],
        (
            Series("heat capacity", shares, shares, shares),
            Series("entropy", entropy, entropy, entropy, category=1),
        ),
        reference=1.0,
        reference_label="Dulong-Petit",
        x_label="temperature, ħω/k_B",
        y_label="per mode, k_B",
        title="Heat capacity and vibrational entropy over temperature",
        shown=lambda value: number(value, 2),
        smooth=True,
    )
    caption = (
        f"Heat capacity and vibrational entropy of {modes:,} modes, per mode; {heat['excluded']} at zero left out."
    )
    return Picture((drawn,), caption)
