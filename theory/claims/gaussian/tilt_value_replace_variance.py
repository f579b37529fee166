r"""A soft preference for large values moves a refitted Gaussian and leaves its variance as it would be without.

$N(m,V)$ times $e^{\beta x}$ is $N(m+\beta V,V)$. Keeping the largest of several draws, which is as much of a
preference, takes a constant factor off the variance instead.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.one_fit import cochran, expected_variance, mellin, v
from theory.claims.gaussian.replace import expected
from theory.claims.gaussian.tilted_fit import BY_VALUE, COMMON, bindings, numbers, setting, tilt_by_value
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_factor
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tilt of a normal law, and the mean of the factor of one fit."""
    d = Derivation("Points are drawn from the model times exp(beta x), normalised; or from the source.")
    tilt_by_value(d)
    cochran(d)
    solved = expected_variance(d, mellin(d))
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    size, offset, variance, _ = numbers(scenario)
    with np.errstate(over="ignore"):
        return variance * np.exp(generations * log_mean_factor(size, offset))


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where the divisor exceeds M-1, the variance of the source where it equals it, infinity below."""
    size, offset, variance, _ = numbers(scenario)
    rate = log_mean_factor(size, offset)
    return variance if rate == 0 else (0.0 if rate < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, each factor's mean by quadrature against the chi density."""
    return expected(lambda state: state["v"], scenario, generation)


CLAIM = Claim(
    id="gaussian-tilt-value-replace-variance",
    title="A tilt by value, exp(beta x), leaves the expected variance as replacement without it has it, v_0 "
    "((M-1)/L)^t",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*COMMON, BY_VALUE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(15, "unbiased", 0.3), t=(0, 1, 8)),
        Example(setting(10, "mle", -0.5), t=(1, 10)),
        Example(setting(15, "unbiased", 0.3, first_fit="biased"), t=(1, 8), simulate=False),
        Example(setting(2, "mle", 2.0, variance=1e-6), t=(1, 4)),
        Example(setting(10, "mle", 0.3), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(1_000_000_000, "mle", 0.3), t=(1, 1_000_000), simulate=False),
    ),
)  # fmt: skip
