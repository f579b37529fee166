r"""Models fitted to $M$ of all points so far with a divisor below $M$: the mean drifts away, ever more slowly.

The products of pairs of points rise to a limit, but a fit still adds its own noise $A_t/M$, and $A_t$ grows as
$t^{e/M}$, $e=\frac{(M-1)(1-\delta)}{M-1+\delta}$: as $t^{1/M}$ for the unbiased divisor.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import sample_size_at_least
from theory.claims.gaussian import subsample
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample import (
    GAUSSIAN_SUBSAMPLE,
    A,
    Am,
    Cm,
    N,
    eta,
    h,
    one_fit,
    product,
    read,
    setting,
    spread,
)
from theory.derivation import Derivation
from theory.laws.subsampled_pool import error_in_pool
from theory.laws.symbols import E, M, delta, k, t, v0
from theory.scenario import Scenario

BELOW_MLE = Assumption(
    "the divisor is smaller than the sample size",
    lambda s: s.estimator.kind == "moments" and offset_of(s) < 1,
)
C = sp.Function("C")


def derive() -> Derivation:
    """One fit, the products A and C over all fits, and the error they make."""
    d = Derivation("The mean product of a pair, C, takes up what the mean squares lose to it in every generation.")
    _, error, later = one_fit(d)
    spread(d, later)
    pool = N + M
    pairs = d.algebra(
        (N * (N - 1) * Cm + 2 * N * M * (Cm + Am / N) + M * (M - 1) * error) / (pool * (pool - 1)),
        Cm + Am * (3 * M - 1 + h * (M - 1) ** 2 / N) / (pool * (pool - 1)),
        because="C once M points of the model have joined",
    ).rhs  # fmt: skip
    gain = A(k - 1) * (3 * M - 1 + eta(k - 1) * (M - 1) ** 2 / ((k - 1) * M)) / (k * M * (k * M - 1))
    total = d.solves(
        C(t), sp.Sum(gain, (k, 2, t)), index=t, initial=(1, sp.Integer(0)),
        next_value=C(t) + ((pairs - Cm) / Am).subs({N: t * M, h: eta(t)}) * A(t),
        because="C_1 = 0 for independent real points",
    ).rhs  # fmt: skip
    own = (1 + eta(t) * (M - 1) / (t * M)) / M
    said = d.algebra(
        v0 * (((error - Cm) / Am).subs({N: t * M, h: eta(t)}) * A(t) + total), v0 * (total + A(t) * own),
        because="the error of model t: the pairs of its points, and each point with itself",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and A as a function of the fit."""
    given = subsample.bindings(scenario, generation)

    @cache
    def of_fit(fit: int) -> sp.Rational:
        return sp.Rational(1) if fit == 1 else of_fit(fit - 1) * step(fit)

    def step(fit: int) -> sp.Rational:
        bound = product().function.subs({M: given[M], delta: given[delta]})
        return bound.subs(k, fit).replace(eta, given[eta])

    return given | {A: lambda fit: of_fit(int(fit))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return scenario.source.variance * error_in_pool(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity; it is approached as slowly as t^(1/M)."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of all generations."""
    if np.isinf(generation):
        return mpmath.inf
    return subsample.reference(scenario, generation, subsample.ERROR)


CLAIM = Claim(
    id="gaussian-subsample-mean-squared-error-below-mle",
    title="Fitted to M of all points so far with a divisor below M, the squared error of the mean grows without "
    "bound, as a power of t of order 1/M",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*GAUSSIAN_SUBSAMPLE, sample_size_at_least(2), BELOW_MLE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 1_000_000,
    examples=(
        Example(setting(8, False, "unbiased"), t=(1, 2, 10, 20)),
        Example(setting(8, True, "unbiased", variance=1e-6), t=(1, 2, 10)),
        Example(setting(3, True, "offset", offset=0.5), t=(1, 2, 12)),
        Example(setting(5, False, "offset", offset=-0.5), t=(1, 2, 12), simulate=False),
        Example(setting(20, False, "unbiased"), t=(0,), algebra=False, simulate=False),
        Example(setting(20, False, "unbiased"), t=(1, 64), algebra=False, simulate=False),
        Example(setting(20, False, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(1_000_000, True, "unbiased"), t=(1, 2, 60), algebra=False, simulate=False),
    ),
)  # fmt: skip
