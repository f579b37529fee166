r"""Any share of fresh real points bounds the divergence of the source from the model, by number or by chance.

$E D_{KL}(p_0\Vert p_t)\le\frac12[\Theta+\Omega-1+\log(U/v_0)]$ with $\Theta\ge v_0E[1/v_t]$ and
$\Omega\ge E[(\mu_t-\mu_0)^2/v_t]$ by recursions that are lines; both settle where about three real points or more are
in every fit.
"""

from functools import cache
from math import comb

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, sample_size_at_least
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.gaussian import bounded_precision, moment_bounds, real_share
from theory.claims.gaussian.bounded_forward_reference import divergence_of_source
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.bounded_precision import LAST, Theta, above
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    MEAN_ERROR,
    MEAN_VARIANCE,
    VARIANCE,
    U,
    log_of_mean,
    moment,
)
from theory.claims.gaussian.one_fit import divergence_from_source
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.strayed_tangent import StrayedMeans, by_chance, by_number
from theory.laws.symbols import M, t, v0
from theory.scenario import Scenario

Omega = sp.Function("Omega")
FRESH = Assumption(
    'the retention policy is "real_share" with scheme "stratified" or "iid"',
    lambda s: s.retention.kind == "real_share" and s.retention.scheme in ("stratified", "iid"),
)


def derive() -> Derivation:
    """The divergence as an integral, and lines above the two means that are not known."""
    p, x, y = sp.symbols("p x y", positive=True)
    d = Derivation(
        "Theta(1) = L/(M-3) and Omega(1) = Theta(1)/M after the first fit; then Theta(t+1) = L/(M-3) (alpha + "
        "(1-alpha) Theta(t)), and Omega(t+1) is L/((M-2)(M-4)) times the mean over K, the number of real points and "
        "k = M - K, of (K-1) (k^2 D + K v_0 + k U)/M^2/v_0 + (k-1) (k^2 Omega(t) + K Theta(t) + k)/M^2, with D and U "
        "at t, and with 0 for K-1 and k-1 where they are negative."
    )
    divergence_from_source(d)
    above(d, kept=False)
    d.algebra(
        1 / (p * x + (1 - p) * y) - (p / x + (1 - p) / y), -p * (1 - p) * (x - y) ** 2 / (x * y * (p * x + y - p * y)),
        because="negative: squares within both batches are X (p v_0 + (1-p) v_t), X a chi-square of M-2 degrees of "
        "freedom in all, p the part of the real ones, of mean (K-1)/(M-2). X and p know nothing of each other, of the "
        "batch means and of the state before",
    )  # fmt: skip
    d.algebra(
        (M - 1) / ((M - 2) * (M - 4)) - 1 / (M - 3), (2 * M - 5) / ((M - 4) * (M - 3) * (M - 2)),
        because="positive: without real or without synthetic points there are M-1 degrees of freedom and the mean "
        "of 1/X is 1/(M-3), below what the same formula has",
    )  # fmt: skip
    log_of_mean(d)
    bound = d.given(
        KL, (Theta(t) + Omega(t) - 1 + sp.log(U(t) / v0)) / 2, relation=r"\le", source="jensen1906fonctions",
        check=best_parts, because="put together; (mu_(t+1) - mu_0)^2 has the mean (k^2 (mu_t - mu_0)^2 + K v_0 + "
        "k v_t)/M^2 given model t",
    )  # fmt: skip
    return d.concludes(sp.Le(KL, bound.rhs, evaluate=False))


def best_parts() -> list[Verdict]:
    """1/(p x + (1-p) y) against p/x + (1-p)/y."""
    return [
        at_most(1 / (p * x + (1 - p) * y), p / x + (1 - p) / y)
        for p in (0.1, 0.6) for x in (0.2, 1.0, 9.0) for y in (1.0, 30.0)
    ]  # fmt: skip


