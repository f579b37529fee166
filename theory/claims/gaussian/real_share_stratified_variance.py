r"""With $n=\alpha M$ fresh real points $E v_t \to v_0\,(n(2-\alpha)-\alpha)/((n+\delta)(2-\alpha)-1)$, $\delta=L-M+1$.

Real and synthetic points have different means, and the displacement between them enters the pooled variance. With
this term the expected variance exceeds $v_0$ for ever under the unbiased divisor ($\delta=0$), falls short of it
under maximum likelihood ($\delta=1$), and equals it at $\delta=(1-\alpha)/(2-\alpha)$. A stationary value exists
where the denominator is positive.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share
from theory.claims.gaussian.mixed_fit import fresh_points, recursion_with_fresh_points, solution
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import VARIANCE, gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_inversion import quantile_of_variance
from theory.derivation import Derivation
from theory.laws.gaussian_mixing import stratified_limits, stratified_moments
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The between-source term, the recursion of variance and error, its fixed point and its two rates."""
    d = Derivation(
        "Two batches, real and synthetic, are pooled; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion."
    )
    system = recursion_with_fresh_points(d)
    return d.concludes(sp.Eq(E(v(t)), solution(d, system, of="v"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(fresh_points, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return real_share.expected(stratified_moments, scenario, generations, VARIANCE)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (n(2-alpha) - alpha)/((n+delta)(2-alpha) - 1), infinite unless that is positive; n = 0 is replacement."""
    return real_share.settled(stratified_limits, scenario, VARIANCE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, VARIANCE)


CLAIM = Claim(
    id="gaussian-stratified-real-share-variance",
    title="n >= 1 fresh real points hold the variance at v_0 (n(2-alpha) - alpha)/R, R = (n+delta)(2-alpha) - 1, "
    "delta = L-M+1, if R > 0",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=gaussian_with_real_share("stratified"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting("stratified", 6, "mle", real=2), t=(0, 1, 2, 5, 12, np.inf)),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2, 10, 40, np.inf)),
        Example(setting("stratified", 100, "unbiased", share=0.1), t=(1, 2, 10, np.inf)),
        Example(setting("stratified", 20, "offset", offset=0.444, real=4), t=(1, 3, 8)),
        Example(setting("stratified", 2, "mle", real=1), t=(1, 2, 30, np.inf), simulate=False),
        Example(setting("stratified", 5, "offset", offset=-0.6, real=1), t=(1, 10, 100), simulate=False),
        Example(setting("stratified", 5, "offset", offset=-0.6, real=1), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("stratified", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "unbiased", real=0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "mle", real=0), t=(1, 30), simulate=False),
        Example(setting("stratified", 10, "mle", real=0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("stratified", 1_000_000_000, "unbiased", real=100), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 5, Eq. 3-4", "reported", "its t is t",
            "the fresh data loop with the unbiased divisor, in d dimensions and with biased sampling: that the limit "
            "does not depend on the first sample size; its value by Monte Carlo only",
        ),
    ),
    errata=(
        "With the mle divisor v_t and (mu_t - mu_0)^2 add up to v_0 in expectation at every t, and E v_t/v_0 is the "
        "part of the heterozygosity of tokens that the same real points preserve."
    ),
)  # fmt: skip
