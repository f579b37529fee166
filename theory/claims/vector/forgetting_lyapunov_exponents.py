r"""Exponential forgetting loses every direction at a rate of its own, about $g^2$ times that of replacement.

The sum of the first k exponents is $\ell_k=E\log\det(1-g+gW_k/L)$ with $W_k$ a Wishart matrix in k dimensions: so the
j-th is $\ell_j-\ell_{j-1}$, about $-jg^2/M$ for the unbiased divisor and $-(g+jg^2)/M$ under maximum likelihood. The
first is the rate of a chain on the line. A first fit to $M\le d$ points leaves $M-1$ directions.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import (
    CONSTANT_SIZE,
    FAITHFUL,
    MOMENTS,
    SEVERAL_DIMENSIONS,
    UNDISTURBED,
    retains,
    sample_size_at_least,
)
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import chi_square_mean
from theory.claims.vector.factors_log_determinant import mean_log_of_move_by_rows
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.reference import log_pivots
from theory.claims.vector.replace_lyapunov_exponents import eigenvalue
from theory.claims.vector.source import PLANE, SHEET, SPACE, rank
from theory.claims.vector.whitened import setting, volumes_multiply
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.kept_covariance import mean_log_of_move
from theory.laws.symbols import j, nu, t
from theory.laws.wishart import mean_log_pivots
from theory.laws.wishart_spectrum import MOST_DIMENSIONS
from theory.scenario import Scenario

ell = sp.Function("l_W", real=True)
FEW_DIRECTIONS = Assumption(
    f"the source varies in at most {MOST_DIMENSIONS} directions",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and rank(s) <= MOST_DIMENSIONS,
)


def derive() -> Derivation:
    """Volumes of k vectors, the law of large numbers for their logarithms, and their differences."""
    x, z = sp.symbols("x z", positive=True)
    d = Derivation(
        "A fit takes Sigma_t = N N' to N F N' with F = 1 - g + g W/L, W a Wishart matrix of M - 1 degrees of freedom: "
        "its law does not change under rotations, and F is independent of N. l_W(k) is the mean of log det F in k "
        "dimensions."
    )
    scatter_is_wishart(d)
    volumes_multiply(d)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="in one direction W is a chi-square, of this Laplace transform: l_W(1) is the rate on the line",
    )  # fmt: skip
    first = sp.Function("Gamma_k", real=True)
    d.given(
        sp.Limit(first(t) / t, t, sp.oo), ell(sp.Symbol("k")), source="kolmogorov1933", check=volumes_of_chains,
        because="Gamma_k the logarithm of the squared volume that N' makes of k fixed vectors: a fit multiplies it by "
        "the determinant of F in the k directions that they have then, independent of all before and, as F does not "
        "know directions, of the law of W in k dimensions: the strong law of large numbers",
    )  # fmt: skip
    rates = d.given(
        sp.Limit(sp.log(eigenvalue) / t, t, sp.oo), ell(j) - ell(j - 1), source="newman1986", check=volumes_of_chains,
        because="the rate of such a volume is the sum of the k largest exponents, almost surely, where no law knows "
        "directions; l_W(0) = 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(rates.lhs, rates.rhs, evaluate=False))


def volumes_of_chains() -> list[Verdict]:
    """A product of 3000 fits to 6 points in the plane at the rate 1/2, by triangular factors, beside both rates."""
    rng, fits, M, g = np.random.default_rng(0), 3000, 6, 0.5
    axes, found = np.eye(2), np.zeros((fits, 2))
    for k, rows in enumerate(rng.normal(size=(fits, M - 1, 2))):
        factor = np.linalg.cholesky((1 - g) * np.eye(2) + g * rows.T @ rows / (M - 1))
        axes, scale = np.linalg.qr(factor.T @ axes)
        found[k] = 2 * np.log(np.abs(np.diag(scale)))
    rates = exponents(M, 0.0, g, 2)
    error = 5 * found.std(0) / np.sqrt(fits)
    return [at_most(abs(one - rate), limit) for one, rate, limit in zip(found.mean(0), rates, error, strict=True)]


def exponents(M: int, offset: float, rate: float, k: int) -> Float[np.ndarray, " k"]:
    """The k exponents in nats per generation, falling."""
    if rate == 1.0:
        return mean_log_pivots(M, offset, k)
    return np.diff([0.0, *(mean_log_of_move(M, offset, rate, lines) for lines in range(1, k + 1))])


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """One value for each direction, l_W by the route row by row."""
    sums = [mpf(0)]
    for rate in reference(scenario, generation):
        sums.append(sums[-1] + rate)
    return {ell: lambda k: sp.Float(sums[int(k)], 17), j: range(1, scenario.source.dimension + 1)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, "T d"]:
    """Not a number: the exponents belong to the whole chain."""
    return np.full((*generations.shape, scenario.source.dimension), np.nan)


def limit(scenario: Scenario, at: None = None) -> Float[np.ndarray, " d"]:
    """The exponents; -inf for directions that the first fit loses or the source lacks. Takes 0.2 s for each."""
    M, offset = scenario.sample_size.constant, float(offset_of(scenario))
    left = min(rank(scenario), M - 1)
    rates = np.full(scenario.source.dimension, -np.inf)
    rates[:left] = exponents(M, offset, scenario.retention.rate, left)
    return rates


def reference(scenario: Scenario, generation: float, at: None = None) -> list[mpf]:
    """Differences of mean logarithms: on the line over the density, in the plane row by row, in space by gaps."""
    M, offset, rate = scenario.sample_size.constant, offset_of(scenario), scenario.retention.rate
    left, missing = min(rank(scenario), M - 1), max(0, scenario.source.dimension - min(rank(scenario), M - 1))
    if rate == 1.0:
        return log_pivots(M, float(offset), left) + [mpf("-inf")] * missing
    with mpmath.workdps(30):
        part, divisor = mpf(repr(rate)), mpf(M - 1) + mpf(offset.numerator) / offset.denominator
        line = chi_square_mean(lambda x: mpmath.log(1 - part + part * x / divisor), M - 1)
        sums = [mpf(0), line, *(mean_log_of_move_by_rows(M, float(offset), rate, k) for k in range(2, left + 1))]
        return [sums[k] - sums[k - 1] for k in range(1, left + 1)] + [mpf("-inf")] * missing


def forgetting(rate: float) -> dict:
    return {"kind": "forgetting", "rate": rate}


CLAIM = Claim(
    id="vector-forgetting-lyapunov-exponents",
    title="With exponential forgetting the j-th eigenvalue decays almost surely at the rate l_j - l_(j-1), l_k the "
    "mean of log det(1 - g + g W/L) in k dimensions, W a Wishart matrix",
    kind=Kind.EXACT,
    statistic="lyapunov_exponents",
    assumptions=(
        SEVERAL_DIMENSIONS, FEW_DIRECTIONS, MOMENTS, retains("forgetting"), CONSTANT_SIZE, sample_size_at_least(2),
        FAITHFUL, UNDISTURBED,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting(forgetting(0.3), "mle", PLANE, 10), t=(np.inf,)),
        Example(setting(forgetting(0.5), "unbiased", SPACE, 7), t=(np.inf,)),
        Example(setting(forgetting(0.9), "offset", SPACE, 11, offset=0.5), t=(np.inf,)),
        Example(setting(forgetting(0.4), "mle", SPACE, 3), t=(np.inf,), algebra=False),
        Example(setting(forgetting(0.4), "mle", SHEET, 2), t=(np.inf,), algebra=False),
        Example(setting(forgetting(1.0), "unbiased", SPACE, 6), t=(np.inf,), algebra=False),
    ),
    sources=(
        Source(
            "newman1986", "", "cited", "its n is t",
            "the exponents of products of independent matrices with normal entries, whose law does not know directions",
        ),
    ),
)  # fmt: skip
