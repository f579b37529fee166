r"""With each point real by its own coin the expected determinant follows a linear recursion of mean minors too.

The points of a fit are a sample of one mixture. With $\Delta(j,t)$ the mean determinant of $j$ rows of the covariance
of model $t$ over that of the source, and $\Delta_\mu(j,t)$ what the outer product of $\mu_t-\mu_0$ adds to it,
$$\frac{E\det\Sigma_t}{\det\Sigma_0}=\frac{M^{\underline{d+1}}}{M L^d}\sum_{j=0}^d\binom dj\alpha^{d-j}(1-\alpha)^j
\left[\Delta(j,t-1)+\alpha\Delta_\mu(j,t-1)\right].$$
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
from theory.claims.vector.source import SPACE, determinant
from theory.derivation import Derivation
from theory.laws.mixed_minors import iid_map, log_minor, settled_minor, source
from theory.laws.symbols import E, L, M, alpha, dim, j, k, t
from theory.laws.wishart import log_mean_pivots
from theory.scenario import Scenario


def of_minor(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weights in L^k times the mean minor after a fit."""
    ways = sp.binomial(rows, place) * ff(M, rows) * alpha ** (rows - place) * (1 - alpha) ** place * (1 - rows / M)
    return ways, ways * alpha


def of_moved(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weights in L^(k-1) M times what the mean adds to it."""
    ways = sp.binomial(rows, place) * ff(M, rows) * alpha ** (rows - place) * (1 - alpha) ** place / M
    return ways * rows, ways * (rows + (M - rows) * (1 - alpha))


def derive() -> Derivation:
    """The determinant of a sum of points of a mixture, its coefficients, and the same about the mean of the source."""
    d = Derivation(
        "In coordinates of the source. Given the model the M points are independent, each with the second moments "
        "alpha I + (1-alpha) A, A those of a point of the model."
    )
    minors.sums_of_points(d)
    minors.bordered_points(d)
    chances = alpha ** (k - j) * (1 - alpha) ** j
    d.algebra(
        ff(M, k + 1) * (alpha * chances + (1 - alpha) * chances), ff(M, k) * (M - k) * chances,
        because="with alpha for sigma and 1 - alpha for tau, of M points the only term of the border and k rows: the "
        "weight of minors of j rows of V in M times the determinant; that of what d adds has alpha in the place of "
        "sigma + tau = 1",
    )  # fmt: skip
    minors.minors_about_the_source(d)
    d.algebra(
        M * (1 - (1 - k / M) * alpha), k + (M - k) * (1 - alpha),
        because="so V + dd' less V after a fit: about mu_0 the weight is ff(M, k) alpha^(k-j) (1-alpha)^j for both "
        "kinds of means, of which that of the determinant is taken off",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), minors.after_a_fit(d, of_minor, L**dim), evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    values = minors.given(scenario) | {alpha: minors.number(share_of(scenario))}
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
    """Sums over single points in the plane; elsewhere volumes of simplices, averaged over the number of real points."""
    return minors.reference(scenario, generation)


def _map(scenario: Scenario):
    return iid_map(scenario.sample_size.constant, share_of(scenario), offset_of(scenario), scenario.source.dimension)


def _setting(size: int, divisor: str, share: float, *covariance: tuple, **offset: float) -> Scenario:
    retention = {"kind": "real_share", "scheme": "iid", "share": share}
    return minors.setting(retention, size, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-iid-real-share-determinant",
    title="With each point real by chance the expected determinant follows a linear recursion of mean minors of 0 to d "
    "rows (t from 1 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(shares_real("iid"), CONSTANT_SIZE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_setting(8, "mle", 0.25, SPACE), t=(1, 2, 4)),
        Example(_setting(20, "unbiased", 0.3), t=(1, 8), simulate=False),
        Example(_setting(12, "offset", 0.1, offset=0.5), t=(1, 5), simulate=False),
        Example(_setting(10, "mle", 0.15), t=(0, 40, np.inf), algebra=False, simulate=False),
        Example(_setting(10, "mle", 0.0), t=(5, np.inf), algebra=False, simulate=False),
        Example(_setting(10, "unbiased", 1.0), t=(1, 3, np.inf), algebra=False, simulate=False),
        Example(_setting(10**6, "unbiased", 0.0001), t=(1, 999, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
