r"""The divergence of the source from the model grows exponentially, and is infinite unless $M>d+2$.

With $\rho=\frac L{M-d-2}$, the mean factor of a precision,
$E D_{KL}(p_0\Vert p_t)=\frac12\left[d\,(\rho^t-1)+\frac dM\sum_{k\le t}\rho^k+t\sum_{i=1}^d
\left(\psi\left(\tfrac{M-i}2\right)-\log\tfrac L2\right)\right]$. Inverses of the scatter of few points are
heavy-tailed: each dimension costs a point before the mean exists.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import (
    log_pivot_slope,
    log_volume,
    precision,
    precision_length,
    triangular_factor,
)
from theory.claims.vector.reference import expectations
from theory.claims.vector.source import SHEET, SPACE, bindings, rank, vector_setting
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, dim, i, k, nu, t, z
from theory.laws.wishart import log_mean_inverse_factor, mean_log_pivots, powers_of_mean_inverse_factor
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence coordinate by coordinate, the expectations of its parts, and their sum."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of tr Q_t^(-1) - d + s'Q_t^(-1) s + log det Q_t, s the mean of the model."
    )
    s, q = sp.Symbol("s", real=True), sp.Symbol("q", positive=True)
    ratio = (z - s) ** 2 / (2 * q) - z**2 / 2
    d.algebra(
        sp.Integral(ratio * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo)) + sp.log(q) / 2,
        (1 / q - 1 + s**2 / q + sp.log(q)) / 2,
        because="one coordinate, mean s and variance q in the model: the mean, over points z of the source, of the "
        "logarithm of the ratio of the densities",
    )  # fmt: skip
    triangular_factor(d)
    transform = mellin(d)
    factor = d.algebra(
        sp.Subs(transform.subs(nu, M - dim) / L**order, order, -1), L / (M - dim - 2),
        because="the last diagonal entry of the inverse of R R' is the inverse of the last squared pivot, whose mean "
        "is this where M > d + 2 and infinite otherwise; the law of R R' does not change under rotations, so the mean "
        "inverse is this multiple of the identity",
    ).rhs  # fmt: skip
    inverse = d.solves(
        E(precision), dim * factor**t, index=t, next_value=factor * E(precision), initial=(0, dim),
        because="so each fit multiplies the mean precision by it",
    )  # fmt: skip
    length = d.solves(
        E(precision_length), dim / M * sp.Sum(factor**k, (k, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=E(precision_length) + dim / M * factor ** (t + 1),
        because="fit t+1-k moved the mean by an independent step of covariance Q_(t-k)/M, which the precision of "
        "model t, k fits later, measures as d/M times the k-th power of the factor; one fit more adds one term",
    )  # fmt: skip
    slope = log_pivot_slope(d, transform)
    rate = sp.Sum(slope, (i, 1, dim))
    logarithm = d.solves(
        E(log_volume), t * rate, index=t, next_value=E(log_volume) + rate, initial=(0, sp.Integer(0)),
        because="the d pivots of each fit add their logarithms",
    )  # fmt: skip
    total = d.algebra(
        (inverse.rhs - dim + length.rhs + logarithm.rhs) / 2,
        sp.Mul(
            sp.Rational(1, 2), dim * (factor**t - 1 + sp.Sum(factor**k, (k, 1, t)) / M) + logarithm.rhs, evaluate=False
        ),
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.Symbol(r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)")), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats, on the range of the source; infinite from t = 1 on unless M > d + 2."""
    size, offset = size_and_offset(scenario)
    d = rank(scenario)
    if size <= d + 2:
        return np.where(generations > 0, np.inf, 0.0)
    with np.errstate(over="ignore"):
        grown = np.expm1(generations * log_mean_inverse_factor(size, offset, d))
    wandered = powers_of_mean_inverse_factor(size, offset, d, generations) / size
    return (d * (grown + wandered) + generations * mean_log_pivots(size, offset, d).sum()) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity for every divisor: some part of it grows without bound."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrences of the precision, the distance it measures and the log-determinant, moments by quadrature."""
    d = rank(scenario)
    if scenario.sample_size.constant <= d + 2 and generation:
        return mpmath.inf
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: reference(scenario, later))
        later = expectations(scenario, generation, d)
        return (later["precision"] - d + later["precision_length"] + later["log_volume"]) / 2


CLAIM = Claim(
    id="vector-replace-kl-forward",
    title="In several dimensions the divergence of the source from the model grows exponentially; it is infinite "
    "unless M > d + 2",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(vector_setting(50, "unbiased", SPACE), t=(0, 1, 5, 10)),
        Example(vector_setting(50, "mle"), t=(0, 1, 5, 10)),
        Example(vector_setting(100, "offset", SHEET, offset=0.5), t=(1, 10)),
        Example(vector_setting(6, "unbiased", SPACE), t=(1, 10), simulate=False),
        Example(vector_setting(10, "offset", SPACE, offset=-4.0), t=(1, 10), simulate=False),
        Example(vector_setting(100, "mle", SPACE), t=(1000,), simulate=False),
        Example(vector_setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(vector_setting(1_000_000_000, "offset", SPACE, offset=0.3), t=(1, 1000), simulate=False),
        Example(vector_setting(5, "unbiased", SPACE), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(vector_setting(3, "mle", SPACE), t=(0, 1, 5), algebra=False, simulate=False),
        Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)
