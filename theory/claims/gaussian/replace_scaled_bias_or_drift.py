r"""When bias dominates drift: where $c_v<c_M=\exp(\psi(\frac{M-1}2)-\log\frac L2)$, about $1-\frac1M$ if unbiased.

A fit takes $-\log c_M$ off the log-variance by its noise, the sampler takes $-\log c_v$. Together that is at most twice
the larger of the two, which is the bias exactly where $c_v\leq c_M$: $1-c_M$ is about $1/M$ for the unbiased divisor
and $2/M$ under maximum likelihood. Then more points can save at most half of the loss, however many they are.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.gaussian import scaled
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.replace_mean_tail import AT_LEAST_UNBIASED
from theory.claims.gaussian.scaled import GAUSSIAN_SCALED, biased_fits, read, real_fits, setting
from theory.derivation import Derivation
from theory.laws.chi_square import mean_log_factor
from theory.laws.symbols import E, L, M, c, nu, r1, t, v0
from theory.scenario import Scenario

drift, larger = sp.symbols("l_M l_m", real=True)
NARROWS = Assumption(
    "the variance of the draws is at most that of the model",
    lambda s: s.sampler.kind == "scaled" and s.sampler.variance_factor <= 1,
)


def derive() -> Derivation:
    """What a fit takes, what the sampler takes, and what twice the larger of the two would."""
    d = Derivation("Both losses add up, fit by fit; a first fit to real points, r_1 = 1, has its noise alone.")
    cochran(d)
    value = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d).subs(nu, M - 1) / L**order), order), order, 0),
        sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="E log X is the derivative of log E X^s at s = 0: what one fit adds on average to the logarithm of the "
        "variance it sees",
    ).rhs  # fmt: skip
    d.define(drift, value, "what the noise of a fit adds to the log-variance, a loss")
    d.define(larger, sp.Min(sp.log(c), drift), "what the larger of the two losses adds, bias or drift")
    d.solves(
        E(sp.log(v(t))), sp.log(v0) + t * drift + (t - r1) * sp.log(c), index=t,
        initial=(1, sp.log(v0) + drift + (1 - r1) * sp.log(c)), next_value=E(sp.log(v(t))) + sp.log(c) + drift,
        because="points of model t have the variance c v_t, real ones v_0",
    )  # fmt: skip
    lower = sp.Function("B")(t)
    bound = d.solves(
        lower, sp.log(v0) + r1 * drift + 2 * (t - r1) * larger, index=t,
        initial=(1, sp.log(v0) + r1 * drift + 2 * (1 - r1) * larger), next_value=lower + 2 * larger,
        because="log c_v + l_M is at least twice the smaller of the two, equal where they are: what loses twice the "
        "larger loss in each biased fit starts no higher than E log v_t does and stays below it",
    )  # fmt: skip
    return d.concludes(sp.Ge(E(sp.log(v(t))), bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement to 60 digits, both losses among them."""
    given = scaled.bindings(scenario, generation)
    rate = sp.N(sp.digamma((given[M] - 1) / 2) - sp.log(given[L] / 2), 60)
    return given | {drift: rate, larger: min(rate, sp.log(given[c]))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """A lower bound of E log v_t, attained where both losses are equal; t counts fits."""
    size, offset, bias = read(scenario)
    noise = mean_log_factor(size, offset)
    unbiased = np.minimum(generations, real_fits(scenario))
    twice = 2 * biased_fits(scenario, generations)
    return math.log(scenario.source.variance) + unbiased * noise + twice * min(bias, noise)


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity."""
    return -np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the mean of log chi-square by quadrature."""
    return scaled.reference(scenario, generation, lambda state, unit: mpmath.log(unit) + state[2])


CLAIM = Claim(
    id="gaussian-replace-scaled-bias-or-drift",
    title="With draws of c_v <= 1 times the variance a fit loses at most twice the larger of bias and drift: bias "
    "where log c_v <= psi((M-1)/2) - log(L/2), about -1/M (t from 1 on)",
    kind=Kind.LOWER_BOUND,
    statistic="log_variance",
    assumptions=(*GAUSSIAN_SCALED, AT_LEAST_UNBIASED, NARROWS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.9, "mle", variance=1.0), t=(1, 2, 10, 30)),
        Example(setting(50, 0.98, "unbiased", variance=1e-6), t=(1, 2, 8)),
        Example(setting(20, 0.95, "offset", offset=0.5, variance=1.0), t=(1, 3, 8)),
        Example(setting(2, 0.7, "mle", variance=1.0), t=(1, 2, 20), simulate=False),
        Example(setting(10, 0.5, "unbiased", variance=1.0), t=(1, 5)),
        Example(setting(100, 0.9899, "unbiased", variance=1.0), t=(1, 50)),
        Example(setting(20, 0.9, "unbiased", variance=1.0, first_fit="biased"), t=(1, 2, 6), simulate=False),
        Example(setting(10, 1.0, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 0.999999998, "mle", variance=1.0), t=(1, 10**6), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 3", "reported", "its t is t",
            "that the variance vanishes for every factor up to 1; nothing on which of the two decides",
        ),
    ),
)  # fmt: skip
