r"""Tilted by value, the mean of a refitted Gaussian drifts by $\beta v_t$ per generation, and the chains drift apart.

The error is what drift of the draws adds, $\sum E v_k/M$, and $\beta^2$ times the mean square of $\sum v_k$: for the
unbiased divisor the mean of the drift grows linearly, its square exponentially, carried by few chains.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.one_fit import cochran, squared_error
from theory.claims.gaussian.reference import DIGITS, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import BY_VALUE, COMMON, beta, bindings, f, numbers, q, setting, tilt_by_value
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_squared_factor, powers_of_mean_factor
from theory.laws.symbols import E, L, M, i, k, r1, t, v0
from theory.scenario import Scenario

MOST_GENERATIONS = 1_000_000


def derive() -> Derivation:
    """The sum of the variances so far: its product with the last one, its square, and the error."""
    d = Derivation(
        "mu_{t+1} is mu_t + beta v_t plus noise of variance v_t/M, in the first fit too unless it sees real points, "
        "r_1 = 1. So mu_t - mu_0 is noise and beta times A = v_1 + ... + v_(t-1), with v_0 before if r_1 = 0; with f "
        "and q the mean of v_(t+1)/v_t and of its square, the mean of v_t^2 is v_0^2 q^t."
    )
    tilt_by_value(d)
    cochran(d)
    mixed, square, error = sp.symbols("C B D", real=True)
    product = d.solves(
        mixed, v0**2 * f**t * (1 - r1 + sp.Sum((q / f) ** (i - 1), (i, 2, t))), index=t,
        initial=(1, (1 - r1) * v0**2 * f), next_value=f * (mixed + v0**2 * q**t),
        because="C is the mean of v_t A: v_(t+1) is v_t times an independent factor of mean f",
    )  # fmt: skip
    term = (product.rhs * 2 + v0**2 * q**t).subs(t, k - 1)
    squares = d.solves(
        square, (1 - r1) * v0**2 + sp.Sum(term, (k, 2, t)), index=t, initial=(1, (1 - r1) * v0**2),
        next_value=square + 2 * product.rhs + v0**2 * q**t,
        because="B is the mean of A^2: one more term adds twice its product with the others, and its square",
    )  # fmt: skip
    solved = d.solves(
        error, v0 / M * sp.Sum(f ** (k - 1), (k, 1, t)) + beta**2 * squares.rhs, index=t,
        initial=(1, v0 / M + beta**2 * (1 - r1) * v0**2),
        next_value=error + v0 * f**t / M + beta**2 * (2 * product.rhs + v0**2 * q**t),
        because="D is the squared error of the mean: the noise has mean 0 given the variances, whose path it has no"
        " part in",
    )  # fmt: skip
    d.define(f, (M - 1) / L, "the mean factor of the variance in one fit")
    d.define(q, (M - 1) * (M + 1) / L**2, "the mean of its square")
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units, as a sum of t positive terms; t counts fits."""
    size, offset, variance, strength = numbers(scenario)
    noise = np.where(generations > 0, 1 + powers_of_mean_factor(size, offset, np.maximum(generations - 1, 0)), 0.0)
    with np.errstate(over="ignore"):
        drift = np.array([_drift(size, offset, int(t) - 1, real_fits(scenario)) for t in generations])
        return variance * noise / size + (strength * variance) ** 2 * drift


def _drift(size: int, offset: float, terms: int, first: int) -> float:
    """sum_{i=first}^n q^i (1 + 2 (f + ... + f^(n-i))), the mean square of v_first + ... + v_n over v_0^2."""
    i = np.arange(float(first), terms + 1)
    weights = 1 + 2 * powers_of_mean_factor(size, offset, terms - i)
    return float(np.sum(np.exp(i * log_mean_squared_factor(size, offset)) * weights))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The linear recurrence of E v, E v^2, E m^2 and E m v, m the error of the mean, by quadrature."""
    size, offset, variance, strength = numbers(scenario)
    with mpmath.workdps(DIGITS):
        divisor, beta_ = size - 1 + mpf(str(offset)), mpf(str(strength))
        factor = chi_square_mean(identity, size - 1) / divisor
        squared = chi_square_mean(_squared, size - 1) / divisor**2

        def fit(drift: mpf) -> mpmath.matrix:
            return mpmath.matrix([
                [factor, 0, 0, 0],
                [0, squared, 0, 0],
                [mpf(1) / size, drift**2, 1, 2 * drift],
                [0, factor * drift, 0, factor],
            ])  # fmt: skip

        v = mpf(str(variance))
        state = [v, v**2, mpf(0), mpf(0)]
        fits = int(generation)
        if fits and scenario.sampler.first_fit == "real":
            state, fits = linear_iterate(fit(mpf(0)), state, 1), fits - 1
        return linear_iterate(fit(beta_), state, fits)[2]


def _squared(x: mpf) -> mpf:
    return x * x


CLAIM = Claim(
    id="gaussian-tilt-value-replace-mean-squared-error",
    title="Tilted by value, the mean drifts by beta v_t per generation: its squared error is a double sum of powers",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*COMMON, BY_VALUE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: MOST_GENERATIONS,
    examples=(
        Example(setting(15, "unbiased", 0.3, variance=1.0), t=(1, 2, 8)),
        Example(setting(20, "mle", -0.5), t=(1, 6)),
        Example(setting(50, "unbiased", 0.1), t=(1, 10)),
        Example(setting(15, "unbiased", 0.3, variance=1.0, first_fit="biased"), t=(0, 1, 8), simulate=False),
        Example(setting(15, "unbiased", 0.3), t=(0, 100), algebra=False, simulate=False),
        Example(setting(1_000_000, "mle", 0.3), t=(1, 3), simulate=False),
        Example(setting(1_000_000, "mle", 0.3), t=(10_000,), algebra=False, simulate=False),
    ),
)  # fmt: skip
