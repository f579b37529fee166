r"""$\theta=2M\alpha/(1-\alpha)$ is none of the three exact ones, but right to first order in the share, and close.

It writes the balance between drift and immigration as $2M$ times the odds of a real point, whatever the scheme.
The floor that it gives is too high: by at most the fraction $1/(M-1)$ where points are real at random or fresh,
and by a little more than $1/(n-1)$ where n points are kept, as it forgets what these lost when they were drawn.
"""

import numpy as np
import sympy as sp

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import (
    CONSTANT_SIZE,
    FAITHFUL,
    FREQUENCY,
    TOKENS,
    UNDISTURBED,
    retains,
    sample_size_at_least,
)
from theory.claims.tokens.enumeration import digits, real_share, reference, source_heterozygosity
from theory.claims.tokens.real_share_iid import example
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity
from theory.laws.symbols import H0, E, M, alpha, n
from theory.notation import Asymptotically
from theory.scenario import Scenario


def keeps_two_if_any(scenario: Scenario) -> bool:
    """Whether the scheme is another one than "fixed", or n >= 2."""
    if getattr(scenario.retention, "scheme", None) != "fixed" or scenario.sample_size.constant is None:
        return True
    return kept_points(scenario) >= 2


TWO_KEPT = Assumption('at least two real points are kept where the scheme is "fixed"', keeps_two_if_any)


def derive() -> Derivation:
    """How the form arises from an exact theta, what it drops, and how much that is in each scheme."""
    theta = sp.Symbol("theta", positive=True)
    small = 2 * M * alpha / (1 - alpha)
    d = Derivation(
        "From the exact theta of kept points; the form keeps one term of it, and H_0 for the heterozygosity of the "
        "kept points. Its floor is then compared with the exact one of each scheme. M >= 2 is large, and so is n where "
        "n points are kept."
    )
    kept = d.algebra(
        M * (1 - (1 - alpha) ** 2) / (1 - alpha),
        small - M * alpha**2 / (1 - alpha),
        because="theta relative to n kept points; the second term is the fraction alpha/2 of the first",
    )
    floor = d.algebra(
        (H0 * theta / (1 + theta)).subs(theta, small),
        2 * alpha * M * H0 / (1 - alpha + 2 * alpha * M),
        because="the floor that the first term alone would give",
    )
    little = alpha * (1 - alpha) / ((2 - alpha) * (1 - alpha + 2 * alpha * M))
    at_random, fresh = (M - 1) * alpha * (2 - alpha), M * alpha * (2 - alpha) - alpha
    d.algebra(
        floor.rhs / H0 * (1 + at_random) / at_random,
        M / (M - 1) * (1 - little),
        because="points real at random: this floor over the exact one, which is at most M/(M-1); what is taken from 1 "
        "lies between 0 and 1/(4M)",
    )
    d.algebra(
        fresh - at_random,
        alpha * (1 - alpha),
        because="fresh points: their theta is larger by this, and still below that of the form, so the quotient is "
        "closer to 1",
    )
    d.algebra(
        floor.rhs / H0 * (1 + kept.lhs) / kept.lhs / (1 - 1 / n),
        n / (n - 1) * (1 + little),
        because="n kept points, which preserve a part of (1-1/n) H_0",
    )
    return d.concludes(Asymptotically(E(sp.Symbol(r"H_\infty")), floor.rhs))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    size, share = scenario.sample_size.constant, digits(real_share(scenario))
    return {M: size, alpha: share, H0: digits(source_heterozygosity(scenario))}


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """The source at t = 0, then the floor: of the way there the statement says nothing."""
    return np.where(generations == 0, heterozygosity(scenario.source.distribution()), limit(scenario))


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 theta/(1+theta) with theta = 2 M alpha/(1-alpha)."""
    size = scenario.sample_size.constant
    share = scenario.retention.share_of(size)
    theta = 2.0 * size * share
    return heterozygosity(scenario.source.distribution()) * theta / (1.0 - share + theta)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """1/(M-1); with n kept points n/(n-1) (1 + 1/(4M)) - 1. Always upwards."""
    size = scenario.sample_size.constant
    if scenario.retention.scheme != "fixed":
        return 1.0 / (size - 1)
    n = kept_points(scenario)
    return (1.0 + n / (4.0 * size)) / (n - 1)


def kept_points(scenario: Scenario) -> int:
    """n = alpha M."""
    return scenario.retention.real_points(scenario.sample_size.constant)


CLAIM = Claim(
    id="tokens-real-share-small-share-form",
    title="theta = 2 M alpha/(1-alpha), whatever the scheme, is right to first order in alpha: a floor too high by at "
    "most the fraction 1/(M-1), or by about 1/(n-1) with n kept points",
    kind=Kind.APPROXIMATION,
    statistic="heterozygosity",
    assumptions=(
        TOKENS, FREQUENCY, retains("real_share"), CONSTANT_SIZE, sample_size_at_least(2), TWO_KEPT, FAITHFUL,
        UNDISTURBED,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0,
    error=relative_error,
    examples=tuple(
        Example(example(scheme, size, share=share), t=(np.inf,), simulate=False)
        for scheme in ("iid", "stratified", "fixed")
        for size, share in ((100, 0.1), (10, 0.5), (1000, 0.002), (4, 0.75))
    ),
    errata=(
        "A form in common use; we know of no source that derives it. Every exact theta is 2 M alpha (1 + O(alpha) + "
        "O(1/M)): (M-1) alpha (2-alpha) for points real at random, n (2-alpha) - alpha for n = alpha M fresh ones, and "
        "M alpha (2-alpha)/(1-alpha) for n kept ones, which preserve a part of (1-1/n) H_0. The floor is overstated by "
        "at most 1/(M-1) in the first two schemes and by at most (1 + n/(4M))/(n-1) in the third: with M = 100 and "
        "alpha = 0.1 by 0.8 % and 11 %, with M = 10 and alpha = 0.5 by 9 % and 27 %."
    ),
)  # fmt: skip
