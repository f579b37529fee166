r"""Drawn towards a centre, the variance falls at least like $1/t$: curation by a quadratic reward, from above.

The tilt adds $\beta$ to the precision in every generation; as $V/(1+\beta V)$ is concave, the mean variance is at
most what it would be without fluctuations, $v_0/(1+(t-r_1)\beta v_0)$ for the unbiased divisor.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import divisor_is
from theory.claims.gaussian.one_fit import cochran, v
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import COMMON, TO_A_CENTRE, beta, bindings, f, numbers, setting, tilt_to_a_centre
from theory.claims.gaussian.tilted_variance import expected_variance
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.chi_square import log_mean_factor, powers_of_mean_factor
from theory.laws.symbols import E, k, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tilt, the mean of one fit, and the inequality of Jensen."""
    d = Derivation(
        "Points are drawn from the model times exp(-beta (x-c)^2/2), those of the first fit too unless it sees real "
        "points, r_1 = 1: their variance is V/(1 + beta V), whatever the centre c."
    )
    tilt_to_a_centre(d)
    cochran(d)
    precision = sp.Symbol("P", positive=True)
    solved = d.solves(
        precision, f**-t * (1 + beta * v0 * (1 - r1 + sp.Sum(f ** (k - 1), (k, 2, t)))) / v0, index=t,
        initial=(1, 1 / (f * v0) + (1 - r1) * beta / f), next_value=(precision + beta) / f,
        because="P is the precision of a chain whose fits all have the mean factor f = (M-1)/L, the first of them "
        "without the tilt if it is to real points",
    )  # fmt: skip
    bound = d.given(
        E(v(t)), 1 / solved.rhs, relation=r"\le", source="jensen1906fonctions", check=crossed_by_no_example,
        because="V/(1 + beta V) is concave and increasing: E v_(t+1) is at most f u/(1 + beta u) at every u >= E "
        "v_t, so the bound is passed on from fit to fit",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def crossed_by_no_example() -> list[Verdict]:
    """The mean of v_3 by quadrature over the chi-squares of all fits, M = 5 and M = 20."""
    verdicts = []
    for size in (5, 20):
        scenario = setting(size, "unbiased", 0.25, centre=1.0)
        truth, value = expected_variance(scenario, 3), evaluate(scenario, np.array([3]))[0]
        verdicts.append(at_most(truth, value))
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound in squared data units; t counts fits."""
    size, offset, variance, strength = numbers(scenario)
    drift = np.exp(generations * log_mean_factor(size, offset))
    pulled = powers_of_mean_factor(size, offset, np.maximum(generations - 1, 0))
    pulled = pulled + np.where(generations > 0, 1 - real_fits(scenario), 0)
    return variance * drift / (1 + strength * variance * pulled)


def limit(scenario: Scenario, at: None = None) -> float:
    """0: no more than that is said of the end."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """E v_t by quadrature over the chi-squares of all fits, up to three of them."""
    return expected_variance(scenario, generation)


CLAIM = Claim(
    id="gaussian-tilt-quadratic-replace-variance-upper-bound",
    title="Drawn towards a centre, the expected variance is at most v_0 f^t/(1 + beta v_0 s), s the "
    "sum of f^k from k = r_1 to t-1, f = (M-1)/L",
    kind=Kind.UPPER_BOUND,
    statistic="variance",
    assumptions=(*COMMON, TO_A_CENTRE, divisor_is("mle", "unbiased")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(1, 2, 3)),
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(0,), algebra=False, simulate=False),
        Example(setting(10, "mle", 1.0, centre=-3.0), t=(1, 2)),
        Example(setting(20, "unbiased", 0.25, 1.0, first_fit="biased"), t=(1, 2), simulate=False),
        Example(setting(50, "unbiased", 0.01, centre=0.0), t=(1, 3)),
        Example(setting(5, "mle", 4.0, centre=0.0), t=(1, 2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
