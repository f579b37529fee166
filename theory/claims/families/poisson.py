r"""What claims about refitted Poisson laws share: $M\lambda_t$ is a Galton-Watson process with Poisson(1) offspring.

The sum of $M$ points of rate $N/M$ is Poisson with mean $N$: each of the $N$ units of the last sum leaves a Poisson
number of units with mean 1, apart from the others. The process is critical, and dies out.
"""

from collections.abc import Callable
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.reference import DIGITS, at_infinity, linear_iterate
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import M, t, v0
from theory.scenario import Scenario, parse_scenario

offspring = sp.Symbol("N_{t+1}")


def sums_are_poisson(d: Derivation) -> None:
    """The sum of M points of the model is Poisson, with mean the sum before."""
    a, z = sp.symbols("a z", positive=True)
    n = sp.Symbol("n", integer=True, nonnegative=True)
    d.algebra(
        sp.Sum(z**n * a**n * sp.exp(-a) / sp.factorial(n), (n, 0, sp.oo)), sp.exp(a * (z - 1)),
        because="the generating function of a Poisson number with mean a; those of independent ones multiply, so their "
        "sum is Poisson and the means add up",
    )  # fmt: skip
    d.given(
        offspring, sp.Symbol(r"\mathrm{Poisson}(N_t)"), relation=r"\sim", source="athreya1972branching",
        check=two_generations,
        because="with N_t the sum of the M points of generation t, which maximum likelihood divides by M: the rate "
        "is "
        "N_t/M, and a sum of M new points has the mean N_t",
    )  # fmt: skip


def two_generations() -> list[Verdict]:
    """P(sum of 2 points = 3), their rate half of a Poisson sum with mean 2, from the points and from sums alone."""
    with mpmath.workdps(30):

        def chance(of_three: Callable[[mpf], mpf]) -> mpf:
            return mpmath.fsum(poisson(mpf(2), m) * of_three(mpf(m)) for m in range(60))

        points = chance(lambda m: mpmath.fsum(poisson(m / 2, a) * poisson(m / 2, 3 - a) for a in range(4)))
        return [agree(points, chance(lambda m: poisson(m, 3)))]


def poisson(mean: mpf, n: int) -> mpf:
    """The probability of n under a Poisson law with this mean, 0 allowed."""
    return mpmath.exp(-mean) * mean**n / mpmath.factorial(n)


def bindings(scenario: Scenario, generation: int, at: float | None = None) -> dict:
    """The symbols of a statement as exact numbers; mean and variance of a Poisson law are its rate."""
    return {M: scenario.sample_size.constant, t: generation, v0: exact(scenario.source.rate)}


def expected(quantity: str, scenario: Scenario, generation: float) -> mpf:
    """E lambda_t, E lambda_t^2 or E (lambda_t - lambda_0)^2 by the recurrence of the first two moments."""
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: expected(quantity, scenario, later))
        rate = mpf(str(scenario.source.rate))
        first, second = linear_iterate(_one_fit(scenario.sample_size.constant), [rate, rate**2], int(generation))
        return {"variance": first, "variance_second_moment": second}.get(quantity, second - 2 * rate * first + rate**2)


@cache
def _one_fit(size: int) -> mpmath.matrix:
    """The linear map of (lambda, lambda^2) in expectation, its coefficients from sums over the points of two rates.

    A point has the mean square p lambda + q lambda^2, and a fit to M independent points one M-th of that of one point
    and (M-1)/M of its squared mean.
    """
    with mpmath.workdps(DIGITS + 15):

        def power_mean(rate: int, power: int) -> mpf:
            return mpmath.fsum(mpmath.exp(-rate) * mpf(rate) ** n / mpmath.factorial(n) * n**power for n in range(90))

        slope = power_mean(1, 1)
        one, two = power_mean(1, 2), power_mean(2, 2)
        q = two / 2 - one
        p = one - q
        return mpmath.matrix([[slope, 0], [p / size, (q + (size - 1) * slope**2) / size]])


def setting(size: int, rate: float = 2.0) -> Scenario:
    """A scenario of replaced data for the examples."""
    return parse_scenario({
        "source": {"kind": "poisson", "rate": rate},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
    })  # fmt: skip
