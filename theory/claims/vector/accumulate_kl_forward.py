r"""Where all data are kept the divergence of the source from the model has a finite limit in several dimensions.

$E D_{KL}(p_0\Vert p_t)=\frac12E\left[\operatorname{tr}Q_t^{-1}-d+s_t'Q_t^{-1}s_t+\log\det Q_t\right]$ in coordinates of
the source. Fit k multiplies the mean precision by $f_d(k)=1+\frac{(d+2)M}{P_k^2}+\dots$, $P_k$ points in the pool, and
what the mean strays is measured by it: all converge, for large batches of one size to about $\pi^2/6$ times the
divergence after the first fit, $\frac{d(d+3)}{4M}$. It is infinite unless the first fit has more than $d+2$ points.
A pool may have batches of any sizes, the first of them real.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.factors import q
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.factors_log_determinant import FIVE, UNEQUAL, accumulate, mean_log_of_fit
from theory.claims.vector.forgetting_lyapunov_exponents import FEW_DIRECTIONS
from theory.claims.vector.joined_reference import means_of_inverse
from theory.claims.vector.kept_divergence import volume
from theory.claims.vector.kl_forward_lower import FORWARD
from theory.claims.vector.one_fit import precision_length, triangular_factor
from theory.claims.vector.one_real_batch import (
    ONE_REAL_BATCH,
    SEVERAL_REAL_POINTS,
    SIZES,
    WIDE_ENOUGH,
    batch,
    chain,
    pooled,
    reach,
    settles,
)
from theory.claims.vector.reference import log_pivots, mean_inverse
from theory.claims.vector.source import PLANE, SHEET, SPACE, rank
from theory.claims.vector.whitened import VECTOR_FITS, setting, whitened
from theory.derivation import Derivation, Verdict, agree
from theory.laws.joined_covariance import JoinedBatch
from theory.laws.symbols import N1, E, L, delta, dim, j, k, nu, t, z
from theory.scenario import Scenario

f, g, T = (sp.Function(name, positive=True) for name in ("f_d", "g_d", "T_d"))
once = (N1 - 1 + delta) / (N1 - dim - 2)
FITS = range(12, 97, 12)  # through whose values the reference draws a polynomial for later ones
steps = sp.Sum(q(k) * g(k) / T(k), (k, 2, t))


def derive() -> Derivation:
    """The divergence coordinate by coordinate; slopes of a logarithm; the expectations of its parts, and their sum."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of tr Q_t^(-1) - d + s'Q_t^(-1) s + log det Q_t, s the mean of the model. A "
        "batch of m makes the pool P points, takes Q_t = N N' to N F N' with F = [c + W + w z z']/L, c = L - m and w = "
        "1 - m/P, and moves the mean by sqrt(m) N z/P, z standard normal and independent of W. With F_k that of fit k, "
        "f_d(k) is the mean of tr F_k^(-1)/d, g_d(k) that of z'F_k^(-1) z and q(k) is m/P^2."
    )
    s, y = sp.Symbol("s", real=True), sp.Symbol("y", positive=True)
    ratio = (z - s) ** 2 / (2 * y) - z**2 / 2
    d.algebra(
        sp.Integral(ratio * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo)) + sp.log(y) / 2,
        (1 / y - 1 + s**2 / y + sp.log(y)) / 2,
        because="one coordinate, mean s and variance y in the model: the mean, over points z of the source, of the "
        "logarithm of the ratio of the densities",
    )  # fmt: skip
    triangular_factor(d)
    first = mellin(d).subs(nu, N1 - dim) / L**order
    d.algebra(
        sp.Subs(first, order, -1).subs(L, N1 - 1 + delta), once,
        because="the first fit: the last diagonal entry of the inverse of R R' is the inverse of the last squared "
        "pivot, whose mean is this where N_1 > d + 2 and infinite otherwise; the mean inverse is this multiple of the "
        "identity, and those of later fits, whose laws do not know directions either, f_d(k) times it",
    )  # fmt: skip
    a, b, w, z1, z2 = sp.symbols("a b w z_1 z_2", positive=True)
    whole = sp.Matrix([[a + w * z1**2, w * z1 * z2], [w * z1 * z2, b + w * z2**2]])
    d.algebra(
        sp.Derivative(sp.log(whole.det()), w), (b * z1**2 + a * z2**2) / (a * b + w * (b * z1**2 + a * z2**2)),
        because="in the plane, in the axes of c + W: the slope of log det in w is a form in z with the inverse matrix, "
        "and that in c the trace of the inverse; so g_d(k) and f_d(k) are slopes of the mean of log det F_k",
    )  # fmt: skip
    d.solves(
        T(t), sp.Product(f(j), (j, 2, t)), index=t, next_value=f(t + 1) * T(t), initial=(1, sp.Integer(1)),
        because="each later fit multiplies the mean precision by f_d(k), all of them by T_d(t)",
    )  # fmt: skip
    length = d.solves(
        E(precision_length), T(t) * (dim * once / N1 + steps), index=t, initial=(1, T(1) * dim * once / N1),
        next_value=T(t + 1) / T(t) * E(precision_length) + q(t + 1) * g(t + 1),
        because="and the squared error that it measures, over N_1 after the first fit, T_d(1) = 1, to which a fit adds "
        "q(k) g_d(k); the sign of z is free, so that what it adds times the old error has the mean 0",
    )  # fmt: skip
    d.given(
        g(k), E(sp.Symbol(r"z'F_k^{-1}z", real=True)), source="muirhead1982", check=slopes_of_last_pivots,
        because="the eigenvalues of W have a known joint density, for which means of products over all of them are "
        "Pfaffians: with those of exp(-s z'A^(-1) z), given A = F - w z z'/L, both are integrals over s",
    )  # fmt: skip
    total = d.algebra(
        (dim * once * T(t) - dim + length.rhs + volume(t)) / 2,
        sp.Mul(sp.Rational(1, 2), T(t) * (dim * (1 + 1 / N1) * once + steps) - dim + volume(t), evaluate=False),
        because="put together, Delta_d(t) the mean of log det Q_t",
    )  # fmt: skip
    return d.concludes(sp.Eq(FORWARD, total.rhs, evaluate=False))


