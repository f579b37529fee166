r"""What claims about refitted regressions share: the law of one fit, how a scenario is read, the recurrence.

Rows are $x\sim N(0,I_d)$, labels $y=x\cdot w+\epsilon$. Least squares on $M$ rows errs by $(X'X)^{-1}X'\epsilon$,
given the design with mean 0 and covariance $\sigma^2(X'X)^{-1}$. The recurrence knows no chi-square of a column: it
builds $X'X$ by Bartlett's triangle, row by row.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, REGRESSION, UNDISTURBED
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.symbols import M, nu, t
from theory.scenario import Scenario, parse_scenario

dimension = sp.Symbol("d", integer=True, positive=True)
sigma = sp.Symbol("sigma", positive=True)  # standard deviation of the noise
risk = sp.Symbol("R_t")
one_fit = sigma**2 * dimension / (M - dimension - 1)
STEP_BY_STEP = 12  # generations up to which the recurrence is iterated with quadratures

ENOUGH_ROWS = Assumption(
    "a generation has at least d + 2 rows in d dimensions",
    lambda s: s.family == "regression" and bool(s.sample_size) and s.sample_size.at(1) >= s.source.dimension + 2,
)
EQUAL_BATCHES = Assumption(
    "the first batch is as large as the others",
    lambda s: s.sample_size is not None and s.first_size == s.sample_size.constant,
)


def design_is(design: str) -> Assumption:
    """The rows of a generation are new ones, or those of the first."""
    words = {"fresh": "each generation draws new rows", "reused": "each generation labels the rows of the first again"}
    return Assumption(words[design], lambda s: s.family == "regression" and s.source.design == design)


COMMON = (REGRESSION, CONSTANT_SIZE, ENOUGH_ROWS, FAITHFUL, UNDISTURBED)


def inverse_gram(d: Derivation) -> None:
    """E trace of (X'X)^(-1) is d/(M-d-1): each entry of its diagonal is one over a chi-square."""
    x = sp.Symbol("x", positive=True)
    d.given(
        1 / sp.Symbol(r"[(X'X)^{-1}]_{jj}"), sp.Symbol(r"\chi^2_{M-d+1}"), relation=r"\sim", source="cochran1934",
        check=squares_left_by_other_columns,
        because="one over an entry of the diagonal is what the other d-1 columns leave of the square of column j: "
        "chi-square with M-(d-1) degrees of freedom, for X has independent N(0,1) entries",
    )  # fmt: skip
    h = nu / 2 + 1
    d.algebra(
        sp.Integral(x ** (h - 1) * sp.exp(-x / 2) / (2**h * sp.gamma(h)) / x, (x, 0, sp.oo)), 1 / nu,
        because="the mean of one over a chi-square with nu+2 degrees of freedom; here nu = M-d-1, so that the trace "
        "of "
        "(X'X)^(-1) has mean d/(M-d-1)",
    )  # fmt: skip


def squares_left_by_other_columns() -> list[Verdict]:
    """Moments of what one or two fixed columns leave of a normal one of 3 and 4 entries, by exact quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    weights = weights / weights.sum()
    verdicts = []
    for others in ([[1.0, 2.0, -1.0]], [[0.5, 0.0, 3.0, 1.0], [1.0, -2.0, 0.0, 0.25]]):
        columns = np.array(others).T
        size, known = columns.shape
        points = np.stack(np.meshgrid(*[nodes] * size), -1).reshape(-1, size)
        weight = np.prod(np.stack(np.meshgrid(*[weights] * size), -1).reshape(-1, size), axis=1)
        q = np.linalg.qr(columns)[0]
        squares = (points**2).sum(1) - ((points @ q) ** 2).sum(1)
        freedom = size - known
        verdicts += [agree(weight @ squares, freedom), agree(weight @ squares**2, freedom * (freedom + 2))]
    return verdicts


def sum_of_steps(d: Derivation, solution: sp.Expr, added: sp.Expr, because: str) -> Step:
    """E R_t from what each fit adds to it; the source has no error."""
    unknown = sp.Function("E")(risk)
    return d.solves(unknown, solution, index=t, next_value=unknown + added, initial=(0, sp.Integer(0)), because=because)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits: an exact fraction in a digamma would be expanded into a long sum."""
    size, d, _ = numbers(scenario)
    noise = sp.sqrt(exact(scenario.source.noise_variance))
    return {M: sp.Float(size, 60), dimension: d, sigma: noise, t: sp.Float(generation, 60)}


def numbers(scenario: Scenario) -> tuple[int, int, float]:
    """M, d and the variance of the noise."""
    return scenario.sample_size.constant, scenario.source.dimension, scenario.source.noise_variance


@cache
def inverse_trace(rows: int, d: int) -> mpf:
    """E trace (X'X)^(-1) for so many rows: the triangle grows by a row (l, c), l normal, c^2 chi-square.

    The inverse of the longer triangle has the old one, the row -l T^(-1)/c and 1/c, so that with e = E 1/c^2 the mean
    of its squares goes from g to g + e g + e.
    """
    with mpmath.workdps(DIGITS):
        g = mpf(0)
        for row in range(d):
            e = chi_square_mean(inverse, rows - row)
            g += e * g + e
        return g


def inverse(x: mpf) -> mpf:
    return 1 / x


@cache
def inverse_batches_by_quadrature(M: int, g: int, t: float) -> mpf:
    """sum_{i=1}^t 1/(i (i M - g)) from 1/(i-c) - 1/i = int_0^inf (e^{cu} - 1) e^{-iu} du, c = g/M."""
    with mpmath.workdps(DIGITS):
        c = mpf(g) / M

        def density(u: mpf) -> mpf:
            grown = mpmath.expm1(c * u) / c if g else u
            return grown / mpmath.expm1(u) * (1 if t == mpmath.inf else -mpmath.expm1(-t * u))

        end = 120 / (1 - c)
        bends = [mpf(10) ** (k / 2) for k in range(-16, 6) if (t != mpmath.inf and 10 ** (k / 2) > 0.1 / t) or k > 0]
        return mpmath.quad(density, [0, *(u for u in bends if u < end), end]) / M


def setting(rows: int, d: int, policy: str, design: str = "fresh", noise: float = 2.25) -> Scenario:
    """A scenario for the examples; the noise has a variance that is not 1."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": design},
        "sample_size": {"kind": "constant", "size": rows},
        "retention": {"kind": policy},
    })  # fmt: skip
