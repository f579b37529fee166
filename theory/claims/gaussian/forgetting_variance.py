r"""Exponential forgetting slows the loss of variance down by its rate, and no more: a fit loses $g\delta/L$.

$E v_t=v_0\frac{M-1}L\left(1-\frac{g\delta}L\right)^{t-1}$, $\delta=L-M+1$. Under maximum likelihood a small rate buys
time in proportion; under the unbiased divisor the expected variance stays, whatever the rate.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import forgetting
from theory.claims.gaussian.factor_quantiles import quantile_of_variance
from theory.claims.gaussian.forgetting import ERRATA, GAUSSIAN_FORGETTING, X, bindings, factor, read, setting
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.derivation import Derivation
from theory.laws.forgetting import variance
from theory.laws.symbols import E, L, M, g, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean of the factor of one fit and its powers."""
    d = Derivation("Each fit multiplies the variance by a factor that is independent of it.")
    F = factor(d)
    mean = d.algebra(sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square is its degrees of freedom").rhs
    kept = d.algebra(
        F.subs(X, mean.subs(nu, M - 1)), 1 - g * (L - M + 1) / L, because="so the mean of the factor, X having M - 1"
    ).rhs
    solved = d.solves(
        E(v(t)), v0 * (M - 1) / L * kept ** (t - 1), index=t, initial=(1, v0 * (M - 1) / L),
        next_value=kept * E(v(t)),
        because="the first model is a fit to real points; then means multiply",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return scenario.source.variance * variance(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 for a divisor above M - 1, v_0 for the unbiased one, infinity below."""
    offset = read(scenario)[1]
    return 0.0 if offset > 0 else (scenario.source.variance if offset == 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the mean of the chi-square by quadrature."""
    return forgetting.reference(scenario, generation, lambda state, unit: unit * state[0])


CLAIM = Claim(
    id="gaussian-forgetting-variance",
    title="With exponential forgetting the expected variance is v_0 (M-1)/L (1 - g (L-M+1)/L)^(t-1) (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_FORGETTING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
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
