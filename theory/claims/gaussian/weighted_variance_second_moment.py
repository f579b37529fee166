r"""Weight on fresh real points holds the second moment of the variance too, where $(1-w)^2\,E B^2$ is below 1.

$B$ is the variance of a fit to $m$ standard normal points: $E B^2=\frac{m^2-1}{(m-1+\delta)^2}$. Few synthetic points
under the unbiased divisor with little weight on the real ones leave a second moment that grows for ever, although the
mean variance stays.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import weighted
from theory.claims.gaussian.one_fit import cochran, mellin, moment_of_factor, v
from theory.claims.gaussian.reference import at_infinity, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.weighted import (
    GAUSSIAN_WEIGHTED,
    first_variance,
    fit_of,
    fixed_variance,
    numbers,
    rho,
    setting,
    synthetic_rate,
    v1,
    v_bar,
)
from theory.claims.gaussian.weighted_variance import derive as derive_variance
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, delta, m, n, t, v0, w
from theory.laws.weighted_mixing import weighted_square_limit
from theory.scenario import Scenario

s1, s_bar, sigma, chi = sp.symbols("s_1 sbar s_v rho_s", real=True)
first_square = v0**2 * (n**2 - 1) / (n - 1 + delta) ** 2
square_rate = (1 - w) ** 2 * (m**2 - 1) / (m - 1 + delta) ** 2
fixed_square = (w**2 * s1 + 2 * w * v1 * rho * v_bar) / (1 - chi)
part_of_variance = 2 * w * v1 * rho * (v1 - v_bar) / (rho - chi)


def derive() -> Derivation:
    """The second moment of one batch, the square of the mixture, and the recursion it obeys with the variance."""
    variance = derive_variance()
    d = Derivation("The two batches are independent, so the square of the mixture has the mean of three products.")
    cochran(d)
    moment_of_factor(
        d, mellin(d), sp.Integer(2), (M**2 - 1) / L**2,
        "the second moment of a fit to M points of variance 1 with the divisor L: here n or m points, and "
        "L = n - 1 + delta or m - 1 + delta",
    )  # fmt: skip
    d.steps += variance.steps
    A, B = sp.symbols("A B")
    d.algebra(
        (w * A + (1 - w) * v(t) * B) ** 2,
        w**2 * A**2 + 2 * w * (1 - w) * A * v(t) * B + (1 - w) ** 2 * v(t) ** 2 * B**2,
        because="the next variance, A and B the two fits: E A = v_1, (1-w) E B = rho_v, E A^2 = s_1, "
        "(1-w)^2 E B^2 = rho_s",
    )  # fmt: skip
    d.algebra(
        w**2 * s1 + 2 * w * v1 * rho * (v_bar + (v1 - v_bar) * rho ** (t - 1)),
        (1 - chi) * fixed_square + (rho - chi) * part_of_variance * rho ** (t - 1),
        because="what a fit adds to rho_s E v_t^2, with E v_t from before",
    )
    solved = d.solves(
        E(v(t) ** 2), s_bar + (s1 - s_bar - sigma) * chi ** (t - 1) + sigma * rho ** (t - 1), index=t,
        initial=(1, s1), next_value=chi * E(v(t) ** 2) + (1 - chi) * s_bar + (rho - chi) * sigma * rho ** (t - 1),
        because="so the second moment obeys a linear recursion; sbar and s_v stand for the two quotients (by "
        "continuity where rho_v = rho_s or rho_s = 1)",
    )  # fmt: skip
    for symbol, value, words in (
        (v1, first_variance, "the expected variance after the first fit"),
        (rho, synthetic_rate, "what one fit keeps of the expected variance"),
        (v_bar, fixed_variance, "the fixed point of E v_t"),
        (s1, first_square, "the second moment of the variance after the first fit"),
        (chi, square_rate, "what one fit keeps of the second moment"),
        (s_bar, fixed_square, "the fixed point of the second moment"),
        (sigma, part_of_variance, "the part of it that follows the variance"),
    ):
        d.define(symbol, value, words)
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """Those of the variance, and what this derivation defines, to 60 digits."""
    given = weighted.bindings(scenario, generation)
    for symbol, value in ((s1, first_square), (chi, square_rate), (s_bar, fixed_square), (sigma, part_of_variance)):
        given[symbol] = sp.Float(sp.N(value.subs(given), 60), 60)
    return given


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    return scenario.source.variance**2 * fit_of(scenario).second_moment(generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """sbar where rho_s < 1, else infinity."""
    return scenario.source.variance**2 * float(weighted_square_limit(*numbers(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of (1, v, v^2), the moments of chi-squares by quadrature."""
    weight, real, synthetic, offset = numbers(scenario)
    step, start = _one_fit(weight, real, synthetic, offset)
    with mpmath.workdps(50):
        unit = mpf(repr(scenario.source.variance)) ** 2
        if generation == 0:
            return unit
        if generation == mpmath.inf:
            return unit * at_infinity(lambda later: linear_iterate(step, start, later - 1)[2])
        return unit * linear_iterate(step, start, int(generation) - 1)[2]


@cache
def _one_fit(weight, real, synthetic, offset) -> tuple[mpmath.matrix, list[mpf]]:
    """The map of (1, E v, E v^2) in units of the source, and these after the first fit."""
    with mpmath.workdps(65):
        a, shift = mpf(weight.numerator) / weight.denominator, mpf(offset.numerator) / offset.denominator
        A, A2, B, B2 = (
            chi_square_mean(function, points - 1) / (points - 1 + shift) ** power if points > 1 else mpf(0)
            for points in (real, synthetic)
            for power, function in ((1, identity), (2, _square))
        )
        step = mpmath.matrix([
            [1, 0, 0],
            [a * A, (1 - a) * B, 0],
            [a**2 * A2, 2 * a * (1 - a) * A * B, (1 - a) ** 2 * B2],
        ])  # fmt: skip
        return step, [mpf(1), A, A2]


def _square(x: mpf) -> mpf:
    return x * x


CLAIM = Claim(
    id="gaussian-weighted-variance-second-moment",
    title="Weight w on fresh real points keeps the second moment of the variance finite for ever if and only if "
    "(1-w)^2 (m^2-1)/(m-1+delta)^2 < 1 (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_WEIGHTED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2, 5, 20, np.inf)),
        Example(setting(20, 80, 0.39, "unbiased"), t=(1, 2, 10, np.inf)),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 3, 12)),
        Example(setting(5, 3, 0.2, "unbiased"), t=(1, 2, 30), simulate=False),
        Example(setting(5, 3, 0.2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(2, 1, 0.5, "mle"), t=(1, 2, 5, np.inf), algebra=False, simulate=False),
        Example(setting(1, 5, 0.1, "offset", offset=0.2), t=(1, 9, np.inf), algebra=False, simulate=False),
        Example(setting(1, 5, 0.5, "mle"), t=(1, 4, np.inf), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "mle"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "unbiased"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.6, "mle"), t=(0,), algebra=False, simulate=False),
        Example(setting(10**6, 10**6, 3e-6, "unbiased"), t=(1, 10, 100_000, np.inf), simulate=False),
    ),
)  # fmt: skip
