r"""In the plane, where all data are kept or models forget, the squared Wasserstein distance is an integral of products.

$$E W_2^2=\operatorname{tr}[\Sigma_0](U_1+D_1+1)-2\lambda_1E(1-\lambda_2^2/\lambda_1^2)\,R_v(t)
-2\sqrt{\lambda_1\lambda_2}\int_0^\infty\frac{P_{is-1/2}(x)\prod_{k\le t}m_k(s)}{(1+s^2)\cosh\pi s}\,ds$$
with the elliptic integral $E$, the means $U_1$, $D_1$ and $R_v$ of $v_t$, $(\mu_t-\mu_0)^2$ and $\sqrt{v_t}$ on the
line, and what fit $k$ multiplies a spherical function by, $m_k(s)=E r_1^{is}r_2^{1-is}$. Where all data are kept the
product converges: the distance stays bounded.
"""

from functools import lru_cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, MOMENTS, UNDISTURBED
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.claims.vector.distance import LONG, ROUND, wasserstein
from theory.claims.vector.independent_moves import INDEPENDENT_MOVES, forgets, reach, replaces, settles
from theory.claims.vector.nuclear_norm import fitted_cloud, mean_singular_values, moved_cloud
from theory.claims.vector.one_fit import projection, scatter_is_wishart
from theory.claims.vector.source import PLANE, SHEET, eigenvalues, exact_covariance, lam, trace, trace0
from theory.claims.vector.spherical import INTRODUCTION, TWO_DIRECTIONS, quarter, sum_of_singular_values
from theory.claims.vector.spherical_moves import (
    bindings,
    line_means,
    mean_root,
    mean_variance,
    moves,
    read,
    spherical,
    strayed,
)
from theory.claims.vector.whitened import setting
from theory.derivation import Derivation
from theory.laws.accumulated_factors import AccumulatedFactors, accumulated_factors
from theory.laws.forgotten_factors import ForgottenFactors, forgotten_factors
from theory.laws.spherical_factors import joined_multipliers, log_moved
from theory.laws.spherical_plane import log_fitted, lost_singular_values, sums_of_log_fitted
from theory.laws.symbols import E, k, t
from theory.laws.varying_factors import VaryingFactors
from theory.scenario import Scenario, parse_scenario

multiplier = sp.Function("m")


def derive() -> Derivation:
    """The sum of singular values as an integral of spherical functions, each of which a fit multiplies by a number."""
    a, q, x, y, nu = sp.symbols("a q r_1 r_2 nu", positive=True)
    c, s11, s12, s22 = sp.symbols("c s_11 s_12 s_22", positive=True)
    d = Derivation(INTRODUCTION)
    projection(d)
    sum_of_singular_values(d)
    scatter_is_wishart(d)
    d.algebra(
        (c + s11) * (c + s22) - s12**2, (c + s11) * (c + s22 - s12**2 / (c + s11)),
        because="where all data are kept and M points join a pool, making it P, N N' is [c + S + w z z']/L with the "
        "scatter S, z the error of the mean of the batch, w = 1 - M/P, c = L - M; under forgetting it is (1-g) + g "
        "S/L: of its triangular form the squared diagonal r_1^2 is its first entry, r_2^2 its determinant over that, "
        "here of c + S",
    )  # fmt: skip
    d.algebra(
        (a * x**2) ** nu * (q * x * y) ** (sp.Rational(1, 2) - nu),
        a**nu * q ** (sp.Rational(1, 2) - nu) * x ** (nu + sp.Rational(1, 2)) * y ** (sp.Rational(1, 2) - nu),
        because="N'Y'e for a unit vector e: turned so that Y'e is the first axis a, the square of |Y'e|, is multiplied "
        "by r_1^2 and q by r_1 r_2. With nu = -1/2 + i s the powers of r_1 and r_2 have a mean m(k) in fit k, and with "
        "nu = 1/2 that of r_1, the root of what a fit multiplies the variance on the line by. For replaced data N N' "
        "is S/L",
    )  # fmt: skip
    power, start = E(sp.Symbol(r"\Vert Y_t'e\Vert^{2is-1}q_t^{1-is}")), sp.Symbol("A_s", positive=True)
    d.solves(
        power, start * sp.Product(multiplier(k), (k, 1, t)), index=t, next_value=multiplier(t + 1) * power,
        initial=(0, start),
        because="the factors are independent, the first one that of a fit to real points: so this mean is a product, "
        "and so is its mean over all e",
    )  # fmt: skip
    kept = quarter * mean_root(t) + sp.sqrt(lam[1] * lam[2]) * spherical(t)
    total = d.algebra(
        trace0 * (mean_variance(t) + strayed(t) - 1) + sp.Mul(2, trace0 - kept, evaluate=False),
        trace0 * (mean_variance(t) + strayed(t) + 1) - 2 * kept,
        because="put together, I_F the integral of the products times P at the source; |Sigma_0 e| has 2/pi times a "
        "quarter of the perimeter of an ellipse for its mean",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(wasserstein**2), total.rhs, evaluate=False))


