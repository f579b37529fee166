r"""Where all data are kept a part of the expected determinant stays for ever, whatever the divisor.

With $N_k=N_1+(k-1)M$ points and the divisor $L_k=N_k-1+\delta$ at fit $k$,
$$\frac{E\det\Sigma_t}{\det\Sigma_0}=\frac{(N_1-1)^{\underline d}}{L_1^d}\prod_{k=2}^t\sum_{j=0}^d\binom dj
\frac{L_{k-1}^{d-j}\left[N_{k-1}M^{\underline j}+M^{\underline{j+1}}\right]}{N_kL_k^d},$$
a product that converges: a factor is about $1-\frac{d(d+1)}2\frac M{N_k^2}$. Replaced data lose all of it.
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
from theory.claims.vector import minors, simplices
from theory.claims.vector.minors import ff
from theory.claims.vector.source import SHEET, SPACE, determinant, determinant0, exact_covariance
from theory.derivation import Derivation
from theory.laws.block_factors import log_pooled
from theory.laws.symbols import E, M, delta, dim, j, k, t
from theory.scenario import Scenario

N = sp.Symbol("N", positive=True)
pool = sp.IndexedBase("N")  # points at each fit
FITS = range(8, 65, 4)


def derive() -> Derivation:
    """The mean determinant of the identity and new points, in the plane by second moments too, and the product."""
    d = Derivation(
        "In coordinates of the pool's model the pool has the squares c I, c = N - 1 + delta, and M points join it: "
        "their scatter, and (NM/(N+M)) times the square of the error of their mean, of variance 1/M. ff(m, j) is "
        "m (m-1) ... (m-j+1)."
    )
    minors.sums_of_points(d)
    c, divisor = N - 1 + delta, N + M - 1 + delta
    d.algebra(
        (N + M) * (ff(M - 1, j) + N / (N + M) * j * ff(M - 1, j - 1)), N * ff(M, j) + ff(M, j + 1),
        because="N + M times the weight of c^(d-j): j of the M - 1 vectors of the scatter, or j - 1 of them and the "
        "error of the mean, whose weight is h = N/(N+M)",
    )  # fmt: skip
    plane = sp.Add(*(sp.binomial(2, i) * c ** (2 - i) * (N * ff(M, i) + ff(M, i + 1)) for i in range(3))) / (N + M)
    share = N / (N + M)
    d.algebra(
        (c + (M - 1) + share) ** 2 - (M - 1) - share**2, plane,
        because="in the plane by moments of the entries: both on the diagonal are c plus a chi-square of M - 1 degrees "
        "of freedom and h times another, independent of each other, and the square of the one beside has the mean "
        "M - 1 + h^2",
    )  # fmt: skip

    def factor(fit: sp.Expr) -> sp.Expr:
        before, now = pool[fit - 1], pool[fit]
        term = sp.binomial(dim, j) * (before - 1 + delta) ** (dim - j) * (before * ff(M, j) + ff(M, j + 1))
        return sp.Sum(term, (j, 0, dim)) / (now * (now - 1 + delta) ** dim)

    start = determinant0 * ff(pool[1] - 1, dim) / (pool[1] - 1 + delta) ** dim
    solved = d.solves(
        E(determinant), start * sp.Product(factor(k), (k, 2, t)), index=t, initial=(1, start),
        next_value=factor(t + 1) * E(determinant),
        because="the first fit is to N_1 real points, whose scatter is N_1 - 1 outer products; then the factors, which "
        "do not depend on the model, multiply: N_k points are in the pool at fit k",
    )  # fmt: skip
    d.algebra(
        (plane / divisor**2).subs(delta, 1) - 1, -M * (3 * (N + M) - 2) / (N + M) ** 3,
        because="for example a factor less 1 in the plane under maximum likelihood: its size falls as 3 M/N^2, so that "
        "the product converges",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    exact, first = minors.given(scenario), scenario.first_size
    sizes = [first + (fit - 1) * scenario.sample_size.constant for fit in range(1, int(generation) + 1)]
    return exact | {delta: sp.Float(exact[delta], minors.STATE_DIGITS), pool: sizes, t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits."""
    return minors.with_logarithm(scenario, _log_share(scenario, generations.astype(np.float64)))


def limit(scenario: Scenario, at: None = None) -> float:
    """The whole product; 0 where the first batch has d points or fewer."""
    return minors.times_source(scenario, float(np.exp(_log_share(scenario, np.array([np.inf]))[0])))


def _log_share(scenario: Scenario, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    return log_pooled(size, scenario.first_size, offset, scenario.source.dimension, t)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Fit by fit; after many the polynomial in one over the points of the pool through values after 8, ... 64 fits."""
    if generation <= FITS[-1] or scenario.first_size <= scenario.source.dimension:
        return minors.reference(scenario, min(generation, 1) if np.isinf(generation) else generation)
    with mpmath.workdps(simplices.DIGITS):
        first, size, start = mpf(scenario.first_size), scenario.sample_size.constant, exact_covariance(scenario).det()
        places = [1 / (first + (fit - 1) * size) for fit in FITS]
        values = [mpmath.log(one) for one in simplices.determinants(scenario, FITS)]
        end = mpf(0) if generation == mpmath.inf else 1 / (first + (int(generation) - 1) * size)
        return mpmath.exp(polynomial(places, values, end)) * int(start.p) / int(start.q)


def _setting(size: int, divisor: str, *covariance: tuple, first: int | None = None, **offset: float) -> Scenario:
    retention = {"kind": "accumulate"} | ({} if first is None else {"first": first})
    return minors.setting(retention, size, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-accumulate-determinant",
    title="With all data kept the expected determinant is a product that converges, for every divisor (t from 1 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(retains("accumulate"), CONSTANT_SIZE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_setting(10, "mle", SPACE), t=(1, 2, 6)),
        Example(_setting(6, "unbiased", first=4), t=(1, 2, 10), simulate=False),
        Example(_setting(4, "offset", SHEET, offset=0.5), t=(1, 3), simulate=False),
        Example(_setting(2, "mle", first=5), t=(2, 5), simulate=False),
        Example(_setting(3, "offset", offset=0.5), t=(0, 1000, 1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(_setting(2, "mle"), t=(1, np.inf), algebra=False, simulate=False),
        Example(_setting(1_000_000_000, "mle", SPACE), t=(1, 5), algebra=False, simulate=False),
    ),
)  # fmt: skip
