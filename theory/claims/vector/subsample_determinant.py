r"""Models fitted to draws from a growing pool: the expected determinant is a product, as volumes of simplices show.

Let $N=kM$ points be in the pool at fit $k$ and $A_k(j)$ the number of ways to draw $j$ of them in turn, $N^j$ with
replacement and $N^{\underline j}$ without. The mean minors of $j$ rows of the draws' squares over those of the pool are
$q_j=(M-1)^{\underline j}N/A_k(j+1)$, and the pool's own determinant, over $N^d$, grows by the factor
$$\frac{N^d}{(N+M)^{d+1}}\sum_{j=0}^d\binom dj\left[\frac{q_j}{L^j}\left(NM^{\underline j}+M^{\underline{j+1}}\right)
+\frac{NM^{\underline j}}{ML^{j-1}}\left(\frac{M^{\underline j}}{A_k(j)}-q_j\right)\right],$$
about $1+\frac{d(M-1)(1-\delta)}{LMk}$: it settles under maximum likelihood, and grows without end if unbiased.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, retains
from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample import read
from theory.claims.vector import minors
from theory.claims.vector.draws import of_draws
from theory.claims.vector.minors import ff
from theory.claims.vector.source import determinant, determinant0, exact_covariance
from theory.derivation import Derivation
from theory.laws.block_factors import log_drawn
from theory.laws.symbols import E, L, M, dim, j, k, t
from theory.scenario import Scenario

N = sp.Symbol("N", positive=True)
FITS = range(4, 19)
grown, drawings = sp.Function("Xi_d", positive=True), sp.Function("A_d", positive=True)


def ways(count: sp.Expr, pool: sp.Expr, replaced: sp.Expr) -> sp.Expr:
    """In how many ways so many points are drawn from the pool, one after the other."""
    return replaced * pool**count + (1 - replaced) * ff(pool, count)


def growth(pool: sp.Expr, replaced: sp.Expr) -> sp.Expr:
    """The factor of E det of the squares of the pool over their number to the power d as a batch joins."""
    q = ff(M - 1, j) * pool / ways(j + 1, pool, replaced)
    e = ff(M, j) / ways(j, pool, replaced) - q
    term = q / L**j * (pool * ff(M, j) + ff(M, j + 1)) + pool * ff(M, j) * e / (M * L ** (j - 1))
    return pool**dim / (pool + M) ** (dim + 1) * sp.Sum(sp.binomial(dim, j) * term, (j, 0, dim))


def derive() -> Derivation:
    """Minors of the squares of draws, what their mean adds, the pool that the model's points join, and the product."""
    d = Derivation(
        "In coordinates in which the squares of the pool are the identity and its mean is 0. The first fit "
        "sees all points; ff(m, j) is m (m-1) ... (m-j+1)."
    )
    minors.sums_of_points(d)
    minors.bordered_points(d)
    d.algebra(
        ff(M, j + 1) * N / M, ff(M - 1, j) * N,
        because="M times the mean determinant of j rows of the squares of the draws is N times the chance of j + 1 "
        "draws to be different points, a simplex of the pool, over that of j + 1 points: so q_j",
    )  # fmt: skip
    q11, q22, q12, e1, e2, weight = sp.symbols("q_11 q_22 q_12 e_1 e_2 omega", positive=True)
    h = weight * M / (M + weight)
    squares = sp.Matrix([[q11 + h * e1**2, q12 + h * e1 * e2], [q12 + h * e1 * e2, q22 + h * e2**2]])
    alone, beside = q11 * q22 - q12**2, e1**2 * q22 + e2**2 * q11 - 2 * e1 * e2 * q12
    d.algebra(
        (M + weight) * squares.det(), (M + weight) * alone + weight * M * beside,
        because="with a point of weight omega at the mean of the pool, from which the mean of the draws is off by e: "
        "the slope in omega counts simplices with a corner there, of which the pool has the determinant 1. So what e "
        "e' adds has the mean (ff(M, j)/A(j) - q_j)/M",
    )  # fmt: skip
    a, b, d1, d2, y = sp.symbols("a b d_1 d_2 tau", real=True)
    point = sp.Matrix([[1, d1, d2], [d1, a + d1**2, d1 * d2], [d2, d1 * d2, b + d2**2]])
    d.algebra(
        (sp.diag(N, 1, 1) + y * point).det(),
        (N + y) * (1 + y * a) * (1 + y * b) + N * y * (d1**2 * (1 + y * b) + d2**2 * (1 + y * a)),
        because="M points of the model join: minors of its covariance, those of the draws over L^j, stand with N + "
        "tau, what d = e adds to them with N tau",
    )  # fmt: skip
    q, e = sp.symbols("q_j e_j", positive=True)
    d.algebra(
        q / L**j * (N * ff(M, j) + ff(M, j + 1)) + N * ff(M, j) * e / (M * L ** (j - 1)),
        ff(M, j) / L**j * ((N + M - j) * q + N * L * e / M),
        because="so the minors of the pool of N + M points, e_j the mean of what e e' adds: Xi_d(k) is "
        "N^d/(N + M)^(d+1) times the sum over j of binom(d, j) times this, N = k M",
    )  # fmt: skip
    X = sp.Function("X")
    start = ff(M - 1, dim) / M**dim
    pool = d.solves(
        E(X(t)), start * sp.Product(grown(k - 1), (k, 2, t)), index=t, initial=(1, start),
        next_value=grown(t) * E(X(t)),
        because="so the mean determinant X of the squares of the pool over their number, fit after fit",
    ).rhs  # fmt: skip
    last = ff(M - 1, dim) / (drawings(t) * L**dim)
    said = d.algebra(
        determinant0 * last * (t * M) ** (dim + 1) * pool, determinant0 * last * t ** (dim + 1) * M ** (dim + 1) * pool,
        because="and of the model: q_d of the pool of t M points, over L^d; A_d(t) counts d + 1 draws from the pool",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), said.lhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    numbers = minors.given(scenario)
    return numbers | {
        t: sp.Integer(int(generation)),
        grown: lambda fit: growth(fit * M, _replaced(scenario, fit)).subs(numbers).doit(),
        drawings: lambda fit: ways(dim + 1, fit * M, _replaced(scenario, fit)).subs(numbers),
    }


