r"""Where everything is kept, in batches of any sizes, the expected determinant obeys a recursion of mean minors.

At fit $t$, $n$ real and $m$ synthetic points join a pool of $N-n-m$, whose model has the divisor $c=N-n-m-1+\delta$.
With $\Delta(j,t)$ the mean determinant of $j$ rows of the covariance of model $t$ over that of the source and
$\Delta_\mu(j,t)$ what the outer product of $\mu_t-\mu_0$ adds to it, $E\det\Sigma_t/\det\Sigma_0$ is
$$\sum_{j,i}\binom djn^{\underline{d-j}}c^{j-i}m^{\underline i}\left[\binom ji\frac{N-d+j-i}{NL^d}\Delta(j,t-1)
+\binom{j-1}i\frac{(n-d+j)(N-n-i)}{c NL^d}\Delta_\mu(j,t-1)\right].$$
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import retains
from theory.claims.gaussian import pool
from theory.claims.gaussian.pool import NO_BUDGET, points, real, synthetic
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector import minors
from theory.claims.vector.minors import ff, minor, moved
from theory.claims.vector.source import SPACE, determinant, exact_covariance, rank
from theory.derivation import Derivation
from theory.laws.pooled_minors import pool_minors
from theory.laws.symbols import E, delta, dim, i, j, k, m, n, t
from theory.scenario import Scenario

old = points - real - synthetic - 1 + delta  # the divisor of the pool before
RUNNING_OUT = {"kind": "pool", "real": [6, 2, 0, 3], "synthetic": [0, 3, 5, 1]}


def of_minor(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weights in N L^k times the mean minor after a fit."""
    ways = sp.binomial(rows, place) * ff(real, rows - place)
    both, without = _beside(place), _beside(place - 1)
    return (
        ways * sp.Sum(both * (points - rows + place - i), (i, 0, rows)),
        ways * (real - rows + place) * sp.Sum(without * (points - real - i), (i, 0, rows)),
    )


