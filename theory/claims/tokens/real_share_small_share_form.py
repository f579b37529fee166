r"""The widely used $\theta=2M\alpha/(1-\alpha)$ is none of the three exact ones: it is a small-share form of the third.

It writes the balance between drift and immigration as $2M$ times the odds of a real point. That is the limit
$\alpha\to0$ of what the kept points of scheme "fixed" preserve, counted relative to those points; the floor
that is reached is lower in every scheme.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, FREQUENCY, TOKENS, UNDISTURBED, retains
from theory.claims.tokens.enumeration import digits, real_share, reference, source_heterozygosity
from theory.claims.tokens.real_share_iid import example
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity
from theory.laws.symbols import H0, E, M, alpha
from theory.scenario import Scenario


def derive() -> Derivation:
    """How the form arises from an exact theta, and what it drops."""
    theta = sp.Symbol("theta", positive=True)
    small = 2 * M * alpha / (1 - alpha)
    d = Derivation("From the exact theta of kept points; the statement keeps one term of it, and H_0 for H(fhat).")
    d.algebra(
        M * (1 - (1 - alpha) ** 2) / (1 - alpha),
        small - M * alpha**2 / (1 - alpha),
        because="theta relative to n kept points; the second term is the fraction alpha/2 of the first",
    )
    floor = d.algebra(
        (H0 * theta / (1 + theta)).subs(theta, small),
        2 * alpha * M * H0 / (1 - alpha + 2 * alpha * M),
        because="the floor that the first term alone would give",
    )
    return d.concludes(sp.Eq(E(sp.Symbol(r"H_\infty")), floor.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    size, share = scenario.sample_size.constant, digits(real_share(scenario))
    return {M: size, alpha: share, H0: digits(source_heterozygosity(scenario))}


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """The floor, for every t: the statement is about nothing else."""
    return np.full(generations.shape, limit(scenario))


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 theta/(1+theta) with theta = 2 M alpha/(1-alpha)."""
    size = scenario.sample_size.constant
    share = scenario.retention.share_of(size)
    theta = 2.0 * size * share
    return heterozygosity(scenario.source.distribution()) * theta / (1.0 - share + theta)


CLAIM = Claim(
    id="tokens-real-share-small-share-form",
    title="theta = 2 M alpha/(1-alpha) for the heterozygosity that a real share preserves, whatever the scheme",
    kind=Kind.REFUTED,
    statistic="heterozygosity",
    assumptions=(TOKENS, FREQUENCY, retains("real_share"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(
        Example(example(scheme, size, share=share), t=(np.inf,), simulate=False)
        for scheme in ("iid", "stratified", "fixed")
        for size, share in ((100, 0.1), (10, 0.5))
    ),
    errata=(
        "Right to first order only: every exact theta is 2 M alpha (1 + O(alpha) + O(1/M)). Exact are "
        "(M-1) alpha (2-alpha) for points real at random, n (2-alpha) - alpha for n = alpha M fresh ones, and "
        "M alpha (2-alpha)/(1-alpha) for n kept ones, which preserve a part of (1-1/n) H_0. With M = 100 and "
        "alpha = 0.1 the form overstates the floor by 0.8 % in the first two schemes and by 11 % in the third; "
        "with M = 10 and alpha = 0.5 by 9 % and 27 %."
    ),
)  # fmt: skip
