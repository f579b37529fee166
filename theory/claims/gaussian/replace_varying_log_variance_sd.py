r"""With sample sizes that vary the standard deviation of $\log v_t$ is the root of $\sum_k\psi'((M_k-1)/2)$.

The terms are about $2/M_k$: where the variance keeps a positive limit chains end at different ones, and this says how
far apart.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.varying import (
    GAUSSIAN_REPLACE_VARYING,
    MOST_FITS,
    added,
    bindings,
    cochran,
    extrapolated,
    log_mean,
    setting,
    sizes,
    sums,
    total,
)  # fmt: skip
from theory.derivation import Derivation
from theory.laws.symbols import k, nu, t
from theory.laws.varying_sizes import log_factor_variances
from theory.scenario import Scenario


def derive() -> Derivation:
    """Var log v_t grows by the second derivative of the log-Mellin transform at 0; its root is asked for."""
    deviation = sp.Symbol(r"\operatorname{sd}[\log v_t]", nonnegative=True)
    d = Derivation("M_k is the size of generation k. Independent terms add their variances.")
    cochran(d)
    curvature = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d)), (order, 2)), order, 0), sp.polygamma(1, nu / 2),
        because="Var log X is the second derivative of log E X^s at s = 0; no divisor takes part",
    )  # fmt: skip
    term = curvature.rhs.subs(nu, sizes[k] - 1)
    solved = d.solves(
        deviation, sp.sqrt(sp.Sum(term, (k, 1, t))), index=t, initial=(0, sp.Integer(0)),
        next_value=sp.sqrt(deviation**2 + term.subs(k, t + 1)), because="the terms of different fits are independent",
    )  # fmt: skip
    return d.concludes(sp.Eq(deviation, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits."""
    return np.sqrt(sums(scenario.sample_size, log_factor_variances, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite exactly where the sum of 1/M_k is."""
    return float(np.sqrt(total(scenario.sample_size, log_factor_variances, 2.0)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Each variance by quadrature; the limit by extrapolation in 1/t, or where it has settled."""
    with mpmath.workdps(DIGITS):
        return mpmath.sqrt(_variance(scenario, generation))


def _variance(scenario: Scenario, generation: float) -> mpf:
    if generation == mpmath.inf:
        if scenario.sample_size.kind == "geometric":
            return _variance(scenario, 40)
        if scenario.sample_size.power <= 1:
            return mpf(mpmath.inf)
        return extrapolated(lambda later: _variance(scenario, later), 8, 7)
    return added(
        scenario, int(generation), lambda nu_, divisor: chi_square_mean(_log_squared, nu_) - log_mean(nu_) ** 2
    )


def _log_squared(x: mpf) -> mpf:
    return mpmath.log(x) ** 2


CLAIM = Claim(
    id="gaussian-replace-varying-log-variance-sd",
    title="With sizes M_k the standard deviation of the log-variance is the root of the sum of psi'((M_k - 1)/2)",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=GAUSSIAN_REPLACE_VARYING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}), t=(0, 1, 5, 20)),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"), t=(1, 8)),
        Example(setting({"kind": "explicit", "sizes": [2, 9, 100]}, "offset", offset=0.5), t=(1, 3)),
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 0.5}), t=(np.inf,), algebra=False, simulate=False),
    ),
)