def slopes_of_last_pivots() -> list[Verdict]:
    """f_d and g_d by Pfaffians beside slopes of a mean logarithm, in two, three and five dimensions."""
    verdicts = []
    for d, size, P, offset in ((2, 10, 20, 1), (3, 6, 12, 0), (5, 3, 10, 1)):
        fit, (inverse, along) = JoinedBatch(size, P, offset, d), means_of_inverse(size, P, P - 1 + offset, d)
        verdicts += [agree(1 + fit.mean_inverse, inverse, 1e-11), agree(fit.along, along, 1e-11)]
    return verdicts


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, the means of later fits by last pivots."""
    white, shift = whitened(scenario), offset_of(scenario)
    first = scenario.first_size
    later = range(2, int(generation) + 1)
    logs = [*log_pivots(first, float(shift), rank(scenario)), *(mean_log_of_fit(white, fit) for fit in later)]
    return {
        t: generation, N1: first, dim: rank(scenario), q: lambda fit: sp.Rational(*_square_of_step(white, int(fit))),
        delta: sp.Rational(shift.numerator, shift.denominator),
        T: lambda fit: sp.Float(mpmath.fprod(_of_inverse(white, one)[0] for one in range(2, int(fit) + 1)), 30),
        g: lambda fit: sp.Float(_of_inverse(white, int(fit))[1], 17),
        volume: lambda fits: sp.Float(mpmath.fsum(logs), 17),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats, on the range of the source; infinite from t = 1 on unless N_1 > d + 2.

    Takes 0.1 s the first time; of a pool of unequal batches 0.1 s for 100 fits.
    """
    d, t_ = rank(scenario), np.asarray(generations, dtype=np.float64)
    if scenario.first_size <= d + 2:
        return np.where(t_ > 0, np.inf, 0.0)
    last = int(t_.max(initial=1.0, where=np.isfinite(t_)))
    return np.where(t_ > 0, chain(scenario, d, last).divergence_of_source(np.maximum(t_, 1)), 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite for more than d + 2 real points."""
    return float(evaluate(scenario, np.array([np.inf]))[0])  # type: ignore[arg-type]


def _of_inverse(white: Scenario, fit: int) -> tuple[mpf, mpf]:
    """f_d and g_d of fit k >= 2; of no batch 1 and what z has then."""
    (size, pool), d = batch(white, fit), white.source.dimension
    return means_of_inverse(size, pool, pool - 1 + float(offset_of(white)), d) if size else (mpf(1), mpf(d))


def _square_of_step(white: Scenario, fit: int) -> tuple[int, int]:
    """m/P^2 as a fraction."""
    size, pool = batch(white, fit)
    return int(size), int(pool) ** 2


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrences of three means, fit by fit; of many fits the polynomial in one over the pool through these."""
    first = scenario.first_size
    if generation == 0:
        return mpf(0)
    if first <= rank(scenario) + 2:
        return mpmath.inf
    if pooled(scenario) or generation <= FITS[-1]:
        return _along(whitened(scenario), int(generation))[-1]
    values, size = _along(whitened(scenario), FITS[-1]), scenario.sample_size.constant
    places = [mpf(size) / (first + (fit - 1) * mpf(size)) for fit in FITS]
    place = mpf(0) if generation == mpmath.inf else mpf(size) / (first + (int(generation) - 1) * mpf(size))
    return polynomial(places, [values[fit - 1] for fit in FITS], place)


@cache
def _along(white: Scenario, fits: int) -> list[mpf]:
    """The divergences of the models 1, 2, ..."""
    first, offset, d = white.first_size, float(offset_of(white)), white.source.dimension
    precise = d * mean_inverse(first, offset, d)
    strayed, logarithm = precise / first, mpmath.fsum(log_pivots(first, offset, d))
    found = [(precise - d + strayed + logarithm) / 2]
    for fit in range(2, fits + 1):
        narrower, along = _of_inverse(white, fit)
        size, square = _square_of_step(white, fit)
        precise, strayed = narrower * precise, narrower * strayed + along * size / mpf(square)
        logarithm += mean_log_of_fit(white, fit)
        found.append((precise - d + strayed + logarithm) / 2)
    return found


CLAIM = Claim(
    id="vector-accumulate-kl-forward",
    title="Where all data are kept the divergence of the source from the model has a finite limit in several "
    "dimensions; it is infinite unless the first fit has more than d + 2 points",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=(*VECTOR_FITS, ONE_REAL_BATCH, SIZES, SEVERAL_REAL_POINTS, WIDE_ENOUGH, FEW_DIRECTIONS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    tolerance=1e-9,
    examples=(
        Example(setting(accumulate(), "mle", PLANE, 10), t=(1, 2, 5)),
        Example(setting(accumulate(first=15), "unbiased", SPACE, 8), t=(1, 2, 3), simulate=False),
        Example(setting(accumulate(first=9), "offset", FIVE, 3, offset=0.5), t=(2, 4), simulate=False),
        Example(setting(UNEQUAL, "mle", PLANE), t=(1, 3, 4), simulate=False),
        Example(setting({"kind": "window", "length": 3}, "mle", SHEET, 10), t=(1, 3), simulate=False),
        Example(setting(accumulate(), "unbiased", PLANE, 8), t=(100, 10_000, np.inf), algebra=False, simulate=False),
        Example(setting(accumulate(first=7), "mle", SPACE, 1), t=(3, 90), algebra=False, simulate=False),
        Example(setting(accumulate(first=4), "mle", PLANE, 10), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(setting(accumulate(), "mle", PLANE, 1000), t=(1, 2), algebra=False, simulate=False),
    ),
)  # fmt: skip
