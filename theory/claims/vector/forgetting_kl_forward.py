r"""Under exponential forgetting the divergence of the source from the model grows with the mean factor of a precision.

With $f_W$ the mean of an entry on the diagonal of $(1-g+gW/L)^{-1}$, above 1 for the unbiased divisor, and
$\ell_W=E\log\det(1-g+gW/L)$: the precision grows by $f_W$ in every fit and what the mean strays is measured by it. It
is infinite unless the first fit has more than $d+2$ points.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, retains, sample_size_at_least
from theory.claims.gaussian.forgetting import bindings as numbers
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import DIGITS, at_infinity, linear_iterate
from theory.claims.vector.determinant_reference import mean_over_gaps
from theory.claims.vector.factors_log_determinant import mean_log_of_move_by_rows
from theory.claims.vector.forgetting_lyapunov_exponents import FEW_DIRECTIONS, ell
from theory.claims.vector.kl_forward_lower import FORWARD
from theory.claims.vector.one_fit import log_pivot_slope, log_volume, precision, precision_length, triangular_factor
from theory.claims.vector.reference import log_pivots, mean_inverse
from theory.claims.vector.source import PLANE, SPACE, rank
from theory.claims.vector.whitened import VECTOR_FITS, line, setting
from theory.derivation import Derivation
from theory.laws.geometric import geometric_sum
from theory.laws.kept_covariance import log_mean_inverse_of_move, mean_log_of_move
from theory.laws.symbols import E, L, M, dim, g, i, nu, t, z
from theory.laws.wishart import log_mean_inverse_factor, mean_log_pivots
from theory.scenario import Scenario

f = sp.Symbol("f_W", positive=True)
BELOW_ONE = Assumption(
    "the rate of forgetting is below 1", lambda s: s.retention.kind == "forgetting" and s.retention.rate < 1
)


def derive() -> Derivation:
    """The divergence coordinate by coordinate, the expectations of its parts, and their sum."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of tr Q_t^(-1) - d + s'Q_t^(-1) s + log det Q_t, s the mean of the model. A fit "
        "takes Q_t = N N' to N F N' with F = 1 - g + g W/L and moves the mean by g N z/sqrt(M), z standard normal and "
        "independent of F; the first fit has g = 1."
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
    once = d.algebra(
        sp.Subs(transform.subs(nu, M - dim) / L**order, order, -1), L / (M - dim - 2),
        because="the first fit: the last diagonal entry of the inverse of R R' is the inverse of the last squared "
        "pivot, whose mean is this where M > d + 2 and infinite otherwise; the mean inverse is this multiple of the "
        "identity, and that of F, whose law does not know directions either, f_W times it",
    ).rhs  # fmt: skip
    inverse = d.solves(
        E(precision), dim * once * f ** (t - 1), index=t, next_value=f * E(precision), initial=(1, dim * once),
        because="so each later fit multiplies the mean precision by f_W",
    )  # fmt: skip
    length = d.solves(
        E(precision_length), dim / M * (once * f ** (t - 1) + g**2 * (f**t - f) / (f - 1)), index=t,
        initial=(1, dim / M * once), next_value=f * (E(precision_length) + g**2 * dim / M),
        because="and the squared error that it measures, to which a fit adds g^2 d/M before",
    )  # fmt: skip
    slope = log_pivot_slope(d, transform)
    start = sp.Sum(slope, (i, 1, dim))
    logarithm = d.solves(
        E(log_volume), start + (t - 1) * ell(dim), index=t, next_value=E(log_volume) + ell(dim), initial=(1, start),
        because="the d pivots of the first fit add their logarithms, every later fit l_W(d)",
    )  # fmt: skip
    total = d.algebra(
        (inverse.rhs - dim + length.rhs + logarithm.rhs) / 2,
        sp.Mul(sp.Rational(1, 2), inverse.rhs - dim + length.rhs + logarithm.rhs, evaluate=False),
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(FORWARD, total.rhs, evaluate=False))


def read(scenario: Scenario) -> tuple[int, float, float, int]:
    """M, the offset of the divisor, the rate and the number of dimensions in which the source varies."""
    return scenario.sample_size.constant, float(offset_of(scenario)), scenario.retention.rate, rank(scenario)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, both means by gaps or row by row."""
    size, offset, rate, d = read(scenario)
    return numbers(line(scenario), generation) | {
        dim: d, f: sp.Float(_mean_inverse(scenario), 17),
        ell: lambda lines: sp.Float(mean_log_of_move_by_rows(size, offset, rate, int(lines)), 17),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats, on the range of the source; infinite from t = 1 on unless M > d + 2."""
    size, offset, rate, d = read(scenario)
    t_ = np.asarray(generations, dtype=np.float64)
    if size <= d + 2:
        return np.where(t_ > 0, np.inf, 0.0)
    first, later = log_mean_inverse_factor(size, offset, d), log_mean_inverse_of_move(size, offset, rate, d)
    after = np.maximum(t_ - 1, 0.0)
    logarithm = mean_log_pivots(size, offset, d).sum() + after * mean_log_of_move(size, offset, rate, d)
    with np.errstate(over="ignore"):
        grown = np.expm1(first + after * later)
        strayed = (1 + grown + rate**2 * np.exp(later) * geometric_sum(later, after)) / size
    return np.where(t_ > 0, (d * (grown + strayed) + logarithm) / 2, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity for every divisor: some part of it grows without bound."""
    return np.inf


def _mean_inverse(scenario: Scenario) -> float:
    size, offset, rate, d = read(scenario)
    return mean_over_gaps(size - 1, d, lambda x: 1 / (1 - rate + rate * x / (size - 1 + offset)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrences of the precision, the distance it measures and the log-determinant, means of one fit by gaps."""
    size, offset, rate, d = read(scenario)
    if generation == 0:
        return mpf(0)
    if size <= d + 2:
        return mpmath.inf
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: reference(scenario, later))
        once, later = mean_inverse(size, offset, d), mpf(_mean_inverse(scenario))
        step = mpmath.matrix([
            [later, 0, 0, 0], [0, later, 0, later * mpf(repr(rate)) ** 2 * d / size],
            [0, 0, 1, mean_log_of_move_by_rows(size, offset, rate, d)], [0, 0, 0, 1],
        ])  # fmt: skip
        start = [d * once, once * d / size, mpmath.fsum(log_pivots(size, offset, d)), mpf(1)]
        inverse, length, logarithm, _ = linear_iterate(step, start, int(generation) - 1)
        return (inverse - d + length + logarithm) / 2


def forgetting(rate: float) -> dict:
    return {"kind": "forgetting", "rate": rate}


CLAIM = Claim(
    id="vector-forgetting-kl-forward",
    title="With exponential forgetting the divergence of the source from the model grows without bound in several "
    "dimensions, with the mean of an inverse; it is infinite unless M > d + 2",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=(
        *VECTOR_FITS, retains("forgetting"), BELOW_ONE, CONSTANT_SIZE, sample_size_at_least(2), FEW_DIRECTIONS,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting(forgetting(0.3), "mle", PLANE, 10), t=(1, 2, 5)),
        Example(setting(forgetting(0.5), "unbiased", SPACE, 15), t=(1, 2, 40), simulate=False),
        Example(setting(forgetting(0.2), "offset", PLANE, 20, offset=0.5), t=(3,), simulate=False),
        Example(setting(forgetting(0.5), "unbiased", SPACE, 5), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(setting(forgetting(0.3), "mle", PLANE, 10), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
