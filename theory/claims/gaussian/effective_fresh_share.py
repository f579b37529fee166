r"""Beside fresh real points, synthetic ones are worth no more than another n: $n(2-\alpha)$ real points, less a little.

What the mean of model t is worth falls with t. In the end it is $M(n(2-\alpha)-1)/(M-1)<2n$ real points under the
unbiased divisor and $n(2-\alpha)+1-\alpha<2n+1$ under maximum likelihood, however many synthetic points join the n.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import divisor_is
from theory.claims.gaussian import real_share
from theory.claims.gaussian.effective_real_size import effective
from theory.claims.gaussian.mixed_fit import recursion_with_fresh_points
from theory.claims.gaussian.real_share import ERROR, gaussian_with_real_share, setting, share_of
from theory.derivation import Derivation
from theory.laws.symbols import L, M, alpha, v0
from theory.scenario import Scenario

REAL = Assumption(
    "there is a real point in every generation",
    lambda s: (
        s.retention.kind == "real_share"
        and s.retention.scheme == "stratified"
        and s.sample_size is not None
        and s.sample_size.constant is not None
        and share_of(s) > 0
    ),
)


def derive() -> Derivation:
    """The fixed point of the recursion, put in; then v_0 over it."""
    d = Derivation("The mean of n independent real points has the squared error v_0/n.")
    recursion_with_fresh_points(d)
    b, worth = 1 - alpha, M * ((alpha * M + L - M + 1) * (2 - alpha) - 1) / L
    error = v0 / worth
    variance = (M * error * alpha * (2 - alpha) - alpha * v0) / b
    d.algebra(
        ((M - 1) * (alpha * v0 + b * variance) + M * alpha * b * error) / L, variance,
        because="the variance that one fit leaves as it is, beside the error v_0/m, m = M ((n+delta)(2-alpha) - 1)/L",
    )  # fmt: skip
    d.algebra(
        b**2 * error + (alpha * v0 + b * variance) / M, error, because="and that error: the two are the fixed point"
    )
    found = d.algebra(v0 / error, sp.factor(worth), because="so the mean is worth m real points in the end")
    for divisor, first, change, words in (
        (M - 1, v0, alpha * b * v0 / (M - 1), "unbiased, from v_0 and v_0/M, variance and error"),
        (M, v0 * (1 - 1 / M), -b * (b - 1 / M) * v0 / M, "under maximum likelihood, where the variance loses what the "
         "error gains, the error"),
    ):  # fmt: skip
        d.algebra(
            ((M - 1) * (alpha * v0 + b * first) + M * alpha * b * v0 / M) / divisor - first, change,
            because=f"the first step of the variance: {words} grow, and so on, as the recursion has no negative entry",
        )  # fmt: skip
    d.algebra(
        sp.Subs(worth, L, M - 1), alpha * M * (2 - alpha) - M * (1 - alpha) ** 2 / (M - 1),
        because="unbiased: below n (2-alpha), that is below 2n",
    )  # fmt: skip
    d.algebra(
        sp.Subs(worth, L, M), alpha * M * (2 - alpha) + 1 - alpha,
        because="under maximum likelihood, whose variance falls short: below 2n + 1",
    )  # fmt: skip
    return d.concludes(sp.Ge(effective, found.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    size, share = scenario.sample_size.constant, share_of(scenario)
    offset = real_share.offset_of(scenario)
    return {
        M: size,
        alpha: sp.Rational(share.numerator, share.denominator),
        L: size - 1 + sp.Rational(offset.numerator, offset.denominator),
    }


def worth_in_the_end(scenario: Scenario) -> float:
    """M ((n + delta)(2 - alpha) - 1)/L, in points."""
    size, share, offset = scenario.sample_size.constant, share_of(scenario), real_share.offset_of(scenario)
    return float(size * ((share * size + offset) * (2 - share) - 1) / (size - 1 + offset))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """What is left in the end, at every t, in points; the source has no error."""
    return np.where(generations == 0, np.inf, worth_in_the_end(scenario))


def limit(scenario: Scenario, at: None = None) -> float:
    """The same, which is then exact."""
    return worth_in_the_end(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """v_0 over the error that the second moments of single training points tend to."""
    with mpmath.workdps(40):
        return mpf(repr(scenario.source.variance)) / real_share.reference(scenario, generation, ERROR)


CLAIM = Claim(
    id="gaussian-stratified-real-share-effective-size",
    title="n fresh real points among M are worth at least M (n(2-alpha) - 1)/(M-1) real points at every t if unbiased, "
    "and n(2-alpha) + 1 - alpha under maximum likelihood: exactly that in the end, fewer than 2n + 1",
    kind=Kind.LOWER_BOUND,
    statistic="effective_real_size",
    assumptions=(*gaussian_with_real_share("stratified"), divisor_is("unbiased", "mle"), REAL),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(
        Example(scenario, t=times, simulate=False)
        for scenario, times in (
            (setting("stratified", 6, "mle", real=2), (1, 2, 30, np.inf)),
            (setting("stratified", 50, "unbiased", real=5), (1, 2, 10, np.inf)),
            (setting("stratified", 1000, "unbiased", real=1), (1, 100, np.inf)),
            (setting("stratified", 10, "unbiased", real=10), (1, 2, np.inf)),
            (setting("stratified", 2, "mle", real=1), (1, 3, np.inf)),
            (setting("stratified", 1_000_000_000, "unbiased", real=100), (np.inf,)),
        )
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 5, Eq. 3-4", "reported", "its t is t",
            "the effective size of the fresh data loop by Monte Carlo, for models of 100 dimensions and a distance of "
            "their own: that it is at least n without a bias of the sampler; no bound from above",
        ),
    ),
)  # fmt: skip
