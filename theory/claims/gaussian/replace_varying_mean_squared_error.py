r"""With sample sizes that vary the squared error of the mean adds up $E v_{k-1}/M_k$.

$v_0\sum_k1/M_k$ for the unbiased divisor: bounded exactly where chains keep some variance. Under maximum likelihood it
is what the mean variance has lost, $v_0-E v_t$, for every schedule.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian.one_fit import mellin, order, squared_error
from theory.claims.gaussian.reference import DIGITS, chi_square_mean, identity
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.varying import (
    GAUSSIAN_REPLACE_VARYING,
    MOST_FITS,
    bindings,
    cochran,
    setting,
    sizes,
    sums,
    total,
)  # fmt: skip
from theory.derivation import Derivation
from theory.laws.symbols import E, delta, j, k, nu, t, v0
from theory.laws.varying_sizes import log_mean_factors, running_sums
from theory.scenario import InputError, Scenario


def derive() -> Derivation:
    """Each fit adds the mean variance before it over its size."""
    error = E(squared_error)
    d = Derivation("delta is the offset of the divisor, M_k the size of generation k; the mean is a martingale.")
    cochran(d)
    mean = d.algebra(
        sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square with nu degrees of freedom"
    )  # fmt: skip
    factor = mean.rhs.subs(nu, sizes[j] - 1) / (sizes[j] - 1 + delta)
    before = sp.Product(factor, (j, 1, k - 1))
    solved = d.solves(
        error, v0 * sp.Sum(before / sizes[k], (k, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=error + v0 * before.subs(k, t + 1) / sizes[t + 1],
        because="fit t + 1 adds E v_t/M_(t+1), and E v_t is v_0 times the factors of the fits before",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    offset = size_and_offset(scenario)[1]

    def lost(sizes_: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        before = np.concatenate([[0.0], running_sums(log_mean_factors(sizes_, offset))[:-1]])[: len(sizes_)]
        return np.exp(before) / sizes_

    return scenario.source.variance * sums(scenario.sample_size, lost, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 times the sum of 1/M_k, unbiased; v_0 less the variance that stays, under maximum likelihood.

    Raises InputError for other divisors.
    """
    offset = size_and_offset(scenario)[1]
    if offset == 0:
        return scenario.source.variance * total(scenario.sample_size, np.reciprocal, 1.0)
    if offset == 1:
        left = total(scenario.sample_size, lambda M: log_mean_factors(M, 1.0), -1.0)
        return -scenario.source.variance * float(np.expm1(left))
    raise InputError('t must be finite where sample_size varies and the divisor is neither "unbiased" nor "mle"')


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence with moments by quadrature; the limit where it has settled (geometric sizes)."""
    offset = mpf(str(size_and_offset(scenario)[1]))
    if generation == mpmath.inf and scenario.sample_size.kind == "polynomial":
        return mpf(mpmath.inf if offset == 0 else str(scenario.source.variance))
    with mpmath.workdps(DIGITS):
        v, error = mpf(str(scenario.source.variance)), mpf(0)
        last = 44 if generation == mpmath.inf else int(generation)
        for size in scenario.sample_size.schedule(last):
            error += v * chi_square_mean(identity, 1) / int(size)
            v *= chi_square_mean(identity, int(size) - 1) / (int(size) - 1 + offset)
        return error


CLAIM = Claim(
    id="gaussian-replace-varying-mean-squared-error",
    title="With sizes M_k the squared error of the mean is the sum of E v_(k-1)/M_k: v_0 sum 1/M_k if unbiased",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_REPLACE_VARYING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}), t=(0, 1, 5)),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}, "mle"), t=(1, 12)),
        Example(setting({"kind": "explicit", "sizes": [20, 9, 100]}, "offset", offset=0.5), t=(1, 3)),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Supplement 3.1.1", "reported", "its n is t",
            "Var X^n = sigma^2 (1 + sum_i 1/M_i) up to second order, unbiased; the second order is zero",
        ),
    ),
)  # fmt: skip
