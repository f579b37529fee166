r"""In several dimensions the mean wanders as on the line, in every direction: the traces take the place of variances.

$E\lVert\mu_t-\mu_0\rVert^2 = \frac{\operatorname{tr}\Sigma_0}M\sum_{k\le t}\left(\frac{M-1}L\right)^{k-1}$: it grows
linearly for the unbiased divisor and stays below $\operatorname{tr}\Sigma_0$ under maximum likelihood. The number of
dimensions enters through the trace alone, and the sample may be smaller than it.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import mean_factor, mellin, moment_of_factor
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import distance, projection, variance_along
from theory.claims.vector.reference import expectations
from theory.claims.vector.source import (
    SHEET,
    SPACE,
    bindings,
    exact_covariance,
    trace,
    trace0,
    vector_setting,
)
from theory.derivation import Derivation
from theory.laws.chi_square import powers_of_mean_factor
from theory.laws.symbols import E, L, M, k, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Variance and error in one direction, then the sum over orthogonal directions; the two familiar divisors."""
    q, along = variance_along, sp.Symbol("(u'(\\mu_t - \\mu_0))^2", nonnegative=True)
    d = Derivation(
        "Every direction is a chain on the line, whose mean gets an independent error of variance q_t/M in each fit. "
        "Summed over orthogonal directions the variances q_0 are the trace of the covariance."
    )
    projection(d)
    moment_of_factor(d, mellin(d), sp.Integer(1), mean_factor, "so the mean factor of one fit is (M-1)/L")
    variance = d.solves(
        E(q(t)), q(0) * mean_factor**t, index=t, next_value=mean_factor * E(q(t)), initial=(0, q(0)),
        because="the factor is independent of q_t, so the means multiply",
    )  # fmt: skip
    error = d.solves(
        E(along), q(0) / M * sp.Sum(mean_factor ** (k - 1), (k, 1, t)), index=t,
        next_value=E(along) + variance.rhs / M, initial=(0, sp.Integer(0)), because="each fit adds E q_t/M",
    )  # fmt: skip
    total = d.solves(
        E(distance**2), trace0 / M * sp.Sum(mean_factor ** (k - 1), (k, 1, t)), index=t,
        next_value=E(distance**2) + (error.rhs.subs(t, t + 1) - error.rhs).subs(q(0), trace0),
        initial=(0, sp.Integer(0)),
        because="summed over orthogonal directions: what a fit adds in all of them, with the trace for q_0",
    )  # fmt: skip
    d.solves(
        E(distance**2), t * trace0 / M, index=t, initial=(0, sp.Integer(0)),
        next_value=E(distance**2) + (trace0 * mean_factor**t / M).subs(L, M - 1),
        because="for the unbiased divisor, L = M - 1, all terms are equal",
    )  # fmt: skip
    d.solves(
        E(distance**2), trace0 * (1 - (1 - 1 / M) ** t), index=t, initial=(0, sp.Integer(0)),
        next_value=E(distance**2) + (trace0 * mean_factor**t / M).subs(L, M),
        because="under maximum likelihood, L = M, the sum is geometric and bounded by the trace",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(distance**2), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E |mu_t - mu_0|^2 in squared data units; t counts fits."""
    size, offset = size_and_offset(scenario)
    # sum_{k<=t} r^(k-1) is the sum of r^k over r, and r = (M-1)/L
    with np.errstate(over="ignore"):
        return trace(scenario) * powers_of_mean_factor(size, offset, generations) * (1 + offset / (size - 1)) / size


def limit(scenario: Scenario, at: None = None) -> float:
    """tr Sigma_0 L/(M (L-M+1)) where the divisor exceeds M-1 (tr Sigma_0 under maximum likelihood), else infinity."""
    size, offset = size_and_offset(scenario)
    return trace(scenario) * (size - 1 + offset) / (offset * size) if offset > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of (E tr Sigma, E error) in one dimension of unit variance, times the trace."""
    with mpmath.workdps(DIGITS):
        whole = exact_covariance(scenario).trace()
        if generation == mpmath.inf:
            return at_infinity(lambda later: reference(scenario, later))
        return expectations(scenario, generation, 1)["length"] * int(whole.p) / int(whole.q)


CLAIM = Claim(
    id="vector-replace-mean-squared-error",
    title="In several dimensions the mean wanders off by t/M times the trace of the source's covariance for the "
    "unbiased divisor, and by less than that trace under maximum likelihood",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(vector_setting(10, "unbiased", SPACE), t=(0, 1, 5, 10)),
        Example(vector_setting(10, "mle"), t=(0, 1, 5, 20)),
        Example(vector_setting(50, "offset", SHEET, offset=0.5), t=(1, 20)),
        Example(vector_setting(2, "mle", SPACE), t=(1, 4)),
        Example(vector_setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
        Example(vector_setting(1_000_000_000, "offset", SPACE, offset=0.3), t=(1, 1000), simulate=False),
        Example(vector_setting(100, "mle"), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(vector_setting(10, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(vector_setting(10, "offset", offset=0.25), t=(1000, np.inf), algebra=False, simulate=False),
    ),
)
