r"""With sample sizes that vary the mean variance is a product, $E v_t=v_0\prod_k\frac{M_k-1}{M_k-1+\delta}$.

The unbiased divisor keeps it for every schedule, while chains collapse wherever $\sum1/M_k=\infty$; any offset above 0
lets it vanish just there.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.factor_quantiles import quantile_of_variance
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean, identity
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.varying import (
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
from theory.laws.varying_sizes import log_mean_factors
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean factor of one fit; independent factors multiply."""
    d = Derivation(
        "delta is the offset of the divisor, M_k the size of generation k. Means of independent factors multiply."
    )
    cochran(d)
    mean = d.algebra(
        sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square with nu degrees of freedom"
    )  # fmt: skip

    def factor(size: sp.Expr) -> sp.Expr:
        return mean.rhs.subs(nu, size - 1) / (size - 1 + delta)

    solved = d.solves(
        E(v(t)), v0 * sp.Product(factor(sizes[k]), (k, 1, t)), index=t, initial=(0, v0),
        next_value=factor(sizes[t + 1]) * E(v(t)), because="the factor is independent of v_t",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    offset = size_and_offset(scenario)[1]
    logarithm = sums(scenario.sample_size, lambda M: log_mean_factors(M, offset), generations)
    return scenario.source.variance * np.exp(logarithm)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 for the unbiased divisor; else positive exactly where the sum of 1/M_k is finite."""
    offset = size_and_offset(scenario)[1]
    if offset == 0:
        return scenario.source.variance
    change = total(scenario.sample_size, lambda M: log_mean_factors(M, offset), -offset)
    return scenario.source.variance * float(np.exp(change))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The mean of each chi-square by quadrature; the limit by extrapolation in 1/t, or where it has settled."""
    if generation == mpmath.inf:
        if scenario.sample_size.kind == "geometric":
            return reference(scenario, 40)
        if scenario.sample_size.power <= 1:
            return mpf(0)
        return extrapolated(lambda later: reference(scenario, later), 8, 7)
    with mpmath.workdps(DIGITS):
        v = mpf(str(scenario.source.variance))
        logarithm = added(
            scenario, int(generation), lambda nu_, divisor: mpmath.log(chi_square_mean(identity, nu_) / divisor)
        )
        return v * mpmath.exp(logarithm)


CLAIM = Claim(
    id="gaussian-replace-varying-variance",
    title="With sizes M_k the mean variance is v_0 times the product of (M_k - 1)/(M_k - 1 + delta): constant if "
    "unbiased, positive in the end otherwise exactly when the sum of 1/M_k converges",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_REPLACE_VARYING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    quantile=quantile_of_variance,
    examples=(
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}, "mle"), t=(0, 1, 5, 20)),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}), t=(1, 20)),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 1.5}, "mle", variance=0.5), t=(1, 8)),
        Example(setting({"kind": "explicit", "sizes": [20, 9, 100]}, "offset", offset=0.5), t=(1, 3)),
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
    ),
)  # fmt: skip