def law(scenario: Scenario, latest: int = 1) -> AccumulatedFactors | ForgottenFactors | VaryingFactors:
    """The numerics of the chain on the line, up to the latest fit where sizes vary."""
    first, size, offset = read(scenario)
    if replaces(scenario):
        return VaryingFactors(scenario.sample_size.schedule(latest).astype(np.float64), offset)
    if forgets(scenario):
        return forgotten_factors(size, offset, scenario.retention.rate)
    return accumulated_factors(size, first, offset)


@lru_cache(maxsize=32)
def _moved(M: int, offset: float, rate: float) -> np.ndarray:
    return log_moved(M, offset, rate)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units; t counts fits. Takes 0.5 s once for each size."""
    t_ = np.asarray(generations, dtype=np.float64)
    latest = int(t_[np.isfinite(t_)].max(initial=1.0))
    on_the_line, (first, size, offset) = law(scenario, latest), read(scenario)

    def multipliers(fits: Float[np.ndarray, " T"]) -> np.ndarray:
        if replaces(scenario):
            listed = scenario.sample_size.schedule(latest).astype(np.float64)
            return sums_of_log_fitted(listed, offset)[fits.astype(np.int64) - 1]
        if not forgets(scenario):
            return joined_multipliers(size, first, offset)(fits)
        once = log_fitted(size, offset)
        if size == 2:
            return np.broadcast_to(once, (len(fits), len(once)))
        return once + (fits[:, None] - 1) * _moved(size, offset, scenario.retention.rate)

    one, other = (float(x) for x in eigenvalues(scenario)[:2])
    with np.errstate(over="ignore", invalid="ignore"):
        excess = np.where(t_ > 0, on_the_line.second_moment_excess(np.maximum(t_, 1.0)), 0.0)
        lost = lost_singular_values(one, other, on_the_line.log_root, multipliers, t_)
        return np.where(excess == np.inf, np.inf, trace(scenario) * excess + 2 * lost)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept; under forgetting tr Sigma_0 times the limit on the line, infinite or not."""
    if forgets(scenario):
        return trace(scenario) * law(scenario).limiting_distance
    return float(evaluate(scenario, np.array([np.inf]))[0])  # type: ignore[arg-type]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Recurrences of the traces, the sum of singular values backwards by quadrature; 0 of it left under forgetting."""
    if generation == 0:
        return mpf(0)
    with mpmath.workdps(DIGITS):
        whole = exact_covariance(scenario).trace()
        start = mpf(int(whole.p)) / int(whole.q)
        if generation == mpmath.inf:
            return start * (1 + at_infinity(lambda later: mpmath.fsum(line_means(scenario, later))))
        first, _, offset = read(scenario)
        clouds = [fitted_cloud(first, offset)]
        clouds += [
            moved_cloud(*move) if move[1] else fitted_cloud(move[0] + 1, offset)
            for move in moves(scenario, int(generation))
        ]
        parts = start * (1 + mpmath.fsum(line_means(scenario, generation)))
        return parts - 2 * mpf(mean_singular_values(*(float(x) for x in eigenvalues(scenario)[:2]), clouds))


def forgetting(rate: float) -> dict:
    return {"kind": "forgetting", "rate": rate}


def varying(*sizes: int) -> Scenario:
    """Replaced data."""
    listed = {"sample_size": {"kind": "explicit", "sizes": list(sizes)}}
    return parse_scenario(setting({"kind": "accumulate"}, "mle", PLANE, 10).dump() | listed | {
        "retention": {"kind": "replace"}
    })  # fmt: skip


KEPT_FROM_25 = {"kind": "accumulate", "first": 25}
CLAIM = Claim(
    id="vector-factors-wasserstein2-squared",
    title="In the plane, where all data are kept, models forget or sizes of replaced data vary, the expected squared "
    "Wasserstein distance is an integral of products of what single fits multiply spherical functions by; with all "
    "data kept it stays bounded",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=(MOMENTS, *INDEPENDENT_MOVES, FAITHFUL, UNDISTURBED, TWO_DIRECTIONS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    tolerance=1e-9,
    examples=(
        Example(setting({"kind": "accumulate"}, "mle", PLANE, 10), t=(1, 2)),
        Example(setting(KEPT_FROM_25, "unbiased", ROUND, 8), t=(0, 3), algebra=False, simulate=False),
        Example(setting(KEPT_FROM_25, "offset", SHEET, 1, offset=0.5), t=(2, 30), algebra=False, simulate=False),
        Example(setting(forgetting(0.3), "mle", PLANE, 10), t=(1, 2)),
        Example(setting(forgetting(0.5), "unbiased", SHEET, 20), t=(1, 3, 40), algebra=False, simulate=False),
        Example(setting(forgetting(0.4), "offset", LONG, 12, offset=0.5), t=(0, 2, 10), algebra=False, simulate=False),
        Example(varying(13, 7, 30), t=(1, 3), simulate=False),
        Example(varying(40, 8, 10**9, 6, 20), t=(0, 4, 5), algebra=False, simulate=False),
        Example(setting(forgetting(0.3), "mle", PLANE, 10), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(forgetting(0.3), "unbiased", ROUND, 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