def _means(scenario: Scenario) -> tuple[StrayedMeans, float]:
    size, retention = scenario.sample_size.constant, scenario.retention
    divisor = scenario.estimator.divide_by(size)
    if retention.scheme == "iid":
        return by_chance(size, retention.share_of(size)), divisor
    return by_number(size, retention.real_points(size)), divisor


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[Theta + Omega - 1 + log(U/v_0)]/2 in nats; t counts fits."""
    every = np.arange(int(generations.max(initial=0)) + 1)
    variance, error = (moment(scenario, name, every) / scenario.source.variance for name in (VARIANCE, ERROR))
    precision = bounded_precision.evaluate(scenario, every)
    means, divisor = _means(scenario)
    strayed = means.bounds(divisor, precision, variance, error)
    return ((precision + strayed - 1 + np.log(variance)) / 2)[generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """Where both lines lead; infinity where one of them has no end."""
    mean, error = (float(moment(scenario, name, np.array([np.inf]))[0]) for name in (VARIANCE, ERROR))
    unit, precision = scenario.source.variance, bounded_precision.limit(scenario)
    means, divisor = _means(scenario)
    strayed = means.end(divisor, precision, mean / unit, error / unit)
    return (precision + strayed - 1 + float(np.log(mean / unit))) / 2 if np.isfinite(strayed) else np.inf


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """U by the statement of its own claim, Theta and Omega by their recursions in 25 digits."""
    known = {v0: exact(scenario.source.variance)} | moment_bounds.bindings(U)(scenario, generation)
    return known | bounded_precision.bindings(scenario, generation) | {
        Omega: lambda k: sp.Float(exactly(scenario, int(k)), 25)
    }  # fmt: skip


@cache
def exactly(scenario: Scenario, generation: int) -> mpf:
    """Omega(t), the mean over K summed up."""
    with mpmath.workdps(25):
        size = scenario.sample_size.constant
        divisor = mpf(repr(scenario.estimator.divide_by(size)))
        if generation <= 1:
            return divisor / (size - 3) / size * generation
        before, precision = exactly(scenario, generation - 1), bounded_precision.exactly(scenario, generation - 1)
        unit = mpf(str(sp.N(exact(scenario.source.variance), 30)))
        mean, error = (
            mpf(exact_claim(scenario, name).algebra_value(scenario, generation - 1)) / unit
            for name in (VARIANCE, ERROR)
        )  # fmt: skip
        retention = scenario.retention
        if retention.scheme == "iid":
            a = mpf(repr(retention.share_of(size)))
            chances = {K: comb(size, K) * a**K * (1 - a) ** (size - K) for K in range(size + 1)}
        else:
            chances = {retention.real_points(size): mpf(1)}
        total = mpf(0)
        for K, chance in chances.items():
            k = size - K
            of_real, of_drawn = k**2 * error + K + k * mean, k**2 * before + K * precision + k
            total += chance * (max(K - 1, 0) * of_real + max(k - 1, 0) * of_drawn) / size**2
        return divisor / (size - 2) / (size - 4) * total


CLAIM = Claim(
    id="gaussian-kl-forward-upper-bound-by-lines",
    title="Fresh real points, by number or by chance, keep the divergence of the source from the model below [Theta + "
    "Omega - 1 + log(U/v_0)]/2",
    kind=Kind.UPPER_BOUND,
    statistic="kl_forward",
    assumptions=(
        GAUSSIAN, MOMENTS, FRESH, CONSTANT_SIZE, sample_size_at_least(5), FAITHFUL, UNDISTURBED, MEAN_VARIANCE,
        MEAN_ERROR,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=divergence_of_source,
    limit=limit,
    settles=settles(VARIANCE, ERROR),
    reach=reach_of(VARIANCE, ERROR, besides=LAST),
    tolerance=1e-11,
    examples=(
        Example(real_share.setting("stratified", 50, "unbiased", real=10), t=(1, 2)),
        Example(real_share.setting("stratified", 20, "mle", real=1), t=(0, 2), simulate=False),
        Example(real_share.setting("iid", 12, "unbiased", share=0.4), t=(1, 2)),
        Example(real_share.setting("iid", 20, "offset", offset=0.5, share=0.1), t=(2,), simulate=False),
        Example(real_share.setting("stratified", 8, "mle", real=8), t=(1, 2), algebra=False, simulate=False),
    ),
)  # fmt: skip
