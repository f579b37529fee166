r"""With fresh real points the expected determinant follows a linear recursion of minors, and settles where they do.

Let $\Delta(j,t)$ be the mean determinant of $j$ rows of the covariance of model $t$ over that of the source, and
$\Delta_\mu(j,t)$ what the outer product of $\mu_t-\mu_0$ adds to it. With $n$ real and $m$ synthetic points,
$$\frac{E\det\Sigma_t}{\det\Sigma_0}=\frac1{L^d}\sum_{j=0}^d\binom djm^{\underline j}n^{\underline{d-j}}
\left[\left(1-\frac dM\right)\Delta(j,t-1)+\frac{n-d+j}M\Delta_\mu(j,t-1)\right].$$
The dimensions that real data alone cannot span, $n\le d$ of them and fewer, are kept up all the same.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, shares_real
from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.vector import minors
from theory.claims.vector.minors import ff
from theory.claims.vector.source import SHEET, SPACE, determinant
from theory.derivation import Derivation
from theory.laws.mixed_minors import log_minor, settled_minor, source, stratified_map
from theory.laws.symbols import E, L, M, dim, j, k, m, n, t
from theory.laws.wishart import log_mean_pivots
from theory.scenario import Scenario


def of_minor(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weights in L^k times the mean minor after a fit."""
    ways = sp.binomial(rows, place) * ff(m, place) * ff(n, rows - place)
    return ways * (1 - rows / M), ways * (n - rows + place) / M


def of_moved(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weights in L^(k-1) M times what the mean adds to it."""
    ways = sp.binomial(rows, place) * ff(m, place) * ff(n, rows - place)
    return ways * rows / M, ways * (m + rows - place) / M


def derive() -> Derivation:
    """The determinant of a sum of points, its coefficients, and the same about the mean of the source."""
    d = Derivation(
        "In coordinates of the source. A term of the determinant has k - j + 1 real points and j synthetic ones, or "
        "one real point less and one synthetic more: ff(m, j) = m (m-1) ... (m-j+1) counts them."
    )
    minors.sums_of_points(d)
    minors.bordered_points(d)
    d.algebra(
        ff(n, k - j + 1) * ff(m, j) + ff(n, k - j) * ff(m, j + 1), (n + m - k) * ff(m, j) * ff(n, k - j),
        because="the weight of minors of j rows of V in M times the determinant of k rows of the squares, M = n + m; "
        "that of what d adds is ff(n, k-j+1) ff(m, j) = (n-k+j) ff(n, k-j) ff(m, j)",
    )  # fmt: skip
    minors.minors_about_the_source(d)
    ways = ff(m, j) * ff(n, k - j)
    d.algebra(
        L * (M * ways - (M - k) * ways) / M**2, L * ways * k / M**2,
        because="so V + dd' less V after a fit: about mu_0 the weight is ff(m, j) ff(n, k-j) for both kinds of means, "
        "of which that of the determinant is taken off, and L/M of the rest stays: k/M here, (m+k-j)/M for what d adds",
    )  # fmt: skip
    said = minors.after_a_fit(d, of_minor, L**dim)
    return d.concludes(sp.Eq(E(determinant), said, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    real = int(share_of(scenario) * scenario.sample_size.constant)
    values = minors.given(scenario) | {n: sp.Integer(real), m: scenario.sample_size.constant - sp.Integer(real)}
    start = minors.source_means(scenario.source.dimension)
    states = minors.history(
        lambda fit: values, (of_minor, of_moved), lambda rows: (L**rows, L ** (rows - 1) * M), start, int(generation)
    )
    return values | minors.bound_means(states) | {t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits. Takes 0.2 s in 8 dimensions at t = 10^6."""
    return minors.with_logarithm(scenario, log_minor(_map(scenario), generations, source(scenario.source.dimension)))


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite where the recursion does not settle. Share 0 is replacement."""
    if not share_of(scenario):
        rate = log_mean_pivots(
            scenario.sample_size.constant, float(offset_of(scenario)), scenario.source.dimension
        ).sum()
        return minors.times_source(scenario, 1.0 if rate == 0 else (0.0 if rate < 0 else np.inf))
    return minors.times_source(scenario, settled_minor(_map(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums over single points in the plane, volumes of simplices elsewhere."""
    return minors.reference(scenario, generation)


def _map(scenario: Scenario):
    size = scenario.sample_size.constant
    return stratified_map(size, int(share_of(scenario) * size), offset_of(scenario), scenario.source.dimension)


def _setting(size: int, divisor: str, real: int, *covariance: tuple, **offset: float) -> Scenario:
    retention = {"kind": "real_share", "scheme": "stratified", "real": real}
    return minors.setting(retention, size, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-stratified-real-share-determinant",
    title="With fresh real points the expected determinant follows a linear recursion of mean minors of 0 to d rows, "
    "and settles where all of them do (t from 1 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(shares_real("stratified"), CONSTANT_SIZE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_setting(10, "mle", 3, SPACE), t=(1, 2, 6)),
        Example(_setting(20, "unbiased", 4), t=(1, 10), simulate=False),
        Example(_setting(12, "offset", 1, offset=0.5), t=(1, 5), simulate=False),
        Example(_setting(10, "mle", 3), t=(40, np.inf), algebra=False, simulate=False),
        Example(_setting(4, "unbiased", 1), t=(3, 60), algebra=False, simulate=False),
        Example(_setting(3, "mle", 1, SPACE), t=(0, 1, 3), algebra=False, simulate=False),
        Example(_setting(6, "mle", 2, SHEET), t=(1, np.inf), algebra=False, simulate=False),
        Example(_setting(10, "mle", 0), t=(5, np.inf), algebra=False, simulate=False),
        Example(_setting(10, "unbiased", 10), t=(1, 3, np.inf), algebra=False, simulate=False),
        Example(_setting(10**6, "unbiased", 100), t=(1, 999, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
