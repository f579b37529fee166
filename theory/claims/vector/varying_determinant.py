r"""With sizes $M_k$ the expected determinant is a product; part of it is left exactly where $\sum1/M_k$ converges.

$\frac{E\det\Sigma_t}{\det\Sigma_0}=\prod_{k\le t}\frac{(M_k-1)(M_k-2)\cdots(M_k-d)}{L_k^d}$: for the unbiased divisor
too, where the mean of the covariance itself stays that of the source.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import retains, sample_size_at_least
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.varying import MOST_FITS, VARYING, extrapolated, sizes, sums, total
from theory.claims.vector import minors, simplices
from theory.claims.vector.minors import ff
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.source import SHEET, SPACE, determinant, determinant0, exact_covariance, rank
from theory.derivation import Derivation
from theory.laws.block_factors import log_fitted
from theory.laws.symbols import E, L, M, delta, dim, k, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean determinant of a scatter; in the plane by second moments too; independent factors multiply."""
    d = Derivation(
        "delta is the offset of the divisor, M_k the size of generation k; ff(m, j) is m (m-1) ... (m-j+1), the number "
        "of ways to place j rows on the vectors of a scatter."
    )
    scatter_is_wishart(d)
    minors.sums_of_points(d)
    d.algebra(
        ((M - 1) ** 2 - (M - 1)) / L**2, ff(M - 1, 2) / L**2,
        because="the mean determinant of M - 1 outer products is ff(M-1, d): in the plane it is the product of the "
        "means of two independent chi-squares less the mean square of the entry beside them",
    )  # fmt: skip

    def factor(size: sp.Expr) -> sp.Expr:
        return ff(size - 1, dim) / (size - 1 + delta) ** dim

    solved = d.solves(
        E(determinant), determinant0 * sp.Product(factor(sizes[k]), (k, 1, t)), index=t, initial=(0, determinant0),
        next_value=factor(sizes[t + 1]) * E(determinant), because="the factor is independent of the model",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    listed = [sp.Float(int(size), 60) for size in scenario.sample_size.schedule(max(int(generation), 1))]
    start, offset = exact_covariance(scenario).det(), minors.number(offset_of(scenario))
    return {sizes: listed, delta: offset, t: generation, dim: rank(scenario), determinant0: start}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits."""
    return minors.with_logarithm(scenario, sums(scenario.sample_size, _terms(scenario), generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """Between 0 and infinity where the sum of 1/M_k converges.

    Raises InputError where the sizes end, or are rounded from a power above 1 that is not whole.
    """
    change = total(scenario.sample_size, _terms(scenario), _leading(scenario))
    with np.errstate(over="ignore"):
        return minors.times_source(scenario, float(np.exp(change)))


def settles(scenario: Scenario) -> bool:
    """Not for the one divisor under which the leading terms of the factors cancel."""
    return _leading(scenario) != 0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Fit by fit; the limit by extrapolation in 1/t, or where it has settled."""
    if generation == mpmath.inf:
        if scenario.sample_size.kind == "geometric":
            return reference(scenario, 34)
        if scenario.sample_size.power <= 1:
            return mpf(0) if _leading(scenario) < 0 else mpf(mpmath.inf)
        start, doubled = exact_covariance(scenario).det(), tuple(4 * 2**i for i in range(6))
        values = dict(zip(doubled, simplices.determinants(scenario, doubled), strict=True))
        return extrapolated(values.__getitem__, 4, 6) * int(start.p) / int(start.q)
    return minors.reference(scenario, generation)


def _terms(scenario: Scenario):
    offset, d = float(offset_of(scenario)), scenario.source.dimension

    def terms(listed: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        return log_fitted(listed, offset, d)

    return terms


def _leading(scenario: Scenario) -> float:
    """The factor of 1/M in the logarithm of a fit's."""
    d = scenario.source.dimension
    return float(-(d * exact(float(offset_of(scenario))) + sp.Rational(d * (d - 1), 2)))


def _setting(sample_size: dict, divisor: str, *covariance: tuple, **offset: float) -> Scenario:
    return minors.setting({"kind": "replace"}, sample_size, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-replace-varying-determinant",
    title="With sizes M_k the expected determinant is the product of (M_k-1) ... (M_k-d)/L_k^d, L_k the divisor: for "
    "the unbiased divisor too a part is left only when the sum of 1/M_k converges",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(retains("replace"), VARYING, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(_setting({"kind": "polynomial", "size": 10, "power": 1.0}, "unbiased", SPACE), t=(0, 1, 5)),
        Example(_setting({"kind": "explicit", "sizes": [20, 8, 30]}, "mle"), t=(1, 3), simulate=False),
        Example(_setting({"kind": "explicit", "sizes": [9, 2, 30]}, "offset", SHEET, offset=0.5), t=(1, 3),
                simulate=False),
        Example(_setting({"kind": "explicit", "sizes": [9, 2, 10**9]}, "mle"), t=(1, 2, 3), simulate=False),
        Example(_setting({"kind": "geometric", "size": 10, "ratio": 2.5}, "unbiased"), t=(8, np.inf), algebra=False,
                simulate=False),
        Example(_setting({"kind": "polynomial", "size": 10, "power": 1.0}, "unbiased"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(_setting({"kind": "polynomial", "size": 200, "power": 2.0}, "unbiased"), t=(np.inf,),
                algebra=False, simulate=False),
    ),
)  # fmt: skip
