r"""Where all data are kept the second moment of the variance is a convergent product too, of factors near 1.

$E v_t^2=v_0^2\,\frac{N_1^2-1}{(N_1-1+\delta)^2}\prod_{k=2}^t\left(1-\frac{M(2(1+\delta)N_k-3M)}{N_k^2(N_k-1+\delta)^2}
\right)$, $N_k=N_1+(k-1)M$. With equal batches and maximum likelihood a factor is $1-\frac{4k-3}{M^2k^4}$: the spread
of the variance over chains makes up for its fall to first order in $1/M$, and stays bounded for every divisor.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_ACCUMULATE
from theory.claims.gaussian.accumulate import N, first_and_later, setting
from theory.claims.gaussian.accumulate_factor import X, Y, bindings, factor_of_one_fit, log_of_mean_square, summed
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.pooled_fit import log_mean_square_of_fit
from theory.laws.sums_over_fits import sum_over_fits
from theory.laws.symbols import N1, E, M, delta, k, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean square of the factor of one fit, and the product of all of them."""
    d = Derivation("Each fit multiplies the variance by a factor that is independent of the pool; so do mean squares.")
    factor = factor_of_one_fit(d)
    transform = mellin(d)
    second = d.algebra(
        sp.Subs(transform, order, 2), nu * (nu + 2), because="the second moment of a chi-square, at s = 2"
    ).rhs
    divisor, P = N + M - 1 + delta, N + M
    c, share = divisor - M, 1 - M / P
    d.algebra(
        (factor * divisor) ** 2, c**2 + 2 * c * X + 2 * c * share * Y + X**2 + 2 * share * X * Y + share**2 * Y**2,
        because="the square of the factor, over that of its divisor",
    )  # fmt: skip
    mean_square = d.algebra(
        (c**2 + 2 * c * (M - 1) + 2 * c * share + second.subs(nu, M - 1) + 2 * share * (M - 1) + 3 * share**2)
        / divisor**2,
        1 - M * (2 * (1 + delta) * P - 3 * M) / (P * divisor) ** 2,
        because="and its mean: all that is of first order in 1/P cancels",
    ).rhs  # fmt: skip
    pool, start = N1 + (k - 1) * M, v0**2 * (N1**2 - 1) / (N1 - 1 + delta) ** 2
    solved = d.solves(
        E(v(t) ** 2),
        start * sp.Product(1 - M * (2 * (1 + delta) * pool - 3 * M) / (pool * (pool - 1 + delta)) ** 2, (k, 2, t)),
        index=t, initial=(1, start), next_value=mean_square.subs(N, N1 + (t - 1) * M) * E(v(t) ** 2),
        because="the first fit is to N_1 real points; then mean squares multiply",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def log_ratio(scenario: Scenario, generations: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """log(E v_t^2 / v_0^2); 0 at t = 0."""
    first, size = first_and_later(scenario)
    offset = float(offset_of(scenario))
    start = -np.inf if first == 1 else log_mean_squared_factor(first, offset)
    later = sum_over_fits(lambda y: log_mean_square_of_fit(size, y * size, offset), 3, first / size, generations)
    return np.where(generations > 0, start + later, 0.0)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    return scenario.source.variance**2 * np.exp(log_ratio(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The whole product; finite for every divisor."""
    return scenario.source.variance**2 * float(np.exp(log_ratio(scenario, np.array([np.inf]))[0]))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The moments of both chi-squares by quadrature, multiplied fit by fit."""
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    first, offset = scenario.first_size, offset_of(scenario)
    if generation == 0:
        return unit
    if first == 1:
        return mpmath.mpf(0)
    divisor = first - 1 + mpmath.mpf(offset.numerator) / offset.denominator
    start = mpmath.log(chi_square_mean(lambda x: x * x, first - 1) / divisor**2)
    return unit * mpmath.exp(summed(log_of_mean_square, start, scenario, generation))


CLAIM = Claim(
    id="gaussian-accumulate-variance-second-moment",
    title="With all data kept, the second moment of the variance tends to a positive limit for every divisor (t from 1 "
    "on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_ACCUMULATE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5), t=(1, 2, 10, 50)),
        Example(setting(10, first=25, divisor="unbiased"), t=(1, 2, 10, 40)),
        Example(setting(20, first=3), t=(1, 2, 30), simulate=False),
        Example(setting(2, first=100), t=(1, 5, 40)),
        Example(setting(1), t=(1, 5), simulate=False),
        Example(setting(1, divisor="unbiased", first=2), t=(1, 2, 20), simulate=False),
        Example(setting(5), t=(0,), algebra=False, simulate=False),
        Example(setting(5), t=(99, 100, 101, 999, 1000, 1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(20, divisor="unbiased"), t=(1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000, first=2), t=(1, 2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
