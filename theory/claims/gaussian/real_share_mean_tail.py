r"""With fresh real points the law of the mean is known at every t: a mean over the model before.

Given model $t$ the next mean is normal about $b\mu_t$, $b=1-\frac nM$, with variance $(nv_0+(M-n)v_t)/M^2$; the law of
$(\mu_t,v_t)$ is carried from fit to fit by one matrix on polynomials. The error is absolute, below $10^{-9}$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import real_share_law
from theory.claims.gaussian.one_fit import mu0, mut, v
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_inversion import SHARP
from theory.claims.gaussian.real_share_law import FRESH, REAL_SHARE_LAW, chain_of
from theory.claims.gaussian.real_share_law_reference import chance_of_straying as by_quadrature
from theory.claims.gaussian.weighted_log_law import DIGITS, nodes
from theory.derivation import Derivation, Verdict, agree
from theory.laws.strayed_mean import chance_of_straying
from theory.laws.symbols import E, M, n, t, v0, x
from theory.scenario import Scenario

P, before = sp.Function("P"), sp.Symbol(r"\mu_{t-1}", real=True)
strays = sp.Gt(sp.Abs(mut - mu0), x, evaluate=False)


def derive() -> Derivation:
    """The law of the next mean given a model, and its two tails."""
    d = Derivation("Given a model the means of both batches are normal, and so is that of all their points.")
    variance = (n * v0 + (M - n) * v(t - 1)) / M**2
    d.algebra(
        (n / M) ** 2 * v0 / n + ((M - n) / M) ** 2 * v(t - 1) / (M - n), variance,
        because="the variance of mu_t given the model before, from those of the means of n real points and of the "
        "others; its distance from mu_0 is on average 1 - n/M of what it was",
    )  # fmt: skip
    y, centre, width = sp.Symbol("y", real=True), sp.Symbol("c", real=True), sp.Symbol("w", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-(y**2) / (2 * width)) / sp.sqrt(2 * sp.pi * width), (y, x - centre, sp.oo)),
        sp.erfc((x - centre) / sp.sqrt(2 * width)) / 2,
        because="the upper tail of a normal law with mean c and variance w; the lower one is that with mean -c",
    )  # fmt: skip
    strayed = M * x - (M - n) * (before - mu0)
    upper = sp.erfc(strayed / sp.sqrt(2 * (n * v0 + (M - n) * v(t - 1))))
    tail = d.given(
        P(strays), E(upper), source="cochran1934", check=one_integral_less,
        because="the mean over the law of the model before, with scheme iid over the number n of real points too: both "
        "tails are as likely; mean and variance of the first model are independent",
    )  # fmt: skip
    return d.concludes(sp.Eq(tail.lhs, tail.rhs, evaluate=False))


def one_integral_less() -> list[Verdict]:
    """The mean over the first mean, N(0, 1/M), against a wider normal law, for two first variances."""
    verdicts = []
    for first in (mpf("0.7"), mpf("1.2")):
        width, level = (8 + 12 * first) / 400, mpf("0.3")

        def tails(g: mpf, width: mpf = width) -> mpf:
            middle = mpf(12) / 20 * g / mpmath.sqrt(20)
            return mpmath.npdf(g) * mpmath.erfc((mpf("0.3") - middle) / mpmath.sqrt(2 * width))

        whole = mpmath.erfc(level / mpmath.sqrt(2 * (width + mpf(144) / 8000)))
        verdicts.append(agree(mpmath.quad(tails, [-9, -3, 0, 3, 9]), whole, 1e-12))
    return verdicts


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The mean over the model before, at most one fit, by quadrature over one chi-square."""

    def mean_over_models(expression: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            level = mpf(at) / mpmath.sqrt(mpf(repr(scenario.source.variance)))
            return sp.Float(_first_fits(scenario, generation, level), DIGITS)

    return real_share_law.bindings(scenario, generation) | {x: exact(at), E: mean_over_models}


def _first_fits(scenario: Scenario, generation: int, level: mpf) -> mpf:
    size, divisor = scenario.sample_size.constant, real_share_law.divisor_of(scenario)
    if generation == 1:
        return mpmath.erfc(level * mpmath.sqrt(mpf(size) / 2))
    total = mpf(0)
    for X, weight in nodes(size - 1):
        for real, chance in real_share_law.chances_of(scenario):
            drawn = size - real
            width = (real + drawn * X / divisor + mpf(drawn) ** 2 / size) / size**2
            total += weight * chance * mpmath.erfc(level / mpmath.sqrt(2 * width))
    return total


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at); t counts fits. Takes some 0.3 s for a new setting, 1.5 s with scheme "iid".

    With a small share it takes 0.4 s more for each of up to 20 first fits.
    """
    level = at / math.sqrt(scenario.source.variance)
    return np.array([
        float(at < 0) if at < 0 or t == 0 else chance_of_straying(chain_of(scenario), t, level)
        for t in np.asarray(generations).tolist()
    ])  # fmt: skip


def limit(scenario: Scenario, at: float) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]), at)[0])


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Plain quadrature of up to three fits."""
    if at < 0 or generation == 0:
        return mpf(int(at < 0))
    return mpf(by_quadrature(scenario, generation, at / math.sqrt(scenario.source.variance)))


CLAIM = Claim(
    id="gaussian-real-share-mean-tail",
    title="With a share of fresh real points the law of the mean is known at every t: a normal law averaged over the "
    "model before",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=(*REAL_SHARE_LAW, FRESH, SHARP),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting("stratified", 20, "unbiased", real=10), t=(1, 2), at=0.3),
        Example(setting("stratified", 20, "unbiased", real=10), t=(0, 3), at=0.3, algebra=False, simulate=False),
        Example(setting("stratified", 200, "mle", real=10), t=(2, 3), at=0.3, algebra=False, simulate=False),
        Example(setting("stratified", 20, "unbiased", real=10), t=(0, 2), at=-1.0, algebra=False, simulate=False),
        Example(setting("iid", 20, "unbiased", share=0.5), t=(1, 2), at=0.2, simulate=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), at=0.05, algebra=False, simulate=False),
    ),
)  # fmt: skip
