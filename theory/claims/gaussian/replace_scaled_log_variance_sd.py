r"""A sampler that scales the variance moves every chain alike: the spread of $\log v_t$ stays $\sqrt{t\,\psi'}$.

The bias, $|(t-r_1)\log c_v|$, grows as $t$ and the spread as its root. It has moved a chain by as much as chains differ
after about $\psi'\left(\frac{M-1}2\right)/\log^2c_v\approx 2/(M(1-c_v)^2)$ fits: 4 for $M=50$ and $c_v=0.9$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import scaled
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.scaled import GAUSSIAN_SCALED, bindings, setting
from theory.derivation import Derivation
from theory.laws.chi_square import log_factor_variance
from theory.laws.symbols import L, M, c, nu, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance of the logarithm of one fit, in which neither the divisor nor the sampler takes part."""
    variance, deviation = sp.Function("Var"), sp.Symbol(r"\operatorname{sd}[\log v_t]")
    d = Derivation("Independent terms add their variances, and a constant adds nothing to that of a term.")
    cochran(d)
    one_fit = d.algebra(
        sp.Subs(sp.Derivative(sp.log((c / L) ** order * mellin(d).subs(nu, M - 1)), (order, 2)), order, 0),
        sp.polygamma(1, (M - 1) / sp.Integer(2)),
        because="Var log(c X/L) is the second derivative of log E (c X/L)^s at s = 0",
    ).rhs  # fmt: skip
    solved = d.solves(
        variance(sp.log(v(t))), t * one_fit, index=t, initial=(0, sp.Integer(0)),
        next_value=variance(sp.log(v(t))) + one_fit,
        because="the terms of different fits are independent, and v_0 is not random",
    )  # fmt: skip
    root = d.algebra(
        sp.Pow(solved.rhs, sp.Rational(1, 2), evaluate=False), sp.sqrt(t) * sp.sqrt(one_fit),
        because="the standard deviation is its root",
    )  # fmt: skip
    return d.concludes(sp.Eq(deviation, root.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits."""
    return np.sqrt(generations * log_factor_variance(scenario.sample_size.constant))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity, for every factor, sample size and divisor."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrences of E log v and E (log v)^2, both moments of log chi-square by quadrature."""
    if generation == mpmath.inf:
        return mpmath.inf
    return scaled.reference(scenario, generation, lambda state, unit: mpmath.sqrt(abs(state[5] - state[2] ** 2)))


CLAIM = Claim(
    id="gaussian-replace-scaled-log-variance-sd",
    title="Draws of c_v times the variance leave the spread of the log-variance over chains at sqrt(t psi'((M-1)/2))",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=GAUSSIAN_SCALED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.9, "mle"), t=(1, 2, 10, 30)),
        Example(setting(50, 0.85, "unbiased", variance=1e-6), t=(1, 8)),
        Example(setting(20, 1.1, "offset", offset=0.5), t=(1, 8), simulate=False),
        Example(setting(2, 0.7, "mle"), t=(1, 2, 20), simulate=False),
        Example(setting(10, 0.9, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(20, 0.9, "unbiased", first_fit="biased"), t=(1, 6), simulate=False),
        Example(setting(10**9, 0.99999, "mle"), t=(1, 1000), simulate=False),
    ),
)  # fmt: skip