def of_moved(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weights in L^(k-1) N^2 times what the mean adds to it."""
    ways = sp.binomial(rows, place) * ff(real, rows - place)
    both, without = _beside(place), _beside(place - 1)
    return (
        ways * sp.Sum(both * (rows - place + i), (i, 0, rows)),
        ways * (points - real + rows - place) * sp.Sum(without * (points - real - i), (i, 0, rows)),
    )


def _beside(place: sp.Expr) -> sp.Expr:
    """The mean minor of i synthetic outer products beside the squares of the pool, over the model's; 0 for i > j."""
    return sp.binomial(place, i) * old ** (place - i) * ff(synthetic, i)


def derive() -> Derivation:
    """The determinant of a pool that two kinds of points join, its coefficients, and the same about the mean mu_0."""
    d = Derivation(
        "In coordinates of the source. The pool has the squares c V about its mean, c its divisor, n real and m "
        "synthetic points join. ff(m, j) is m (m-1) ... (m-j+1)."
    )
    minors.sums_of_points(d)
    minors.bordered_points(d)
    a, b, d1, d2, x, p, q = sp.symbols("a b d_1 d_2 sigma p q", real=True)
    matrix = sp.Matrix(
        [[p, p * d1, p * d2], [p * d1, q * a + p * d1**2, p * d1 * d2], [p * d2, p * d1 * d2, q * b + p * d2**2]]
    )
    d.algebra(
        (x * sp.eye(3) + matrix).det(),
        (x + p) * (x + q * a) * (x + q * b) + x * p * (d1**2 * (x + q * b) + d2**2 * (x + q * a)),
        because="with s for synthetic points: the pool and these are p times (1, d)(1, d)' and q V, p = N - n - m + s "
        "and q = c + s, here V = diag(a, b). Minors of V stand with sigma + p, what d adds with sigma p/q",
    )  # fmt: skip
    left = sp.Symbol("P", positive=True)  # points of the pool before
    d.algebra(
        left * ff(m, i) + ff(m, i + 1), (left + m - i) * ff(m, i),
        because="so p q^j has the mean sum over i of binomial(j, i) c^(j-i) ff(m, i) (P + m - i), P = N - n - m",
    )  # fmt: skip
    d.algebra(
        ff(n, k - j + 1) + (left + m - i) * ff(n, k - j), (left + m + n - k + j - i) * ff(n, k - j),
        because="the weight of minors of j rows in N times the determinant of k rows: N - k + j - i",
    )  # fmt: skip
    minors.minors_about_the_source(d)
    d.algebra(
        (left + m + n) * ff(n, k - j) - (left + m + n - k + j - i) * ff(n, k - j), (k - j + i) * ff(n, k - j),
        because="so V + dd' less V after a fit, the determinant about the mean being taken off that about mu_0: the "
        "weight of minors; of what d adds P + m + k - j is left",
    )  # fmt: skip
    scale, over = minors.determinant0 / (points * (points - 1 + delta) ** dim), (j, 0, dim)
    of_means, of_moved_means = of_minor(dim, j)
    one_less = sp.binomial(dim, j) * ff(real, dim - j) * sp.Sum(_beside(j - 1) * (points - real - i), (i, 0, dim))
    first = scale * sp.Sum(of_means * minor(j, t - 1), over)
    said = d.algebra(
        first
        + scale * sp.Sum(real * one_less * moved(j, t - 1), over)
        + scale * sp.Sum((j - dim) * one_less * moved(j, t - 1), over),
        first + scale * sp.Sum(of_moved_means * moved(j, t - 1), over),
        because="so the mean of the determinant of all d rows: Delta(j, s) is that of j rows of model s over that of "
        "the source, Delta_mu(j, s) what the outer product of mu_s - mu_0 adds to it",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    retention, shift, d = scenario.retention, minors.number(offset_of(scenario)), scenario.source.dimension
    sizes = [(retention.real_points(fit), retention.synthetic_points(fit)) for fit in range(1, int(generation) + 1)]

    def values(fit: int) -> dict:
        total = sum(sum(pair) for pair in sizes[: fit + 1])
        return {
            real: sp.Integer(sizes[fit][0]),
            synthetic: sp.Integer(sizes[fit][1]),
            points: sp.Integer(total),
            delta: shift,
        }

    first = sp.Integer(sizes[0][0])
    squares = [ff(first - 1, k_) / (first - 1 + shift) ** k_ for k_ in range(d + 1)]
    moved = [sp.Integer(0)] + [k_ * squares[k_ - 1] / first for k_ in range(1, d + 1)]
    states = minors.history(
        values, (_summed(of_minor), _summed(of_moved)), _divisors, (squares, moved), int(generation) - 1
    )
    now = values(int(generation) - 1) | {dim: rank(scenario), minors.determinant0: exact_covariance(scenario).det()}
    return now | minors.bound_means([minors.source_means(d), *states]) | {t: generation}


def _summed(weights):
    """Weights of numbers, with their sums carried out."""

    @cache
    def carried_out(rows: int, place: int) -> tuple[sp.Expr, sp.Expr]:
        one, other = weights(rows, place)
        return sp.expand(one.doit()), sp.expand(other.doit()) if place else sp.Integer(0)

    return carried_out


def _divisors(rows: int) -> tuple[sp.Expr, sp.Expr]:
    return points * (points - 1 + delta) ** rows, points**2 * (points - 1 + delta) ** (rows - 1)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits. Steps through all: 0.2 s for 10 000 in the plane."""
    retention = scenario.retention

    def batches(fit: int) -> tuple[int, int]:
        return retention.real_points(fit), retention.synthetic_points(fit)

    offset, d = float(offset_of(scenario)), scenario.source.dimension
    shares = pool_minors(batches, offset, d, int(generations.max(initial=0)))
    with np.errstate(divide="ignore"):
        return minors.with_logarithm(scenario, np.log(shares[generations]))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums over single points in the plane, volumes of simplices elsewhere."""
    return minors.reference(scenario, generation)


CLAIM = Claim(
    id="vector-pool-determinant",
    title="With everything kept in unequal batches the expected determinant obeys a linear recursion of mean minors of "
    "0 to d rows (t from 2 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(retains("pool"), NO_BUDGET),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(minors.setting(RUNNING_OUT, None, "mle", SPACE), t=(2, 3, 4)),
        Example(minors.setting(RUNNING_OUT, None, "unbiased"), t=(2, 4), simulate=False),
        Example(
            minors.setting({"kind": "pool", "real": [2, 1, 0], "synthetic": [0, 0, 4]}, None, "offset", offset=0.5),
            t=(2, 3), simulate=False,
        ),
        Example(minors.setting(RUNNING_OUT, None, "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(
            minors.setting({"kind": "pool", "real": [3, 0, 0], "synthetic": [0, 10**9, 10**9]}, None, "unbiased"),
            t=(2, 3), algebra=False, simulate=False,
        ),
    ),
)  # fmt: skip
