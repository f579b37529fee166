r"""Exponential forgetting tames the second moment of the variance: what a fit adds to it is of the order $g^2$.

$E F^2=1-\frac{2g\delta}L+\frac{g^2(2(M-1)+\delta^2)}{L^2}$, $\delta=L-M+1$: under the unbiased divisor it still grows
for ever, by the factor $1+2g^2/(M-1)$ per fit.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import forgetting
from theory.claims.gaussian.forgetting import ERRATA, GAUSSIAN_FORGETTING, X, bindings, factor, read, setting
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.forgetting import log_mean_square
from theory.laws.geometric import power
from theory.laws.symbols import E, L, M, g, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean square of the factor of one fit and its powers."""
    d = Derivation("Independent factors multiply their second moments.")
    F = factor(d)
    transform = mellin(d)
    first = d.algebra(sp.Subs(transform, order, 1), nu, because="the mean of a chi-square").rhs
    second = d.algebra(sp.Subs(transform, order, 2), nu * (nu + 2), because="its mean square").rhs
    d.algebra(F**2, (1 - g) ** 2 + 2 * g * (1 - g) * X / L + g**2 * X**2 / L**2, because="the square of the factor")
    excess = L - M + 1
    kept = d.algebra(
        (1 - g) ** 2 + 2 * g * (1 - g) * first.subs(nu, M - 1) / L + g**2 * second.subs(nu, M - 1) / L**2,
        1 - 2 * g * excess / L + g**2 * (2 * (M - 1) + excess**2) / L**2,
        because="and its mean, X having M - 1 degrees of freedom",
    ).rhs  # fmt: skip
    start = v0**2 * (M**2 - 1) / L**2
    solved = d.solves(
        E(v(t) ** 2), start * kept ** (t - 1), index=t, initial=(1, start), next_value=kept * E(v(t) ** 2),
        because="the first model is a fit to real points; then mean squares multiply",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    size, offset, rate = read(scenario)
    start = np.exp(log_mean_squared_factor(size, offset))
    with np.errstate(over="ignore"):
        value = start * power(log_mean_square(size, offset, rate), np.maximum(generations - 1, 0))
    return scenario.source.variance**2 * np.where(generations > 0, value, 1.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where E F^2 is below 1, infinity above, and the value after one fit where it is 1."""
    rate = log_mean_square(*read(scenario))
    return float(evaluate(scenario, np.array([1]))[0]) if rate == 0 else (0.0 if rate < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of the factor by quadrature."""
    return forgetting.reference(scenario, generation, lambda state, unit: unit**2 * state[1])


CLAIM = Claim(
    id="gaussian-forgetting-variance-second-moment",
    title="With exponential forgetting a fit multiplies the second moment of the variance by 1 - 2g delta/L + "
    "g^2 (2(M-1) + delta^2)/L^2, delta = L-M+1 (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_FORGETTING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.3, "mle"), t=(1, 2, 10, 50)),
        Example(setting(20, 0.5, "unbiased", variance=1e-6), t=(1, 2, 10)),
        Example(setting(5, 0.9, "offset", offset=0.5), t=(1, 3, 12)),
        Example(setting(2, 0.25, "mle"), t=(1, 2, 40), simulate=False),
        Example(setting(10, 1.0, "mle"), t=(1, 2, 30), simulate=False),
        Example(setting(10, 0.3, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(10, 0.3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(4, 0.1, "offset", offset=-2.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10**9, 1e-4, "mle"), t=(1, 1_000_000), simulate=False),
    ),
    errata=ERRATA,
)  # fmt: skip
