r"""What the claims about accumulated Gaussian data share: derivation steps, how a scenario is read, the recurrence.

The recurrence is that of the covariances of the points in the pool, and knows no law of a sample variance: with $Q$
the sum of $E(x_i-\mu_0)^2$ and $S$ that of $E(x_i-\mu_0)(x_j-\mu_0)$ over all pairs, a pool of $N$ points has $E
v=Q/N-S/N^2$ and $E(\mu-\mu_0)^2=S/N^2$.
"""

from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.one_fit import mellin, moments_of_small_samples, order, v
from theory.claims.gaussian.reference import DIGITS, iterate
from theory.derivation import Derivation
from theory.laws.symbols import N1, M, nu, t, v0
from theory.scenario import Scenario, parse_scenario

N = sp.Symbol("N", positive=True)  # points in the pool before a batch joins
STEP_BY_STEP = 1_000  # generations up to which the recurrence itself is iterated


def factor_of_one_batch(d: Derivation) -> sp.Expr:
    """The mean factor of the variance as M points of model t join a pool of N; returns 1 - M/(N+M)^2."""
    Qa, Qb, Sa, Sb = sp.symbols("Q_a Q_b S_a S_b", real=True)
    d.algebra(
        (Qa + Qb) - (Sa + Sb) ** 2 / (N + M),
        (Qa - Sa**2 / N) + (Qb - Sb**2 / M) + N * M / (N + M) * (Sa / N - Sb / M) ** 2,
        because="the centred sum of squares of a pool (a) and a batch (b), from their sums S and sums of squares Q: "
        "that of each, and the squared distance of their means",
    )  # fmt: skip
    d.given(
        (Qb - Sb**2 / M) / v(t), sp.Symbol(r"\chi^2_{M-1}"), relation=r"\sim", source="cochran1934",
        check=moments_of_small_samples,
        because="the batch is drawn from N(mu_t, v_t), where mu_t = S_a/N and N v_t = Q_a - S_a^2/N; its mean S_b/M is "
        "N(mu_t, v_t/M), independent of this",
    )  # fmt: skip
    mean = d.algebra(sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square is its degrees of freedom").rhs
    return d.algebra(
        (N + mean.subs(nu, M - 1) + N * M / (N + M) / M) / (N + M), 1 - M / (N + M) ** 2,
        because="the new mean variance over v_t: N from the pool, M - 1 from within the batch, N/(N+M) from between "
        "the means",
    ).rhs  # fmt: skip


def first_and_later(scenario: Scenario) -> tuple[int, int]:
    """N_1 and M: points in the first batch, all real, and in each later one."""
    return scenario.first_size, scenario.sample_size.constant


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers."""
    first, size = first_and_later(scenario)
    return {M: size, N1: first, t: generation, v0: exact(scenario.source.variance)}


def variance_and_error(scenario: Scenario, generation: float) -> tuple[mpf, mpf]:
    """E v_t and E (mu_t - mu_0)^2 by the recurrence of the covariances.

    Its variance factor is close to 1 late, where the sum of its logarithms goes on by Euler's and Maclaurin's formula;
    the second moment Q/N about the mean of the source is constant, which the recurrence shows step by step.
    """
    first, size = first_and_later(scenario)
    with mpmath.workdps(DIGITS):
        v = mpf(str(scenario.source.variance))
        if generation == 0:
            return v, mpf(0)
        steps = int(min(generation, STEP_BY_STEP))
        # one real batch: N points that share nothing
        Q, S, N = iterate(lambda state, _: _join(*state, size), (first * v, first * v, mpf(first)), steps - 1)
        variance = Q / N - S / N**2
        if generation > STEP_BY_STEP:
            log_left = _log_left(first, size, STEP_BY_STEP)
            log_left -= _log_left(first, size, int(generation)) if generation != mpmath.inf else 0
            variance *= mpmath.exp(log_left)
        return variance, Q / N - variance


def _join(Q: mpf, S: mpf, N: mpf, M: int) -> tuple[mpf, mpf, mpf]:
    """M points of the model of a pool join it: old with new, new with new, new with itself."""
    return Q + M * Q / N, S + 2 * M * S / N + M * (M - 1) * S / N**2 + M * Q / N, N + M


@cache
def _log_left(first: int, size: int, fits: int) -> mpf:
    """The sum over all later fits of the logarithm of the factor by which one step of the recurrence multiplies E v.

    To 30 digits: the derivatives of Euler and Maclaurin are costly.
    """

    def log_factor(k: mpf) -> mpf:
        N = first + (k - 2) * size
        _, S, pool = _join(
            N, mpf(0), N, size
        )  # a pool of variance 1 about the mean of the source: Q stays one per point
        return mpmath.log1p(-S / pool**2)

    with mpmath.workdps(30):
        return mpmath.nsum(log_factor, [fits + 1, mpmath.inf], method="euler-maclaurin")


def setting(size: int, variance: float = 2.25, **first: int) -> Scenario:
    """A scenario of accumulated data for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "accumulate", **first},
        "estimator": {"kind": "moments", "divisor": "mle"},
    })  # fmt: skip
