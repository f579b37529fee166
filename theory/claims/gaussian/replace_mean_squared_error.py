r"""The mean of a refitted Gaussian is a martingale; its squared error adds up the variances of the models so far.

$E(\mu_t-\mu_0)^2 = \frac{v_0}{M}\sum_{k\le t}\left(\frac{M-1}{L}\right)^{k-1}$: it grows linearly, as $t v_0/M$, for
the unbiased divisor, and is $v_0\,(1-(1-1/M)^t)$ under maximum likelihood, where what the variance loses the error of
the mean gains.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, expected_variance, mean_factor, mellin, squared_error
from theory.claims.gaussian.replace import bindings, expected, setting, size_and_offset
from theory.derivation import Derivation
from theory.laws.chi_square import powers_of_mean_factor
from theory.laws.symbols import E, L, M, k, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of the squared error, driven by E v_t; then its two familiar special cases."""
    error = E(squared_error)
    d = Derivation(
        "The new mean is the old one plus an independent error of variance v_t/M, so squared errors add up in "
        "expectation."
    )
    cochran(d)
    variance = expected_variance(d, mellin(d))
    solved = d.solves(
        error, v0 / M * sp.Sum(mean_factor ** (k - 1), (k, 1, t)), index=t, next_value=error + variance.rhs / M,
        initial=(0, sp.Integer(0)), because="each fit adds E v_t/M",
    )  # fmt: skip
    d.solves(
        error, t * v0 / M, index=t, next_value=error + (variance.rhs / M).subs(L, M - 1), initial=(0, sp.Integer(0)),
        because="for the unbiased divisor, L = M - 1, all terms are equal",
    )  # fmt: skip
    d.solves(
        error, v0 * (1 - (1 - 1 / M) ** t), index=t, initial=(0, sp.Integer(0)),
        next_value=error + (variance.rhs / M).subs(L, M),
        because="under maximum likelihood, L = M, the sum is geometric and bounded by v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    size, offset = size_and_offset(scenario)
    if offset == 0:
        return scenario.source.variance * generations / size
    # sum_{k<=t} r^(k-1) is the sum of r^k over r, and r = (M-1)/L
    return (
        scenario.source.variance * powers_of_mean_factor(size, offset, generations) * (1 + offset / (size - 1)) / size
    )


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 L / (M (L-M+1)) where the divisor exceeds M-1 (v_0 under maximum likelihood), else infinity."""
    size, offset = size_and_offset(scenario)
    return scenario.source.variance * (size - 1 + offset) / (offset * size) if offset > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of (E v, E error), the moments of chi-square and normal by quadrature."""
    return expected(lambda state: state["error"], scenario, generation)


CLAIM = Claim(
    id="gaussian-replace-mean-squared-error",
    title="The mean wanders off by E(mu_t - mu_0)^2 = t v_0/M for the unbiased divisor and by less than v_0 under "
    "maximum likelihood",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased"), t=(0, 1, 5, 10)),
        Example(setting(10, "mle"), t=(0, 1, 5, 20)),
        Example(setting(50, "offset", offset=0.5), t=(1, 20)),
        Example(setting(2, "mle"), t=(1, 4)),
        Example(setting(3, "unbiased", variance=1e-6), t=(1, 2)),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "offset", offset=0.3), t=(1, 1000), simulate=False),
        Example(setting(100, "mle"), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "offset", offset=0.25), t=(1000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Supplement 3.1.1", "reported", "its n is t",
            "Var X^n = sigma^2 (1 + n/M) up to second order in 1/M, unbiased; the second order is zero, and n/M is "
            "this error",
        ),
    ),
)  # fmt: skip
