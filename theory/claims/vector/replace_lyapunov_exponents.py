r"""Every direction is lost at a rate of its own: almost every chain has the same $d$ Lyapunov exponents.

$\frac1t\log\lambda_j(\Sigma_t)\to\psi\left(\tfrac{M-j}2\right)-\log\tfrac L2$ almost surely, about $-j/M$ for the
unbiased divisor and $-(j+1)/M$ under maximum likelihood. The first is the rate of a chain on the line. Neighbours
differ by about $1/M$, so the models flatten one direction after the other: the condition number grows as
$e^{(d-1)t/M}$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import triangular_factor
from theory.claims.vector.reference import log_pivots
from theory.claims.vector.source import SHEET, SPACE, rank, vector_setting
from theory.claims.vector.source import bindings as source_bindings
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.log_chi_square_sum import log_sum_mean, log_sum_quantiles, log_sum_sd
from theory.laws.symbols import L, M, j, nu, t
from theory.laws.wishart import mean_log_pivots
from theory.scenario import Scenario

eigenvalue = sp.Symbol(r"\lambda_{t,j}", positive=True)
FIVE = tuple(tuple(float(row == column) * (row + 1) for column in range(5)) for row in range(5))


def derive() -> Derivation:
    """The rate of a pivot, the law of large numbers, and that eigenvalues have the rates of the pivots."""
    d = Derivation(
        "The covariance of model t is N N' with a product N of t independent triangular matrices, after a triangular "
        "factor of that of the source. Diagonal entries of triangular matrices multiply, so the logarithm of each is a "
        "sum, and the eigenvalues of N N' have the same rates."
    )
    triangular_factor(d)
    transform = mellin(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform.subs(nu, M - j) / L**order), order), order, 0),
        sp.polygamma(0, (M - j) / sp.Integer(2)) - sp.log(L / 2),
        because="E log of the j-th squared pivot of one fit is the derivative of its log-Mellin transform at 0",
    )  # fmt: skip
    pivots = d.given(
        sp.Limit(sp.log(sp.Symbol("N_{jj}^2", positive=True)) / t, t, sp.oo), slope.rhs, source="kolmogorov1933",
        check=pivots_follow_their_rates,
        because="the strong law of large numbers: log N_(j,j)^2 is a sum of t independent terms of this mean and of "
        "finite variance",
    )  # fmt: skip
    rates = d.given(
        sp.Limit(sp.log(eigenvalue) / t, t, sp.oo), pivots.rhs, source="newman1986", check=eigenvalues_follow_pivots,
        because="the rates fall with j, and a product of triangular matrices whose diagonal entries have falling rates "
        "has them as the rates of its singular values; from j = M on the pivots are 0, and so are the eigenvalues",
    )  # fmt: skip
    return d.concludes(sp.Eq(sp.Limit(sp.log(eigenvalue) / t, t, sp.oo), rates.rhs, evaluate=False))


def pivots_follow_their_rates() -> list[Verdict]:
    """The law of log N_(j,j)^2 / t for M = 5, unbiased, j up to 3: all but 2e-9 of the chains lie close to the rate."""
    verdicts = []
    for degrees in (4, 3, 2):
        for generations in (1_000, 100_000):
            low, high = log_sum_quantiles(np.array([1e-9, 1 - 1e-9]), degrees, generations) / generations
            rate, spread = log_sum_mean(degrees, 1), 6.5 * log_sum_sd(degrees, 1) / math.sqrt(generations)
            verdicts += [at_most(rate - spread, low), at_most(high, rate + spread)]
    return verdicts


def eigenvalues_follow_pivots() -> list[Verdict]:
    """Powers of one triangular matrix in 1000-digit arithmetic: eigenvalues of N N' and pivots, ever closer."""
    t_ = 400
    with mpmath.workdps(1000):
        factor = mpmath.matrix([[1.0, 0.0, 0.0], [3.0, 0.9, 0.0], [-2.0, 5.0, 0.7]])
        product = factor**t_
        gram = product * product.T
        whole = sum(gram[i, i] for i in range(3))
        minors = sum(gram[i, i] * gram[j, j] - gram[i, j] ** 2 for i in range(3) for j in range(i))
        determinant = (mpmath.mpf(1.0) * factor[1, 1] * factor[2, 2]) ** (2 * t_)
        # sums of products of one, two and three eigenvalues lie between their largest product and a multiple of it
        found = [mpmath.log(whole) / t_, mpmath.log(minors / whole) / t_, mpmath.log(determinant / minors) / t_]
        expected = [2 * mpmath.log(factor[i, i]) for i in range(3)]
        return [at_most(abs(one - other), 20 / t_) for one, other in zip(found, expected, strict=True)]


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """The symbols of the statement, which has one value for each direction."""
    return source_bindings(scenario, generation) | {j: range(1, scenario.source.dimension + 1)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, "T d"]:
    """Not a number: the exponents belong to the whole chain."""
    return np.full((*generations.shape, scenario.source.dimension), np.nan)


def limit(scenario: Scenario, at: None = None) -> Float[np.ndarray, " d"]:
    """The d exponents in nats per generation, falling; -inf for directions that one fit loses or the source lacks."""
    size, offset = size_and_offset(scenario)
    rates = np.full(scenario.source.dimension, -np.inf)
    rates[: rank(scenario)] = mean_log_pivots(size, offset, rank(scenario))
    return rates


def reference(scenario: Scenario, generation: float, at: None = None) -> list[mpmath.mpf]:
    """E log of each squared pivot by quadrature; the rank of the source by exact arithmetic."""
    covariance = sp.Matrix([[sp.Rational(str(x)) for x in row] for row in scenario.source.covariance])
    varying = covariance.rank()
    missing = scenario.source.dimension - varying
    return log_pivots(*size_and_offset(scenario), varying) + [mpmath.mpf("-inf")] * missing


CLAIM = Claim(
    id="vector-replace-lyapunov-exponents",
    title="The j-th eigenvalue of the covariance decays almost surely at the rate psi((M-j)/2) - log(L/2), and is 0 "
    "after one fit where j >= M",
    kind=Kind.EXACT,
    statistic="lyapunov_exponents",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(vector_setting(10, "unbiased", SPACE), t=(np.inf,)),
        Example(vector_setting(10, "mle"), t=(np.inf,)),
        Example(vector_setting(100, "offset", FIVE, offset=0.5), t=(np.inf,)),
        Example(vector_setting(6, "unbiased", FIVE), t=(np.inf,)),
        Example(vector_setting(1_000_000_000, "mle", SPACE), t=(np.inf,)),
        Example(vector_setting(3, "mle", FIVE), t=(np.inf,), algebra=False),
        Example(vector_setting(10, "mle", SHEET), t=(np.inf,), algebra=False),
        Example(vector_setting(2, "mle", SHEET), t=(np.inf,), algebra=False),
    ),
    sources=(
        Source(
            "newman1986", "", "cited", "its n is t",
            "the exponents of products of independent matrices with normal entries; a fit multiplies by such a one in "
            "law, of M-1 columns",
        ),
    ),
)  # fmt: skip
