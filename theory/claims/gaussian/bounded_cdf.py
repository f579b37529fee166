"""What bounds on the law of the variance share: the true chances that they are compared with, two inequalities.

After one fit the chance is that of a chi-square; beyond it, an exact claim's own reference.
"""

import mpmath
import sympy as sp
from mpmath import mpf
from scipy import special

from theory.claims.exact_claims import exact_claim
from theory.derivation import Verdict, at_most
from theory.scenario import Scenario

P = sp.Function("P")


def chance_below(scenario: Scenario, generation: float, at: float) -> mpf:
    """P(v_t <= at)."""
    level = mpf(repr(at)) / mpf(repr(scenario.source.variance))
    if generation == 0:
        return mpf(int(level >= 1))
    claim = exact_claim(scenario, "variance_cdf", generation)
    if claim is not None:
        return claim.reference(scenario, generation, at)
    first = scenario.first_size
    if generation == 1:
        with mpmath.workdps(30):
            divisor = mpf(repr(scenario.estimator.divide_by(first)))
            return mpmath.gammainc(mpf(first - 1) / 2, 0, divisor * level / 2, regularized=True)
    raise ValueError(f"the true chance is known after one fit, got t = {generation}")


def one_sided_chances() -> list[Verdict]:
    """Cantelli's inequality for a chi-square with 5 degrees of freedom, and for its worst case, two points."""
    below = [(special.gammainc(2.5, x / 2), x) for x in (0.5, 2.0, 4.5)]
    above = [(special.gammaincc(2.5, x / 2), x) for x in (5.5, 9.0, 30.0)]
    verdicts = [at_most(chance, 10 / (10 + (5 - x) ** 2)) for chance, x in below + above]
    return [*verdicts, at_most(mpf(1) / 5, mpf(4) / (4 + mpf(16)) + mpf(10) ** -14)]  # 1/5 at -4, 4/5 at 1: spread 4


def markov_for_one_fit() -> list[Verdict]:
    """P(X > x) <= 5/x for a chi-square with 5 degrees of freedom."""
    return [at_most(special.gammaincc(2.5, x / 2), 5 / x) for x in (5.0, 8.0, 40.0)]
