r"""Tilted by value, the mean of a refitted Gaussian drifts by $\beta v_t$ in every fit to what it wrote.

With the unbiased divisor the drift never ends, $\beta v_0(t-r_1)$, $r_1=1$ where the first fit sees real points and 0
where the source writes them through the sampler too; under maximum likelihood the variance runs out, and all drift
there will ever be is $\beta v_0(M-r_1)$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.one_fit import cochran, error, expected_variance, mean_factor, mellin
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import BY_VALUE, COMMON, beta, bindings, numbers, setting, tilt_by_value
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_factor, powers_of_mean_factor
from theory.laws.symbols import E, k, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tilt of a normal law, the mean variance, and its sum."""
    d = Derivation(
        "mu_{t+1} is mu_t + beta v_t plus noise of mean 0, in the first fit too unless it sees real points, r_1 = 1."
    )
    tilt_by_value(d)
    cochran(d)
    variance = expected_variance(d, mellin(d))
    solved = d.solves(
        E(error), beta * v0 * (1 - r1 + sp.Sum(mean_factor ** (k - 1), (k, 2, t))), index=t,
        initial=(1, beta * v0 * (1 - r1)), next_value=E(error) + beta * variance.rhs,
        because="a draw of model t has the mean mu_t + beta v_t, and so has the mean of the next model",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E mu_t - mu_0 in data units; t counts fits."""
    size, offset, variance, strength = numbers(scenario)
    if strength == 0:
        return np.zeros(len(generations))
    later = powers_of_mean_factor(size, offset, np.maximum(generations - 1, 0))
    with np.errstate(over="ignore"):
        return strength * variance * (np.where(generations > 0, 1 - real_fits(scenario), 0) + later)


def limit(scenario: Scenario, at: None = None) -> float:
    """beta v_0 (1 - r_1 + (M-1)/(L-M+1)) where the divisor L exceeds M-1, else infinity with the sign of beta."""
    size, offset, variance, strength = numbers(scenario)
    if strength == 0:
        return 0.0
    shrinks = log_mean_factor(size, offset) < 0
    return strength * variance * (1 - real_fits(scenario) + (size - 1) / offset) if shrinks else strength * np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The linear recurrence of E v and E mu, the mean factor by quadrature."""
    if generation == mpmath.inf:
        return at_infinity(lambda later: reference(scenario, later))
    size, offset, variance, strength = numbers(scenario)
    with mpmath.workdps(DIGITS):
        factor = chi_square_mean(identity, size - 1) / (size - 1 + mpf(str(offset)))
        v, fits = mpf(str(variance)), int(generation)
        one = mpmath.matrix([[factor, 0], [mpf(str(strength)), 1]])
        if scenario.sampler.first_fit == "biased" or fits == 0:
            return linear_iterate(one, [v, mpf(0)], fits)[1]
        return linear_iterate(one, [v * factor, mpf(0)], fits - 1)[1]


CLAIM = Claim(
    id="gaussian-tilt-value-replace-mean-bias",
    title="Tilted by value, exp(beta x), the expected mean moves by beta v_0 per generation if unbiased, and by "
    "beta v_0 (M - r_1) in all under maximum likelihood",
    kind=Kind.EXACT,
    statistic="mean_bias",
    assumptions=(*COMMON, BY_VALUE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(15, "unbiased", 0.3, variance=1.0), t=(1, 2, 8)),
        Example(setting(20, "mle", -0.5), t=(1, 6)),
        Example(setting(15, "unbiased", 0.3, variance=1.0, first_fit="biased"), t=(1, 8)),
        Example(setting(20, "mle", -0.5, first_fit="biased"), t=(0, 6, np.inf), algebra=False, simulate=False),
        Example(setting(15, "unbiased", 0.3), t=(0, 100, np.inf), algebra=False, simulate=False),
        Example(setting(20, "mle", -0.5), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(1_000_000, "mle", 0.3), t=(1, 3), simulate=False),
        Example(setting(1_000_000, "mle", 0.3), t=(10_000,), algebra=False, simulate=False),
    ),
)  # fmt: skip
