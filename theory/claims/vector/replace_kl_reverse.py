r"""The divergence of the model from the source grows linearly under both usual divisors, with the square of $d$.

$E D_{KL}(p_t\Vert p_0)=\frac12\left[d\,\frac{M-L}M\sum_{k\le t}\left(\frac{M-1}L\right)^k+t\sum_{i=1}^d
\left(\log\tfrac L2-\psi\left(\tfrac{M-i}2\right)\right)\right]$: about $t\,d(d+3)/(4M)$ for $d\ll M$. The law of the
source enters through its rank alone, and with $M\le d$ points the first model lies in a smaller space and the
divergence is infinite.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import mean_factor, mellin, moment_of_factor, powers_of_factor
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import (
    log_pivot_slope,
    log_volume,
    projection,
    spread,
    squared_length,
    triangular_factor,
)
from theory.claims.vector.reference import expectations
from theory.claims.vector.source import PLANE, SHEET, SPACE, bindings, rank, vector_setting
from theory.derivation import Derivation
from theory.laws.chi_square import powers_of_mean_factor
from theory.laws.symbols import E, L, M, dim, i, t, z
from theory.laws.wishart import mean_log_pivots
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence coordinate by coordinate, the expectations of its parts, and their sum."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of s's + tr Q_t - d - log det Q_t, s the mean of the model."
    )
    s, q = sp.Symbol("s", real=True), sp.Symbol("q", positive=True)
    ratio = (s + sp.sqrt(q) * z) ** 2 / 2 - z**2 / 2
    d.algebra(
        sp.Integral(ratio * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo)) - sp.log(q) / 2,
        (s**2 + q - 1 - sp.log(q)) / 2,
        because="one coordinate, mean s and variance q in the model: the mean, over z, of the logarithm of the ratio "
        "of the densities at s + sqrt(q) z",
    )  # fmt: skip
    projection(d)
    transform = mellin(d)
    moment_of_factor(d, transform, sp.Integer(1), mean_factor, "so the mean factor of one fit is (M-1)/L")
    trace = d.solves(
        E(spread), dim * mean_factor**t, index=t, next_value=mean_factor * E(spread), initial=(0, dim),
        because="in each of the d directions the variance starts from 1 and has this mean factor",
    )  # fmt: skip
    excess = E(squared_length + spread - dim)
    both = d.solves(
        excess, dim * (M - L) / M * powers_of_factor, index=t, initial=(0, sp.Integer(0)),
        next_value=excess + trace.rhs / M + (mean_factor - 1) * trace.rhs,
        because="one fit adds E tr Q_t/M to the squared length of the mean and multiplies E tr Q_t by its factor",
    )  # fmt: skip
    triangular_factor(d)
    slope = log_pivot_slope(d, transform)
    rate = sp.Sum(slope, (i, 1, dim))
    logarithm = d.solves(
        E(log_volume), t * rate, index=t, next_value=E(log_volume) + rate, initial=(0, sp.Integer(0)),
        because="the d pivots of each fit add their logarithms",
    )  # fmt: skip
    total = d.algebra(
        (both.rhs - logarithm.rhs) / 2, sp.Mul(sp.Rational(1, 2), both.rhs - logarithm.rhs, evaluate=False),
        because="put together; the first term is d t/(2M) for L = M - 1 and 0 for L = M",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats, on the range of the source; infinite from t = 1 on where M <= d."""
    size, offset = size_and_offset(scenario)
    d = rank(scenario)
    excess = d * (1 - offset) / size * powers_of_mean_factor(size, offset, generations) if offset != 1 else 0.0
    lost = np.maximum(generations, 1) * mean_log_pivots(size, offset, d).sum()
    return np.where(generations > 0, (excess - lost) / 2, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity for every divisor: the covariance vanishes, or its mean grows without bound."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrences of the error, the trace and the log-determinant, all moments by quadrature."""
    d = rank(scenario)
    if scenario.sample_size.constant <= d and generation:
        return mpmath.inf
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: reference(scenario, later))
        later = expectations(scenario, generation, d)
        return (later["length"] + later["spread"] - d - later["log_volume"]) / 2


CLAIM = Claim(
    id="vector-replace-kl-reverse",
    title="In several dimensions the divergence of the model from the source grows linearly for the unbiased divisor "
    "and under maximum likelihood; it is infinite for M <= d",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(vector_setting(10, "unbiased", SPACE), t=(0, 1, 5, 10)),
        Example(vector_setting(10, "mle"), t=(0, 1, 5, 20)),
        Example(vector_setting(50, "offset", PLANE, offset=0.5), t=(1, 20), simulate=False),
        Example(vector_setting(20, "offset", SHEET, offset=3.0), t=(1, 10)),
        Example(vector_setting(3, "mle"), t=(1, 4)),
        Example(vector_setting(100, "mle", SPACE), t=(1000, 1_000_000), simulate=False),
        Example(vector_setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(vector_setting(1_000_000_000, "offset", SPACE, offset=0.3), t=(1, 1000), simulate=False),
        Example(vector_setting(3, "unbiased", SPACE), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(vector_setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)
