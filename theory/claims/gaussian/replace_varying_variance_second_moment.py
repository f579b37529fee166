r"""With sample sizes that vary the second moment of the variance is a product, $v_0^2\prod_k\frac{M_k^2-1}{L_k^2}$.

For the unbiased divisor it stays finite exactly where $\sum1/M_k$ converges; under maximum likelihood a positive part
of it is left exactly where $\sum1/M_k^2$ converges, so also for $M_k=Mk$, whose chains all collapse.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.varying import (
    ADDED,
    GAUSSIAN_REPLACE_VARYING,
    MOST_FITS,
    added,
    bindings,
    cochran,
    extrapolated,
    setting,
    sizes,
    sums,
    total,
)  # fmt: skip
from theory.derivation import Derivation
from theory.laws.symbols import E, delta, k, nu, t, v0
from theory.laws.varying_sizes import log_mean_squared_factors
from theory.scenario import Scenario
from theory.scenario.sample_size import Polynomial


def derive() -> Derivation:
    """The mean squared factor of one fit; independent factors multiply."""
    d = Derivation(
        "delta is the offset of the divisor, M_k the size of generation k. Independent factors multiply their second "
        "moments."
    )
    cochran(d)
    square = d.algebra(
        sp.Subs(mellin(d), order, 2), nu * (nu + 2), because="the second moment of a chi-square, nu degrees of freedom"
    )  # fmt: skip

    def factor(size: sp.Expr) -> sp.Expr:
        return square.rhs.subs(nu, size - 1) / (size - 1 + delta) ** 2

    solved = d.solves(
        E(v(t) ** 2), v0**2 * sp.Product(factor(sizes[k]), (k, 1, t)), index=t, initial=(0, v0**2),
        next_value=factor(sizes[t + 1]) * E(v(t) ** 2), because="the factor is independent of v_t",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    offset = size_and_offset(scenario)[1]
    logarithm = sums(scenario.sample_size, lambda M: log_mean_squared_factors(M, offset), generations)
    with np.errstate(over="ignore"):
        return scenario.source.variance * (scenario.source.variance * np.exp(logarithm))


def limit(scenario: Scenario, at: None = None) -> float:
    """Between 0 and infinity where the sum of 1/M_k converges, or of 1/M_k^2 under maximum likelihood.

    Raises InputError where the sizes end, or are rounded from a power above 1 that is not whole.
    """
    offset, schedule = size_and_offset(scenario)[1], scenario.sample_size

    def term(M: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        return log_mean_squared_factors(M, offset)

    if offset != 1 or not isinstance(schedule, Polynomial) or schedule.power > 1:
        change = total(schedule, term, 2 * (1 - offset))
    elif schedule.power <= 0.5:
        return 0.0
    else:  # the power 1: log(1 - 1/M^2), M = size k
        first = term(schedule.schedule(ADDED).astype(np.float64))
        change = float(first.sum()) - float(special.zeta(2, ADDED + 1)) / schedule.size**2
    with np.errstate(over="ignore"):
        return float(scenario.source.variance * (scenario.source.variance * np.exp(change)))


def settles(scenario: Scenario) -> bool:
    """Not under maximum likelihood with rounded powers whose squares alone have a finite sum of reciprocals."""
    schedule = scenario.sample_size
    return not (size_and_offset(scenario)[1] == 1 and isinstance(schedule, Polynomial) and 0.5 < schedule.power < 1)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Second moments of chi-squares by quadrature; the limit by extrapolation in 1/t, or where it has settled."""
    offset = size_and_offset(scenario)[1]
    if generation == mpmath.inf:
        if scenario.sample_size.kind == "geometric":
            return reference(scenario, 40)
        if scenario.sample_size.power <= 1 and offset != 1:
            return mpf(0) if offset > 1 else mpf(mpmath.inf)
        return extrapolated(lambda later: reference(scenario, later), 8, 7)
    with mpmath.workdps(DIGITS):
        logarithm = added(
            scenario, int(generation),
            lambda nu_, divisor: mpmath.log(chi_square_mean(lambda x: x**2, nu_) / divisor**2),
        )  # fmt: skip
        return mpf(str(scenario.source.variance)) ** 2 * mpmath.exp(logarithm)


CLAIM = Claim(
    id="gaussian-replace-varying-variance-second-moment",
    title="With sizes M_k the second moment of the variance is v_0^2 times the product of (M_k^2 - 1)/L_k^2, L_k the "
    "divisor: bounded, if unbiased, exactly when the sum of 1/M_k converges",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_REPLACE_VARYING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting({"kind": "polynomial", "size": 50, "power": 2.0}, "mle"), t=(0, 1, 5)),
        Example(setting({"kind": "polynomial", "size": 50, "power": 1.0}), t=(1, 5)),
        Example(setting({"kind": "geometric", "size": 50, "ratio": 1.5}, "mle", variance=0.5), t=(1, 8)),
        Example(setting({"kind": "explicit", "sizes": [50, 40, 100]}, "offset", offset=0.5), t=(1, 3)),
        Example(setting({"kind": "explicit", "sizes": [2, 9, 10**9]}), t=(1, 2, 3), simulate=False),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 0.5}, "offset", offset=2.0), t=(np.inf,),
                algebra=False, simulate=False),
    ),
)  # fmt: skip