def _replaced(scenario: Scenario, fit: int) -> sp.Integer:
    """1 if the fit draws with replacement, which the first does not."""
    return sp.Integer(int(scenario.retention.replacement and int(fit) > 1))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits. Takes 30 ms in the plane, 0.1 s in 5 dimensions."""
    return minors.with_logarithm(scenario, _log_share(scenario, generations.astype(np.float64)))


def limit(scenario: Scenario, at: None = None) -> float:
    """Positive under maximum likelihood, 0 for larger divisors, infinite for smaller ones; 0 where M <= d."""
    with np.errstate(over="ignore"):
        return minors.times_source(scenario, float(np.exp(_log_share(scenario, np.array([np.inf]))[0])))


def _log_share(scenario: Scenario, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    size, offset, replacement = read(scenario)
    return log_drawn(size, offset, replacement, scenario.source.dimension, t)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Mean products of four points of the pool, in the plane alone; after many fits by their expansion in 1/t.

    Of the logarithm, from which that of the power of t is taken off that the squared expected variance has.
    """
    (size, _, replacement), offset, start = read(scenario), offset_of(scenario), exact_covariance(scenario).det()
    if scenario.source.dimension > 2:
        raise ValueError("this route is about two dimensions")
    if generation == 0 or not start or size == 1:
        return mpf(int(start.p)) / int(start.q) if generation == 0 else mpf(0)
    late = generation > FITS[-1]
    values = of_draws(size, replacement, offset, FITS[-1] if late else int(generation))
    with mpmath.workdps(minors.STATE_DIGITS):
        shares = [mpmath.chop(p - q, tol=minors.NOTHING) for p, q in values]
        unit = mpf(int(start.p)) / int(start.q)
        if not late or not shares[-1]:
            return shares[-1] * unit
        divisor = size - 1 + mpf(offset.numerator) / offset.denominator
        power = 2 * mpf(size - 1) / size * (size - divisor) / divisor
        if generation == mpmath.inf and power:
            return mpf(mpmath.inf) if power > 0 else mpf(0)
        logarithms = [mpmath.log(shares[fit - 1]) - power * mpmath.log(fit) for fit in FITS]
        end = mpf(0) if generation == mpmath.inf else 1 / mpf(int(generation))
        grown = power * mpmath.log(int(generation)) if power else mpf(0)
        return mpmath.exp(polynomial([1 / mpf(fit) for fit in FITS], logarithms, end) + grown) * unit


def _setting(size: int, replacement: bool, divisor: str, *covariance: tuple, **offset: float) -> Scenario:
    retention = {"kind": "accumulate_subsample", "replacement": replacement}
    return minors.setting(retention, size, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-subsample-determinant",
    title="Fitted to draws from a pool that keeps growing, the expected determinant is a product over fits: it settles "
    "under maximum likelihood and grows as a power of t for the unbiased divisor (t from 1 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(retains("accumulate_subsample"), CONSTANT_SIZE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_setting(8, False, "mle"), t=(1, 2, 5), simulate=False),
        Example(_setting(8, True, "unbiased"), t=(1, 2, 4), simulate=False),
        Example(_setting(8, True, "mle"), t=(0, 1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(_setting(8, False, "unbiased"), t=(3, 1000, np.inf), algebra=False, simulate=False),
        Example(_setting(2, True, "mle"), t=(1, 3), algebra=False, simulate=False),
        Example(_setting(10**9, True, "mle"), t=(1, 4), algebra=False, simulate=False),
    ),
)  # fmt: skip
