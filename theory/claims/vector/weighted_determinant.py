r"""Weight on fresh real points keeps the expected determinant up: a recursion of minors, one number for each of rows.

$\Delta(j,t)$, the mean determinant of $j$ rows of the covariance of model $t$ over that of the source, obeys
$$\Delta(d,t)=\sum_{j=0}^d\binom dj\left(\frac w{L_n}\right)^{d-j}\left(\frac{1-w}{L_m}\right)^j(n-1)^{\underline{d-j}}
(m-1)^{\underline j}\Delta(j,t-1),\qquad L_n=n-1+\delta,\ L_m=m-1+\delta,$$
from $\Delta(d,1)=(n-1)^{\underline d}/L_n^d$ on. Nothing lies between the two batches, so that means play no part.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import retains
from theory.claims.gaussian.weighted import NOT_BELOW_UNBIASED, numbers
from theory.claims.vector import minors
from theory.claims.vector.minors import ff
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.source import SPACE, determinant, exact_covariance, rank
from theory.derivation import Derivation
from theory.laws.mixed_minors import log_minor, settled_minor, weighted_first, weighted_map
from theory.laws.symbols import E, delta, dim, m, n, t, w
from theory.laws.wishart import log_mean_pivots
from theory.scenario import Scenario


def of_minor(rows: sp.Expr, place: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The weight of minors of so many rows of the model in the mean minor after a fit."""
    real, drawn = w / (n - 1 + delta), (1 - w) / (m - 1 + delta)
    ways = sp.binomial(rows, place) * ff(n - 1, rows - place) * ff(m - 1, place)
    return ways * real ** (rows - place) * drawn**place, sp.Integer(0)


def derive() -> Derivation:
    """Two scatters as sums of outer products, the determinant of a combination, and the weights of the minors."""
    d = Derivation(
        "In coordinates of the source. A combination of two independent scatters is a sum of outer products of n - 1 "
        "vectors of N(0, I) and m - 1 of N(0, V); ff(m, j) is m (m-1) ... (m-j+1)."
    )
    scatter_is_wishart(d)
    minors.sums_of_points(d)
    a, b, x, y = sp.symbols("a b sigma tau", positive=True)
    d.algebra(
        (x * sp.eye(2) + y * sp.diag(a, b)).det(), x**2 + x * y * (a + b) + y**2 * a * b,
        because="the coefficients: in powers of sigma and tau stand the minors of V, here diag(a, b), of which there "
        "are binomial(k, j) of j rows among k",
    )  # fmt: skip
    u, v = sp.symbols("u_n u_m", positive=True)
    d.algebra(
        ff(n - 1, 1) * ff(m - 1, 1) * u * v * (a + b), (n - 1) * (m - 1) * (u * a * v + v * b * u),
        because="ff(n-1, k-j) ff(m-1, j) is the weight of minors of j rows: here one real and one synthetic vector in "
        "the plane, u_n = w/(n-1+delta) and u_m = (1-w)/(m-1+delta) the factors of the two scatters",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), minors.after_a_fit(d, of_minor, sp.Integer(1)), evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    weight, real, synthetic, offset = numbers(scenario)
    values = {
        w: minors.number(weight), n: sp.Integer(real), m: sp.Integer(synthetic), delta: minors.number(offset),
        dim: rank(scenario), minors.determinant0: exact_covariance(scenario).det(),
    }  # fmt: skip
    d = scenario.source.dimension
    divisor = real - 1 + minors.number(offset)
    first = [ff(sp.Integer(real - 1), k) / divisor**k for k in range(d + 1)]
    nothing = [sp.Integer(0)] * (d + 1)
    none = (of_minor, lambda rows, place: (sp.Integer(0), sp.Integer(0)))
    later = minors.history(lambda fit: values, none, lambda rows: (1, 1), (first, nothing), int(generation) - 1)
    return values | minors.bound_means([minors.source_means(d), *later]) | {t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits. Takes 0.2 s in 8 dimensions at t = 10^6."""
    _, real, _, offset = numbers(scenario)
    d = scenario.source.dimension
    later = log_minor(_map(scenario), np.maximum(generations - 1, 0), weighted_first(real, offset, d))
    return minors.with_logarithm(scenario, np.where(generations > 0, later, 0.0))


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite where the recursion does not settle. Weight 0 is replacement."""
    weight, _, synthetic, offset = numbers(scenario)
    if not weight:
        rate = log_mean_pivots(synthetic, float(offset), scenario.source.dimension).sum()
        first = float(evaluate(scenario, np.array([1]))[0])
        return first if rate == 0 or first == 0 else (0.0 if rate < 0 else np.inf)
    return minors.times_source(scenario, settled_minor(_map(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums over single points in the plane, volumes elsewhere."""
    return minors.reference(scenario, generation)


def _map(scenario: Scenario):
    return weighted_map(*numbers(scenario), scenario.source.dimension)


def _setting(real: int, synthetic: int, weight: float, divisor: str, *covariance: tuple, **offset: float) -> Scenario:
    retention = {"kind": "weighted", "weight": weight, "real": real, "synthetic": synthetic}
    return minors.setting(retention, None, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-weighted-determinant",
    title="With weight w on fresh real points the expected determinant follows a linear recursion of mean minors of 0 "
    "to d rows (t from 2 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(retains("weighted"), NOT_BELOW_UNBIASED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_setting(10, 15, 0.3, "mle", SPACE), t=(2, 5)),
        Example(_setting(8, 20, 0.4, "unbiased"), t=(2, 10), simulate=False),
        Example(_setting(6, 9, 0.25, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(_setting(8, 20, 0.4, "unbiased"), t=(0, 1, np.inf), algebra=False, simulate=False),
        Example(_setting(3, 2, 0.4, "mle"), t=(1, 4, np.inf), algebra=False, simulate=False),
        Example(_setting(5, 8, 0.0, "mle"), t=(3, np.inf), algebra=False, simulate=False),
        Example(_setting(5, 8, 1.0, "unbiased"), t=(3, np.inf), algebra=False, simulate=False),
        Example(_setting(2, 10, 0.5, "mle"), t=(2, np.inf), algebra=False, simulate=False),
        Example(_setting(10**6, 10**6, 3e-6, "unbiased"), t=(2, 100_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
