r"""With sample sizes that vary the log-variance loses $E\log S_k\approx-(1+\delta)/M_k$ in each fit.

So $v_t$ keeps a positive limit exactly when $\sum_k1/M_k<\infty$ (Kolmogorov's three series: the variances of the terms
are about $2/M_k$ too). Growth faster than linear is not enough: $M_k=k\log k$ collapses, as $\sum1/(k\log k)=\infty$,
while $k\log^2k$ does not.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian.factor_quantiles import quantile_of_log_variance
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import size_and_offset
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
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, delta, k, nu, t, v0
from theory.laws.varying_sizes import mean_log_factors
from theory.scenario import Scenario

LISTED, LAST_LISTED = 60, 3_000_000


def derive() -> Derivation:
    """The mean of one term from the transform; the terms add up; when the sum of all converges."""
    n = sp.Symbol("n", positive=True)
    d = Derivation(
        "delta is the offset of the divisor, M_k the size of generation k. The logarithm of a product of independent "
        "factors is a sum of independent terms."
    )
    cochran(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d)), order), order, 0), sp.polygamma(0, nu / 2) + sp.log(2),
        because="the mean of log chi-square is the derivative of the log-Mellin transform at 0",
    )  # fmt: skip

    def term(size: sp.Expr) -> sp.Expr:
        return slope.rhs.subs(nu, size - 1) - sp.log(size - 1 + delta)

    solved = d.solves(
        E(sp.log(v(t))), sp.log(v0) + sp.Sum(term(sizes[k]), (k, 1, t)), index=t, initial=(0, sp.log(v0)),
        next_value=E(sp.log(v(t))) + term(sizes[t + 1]), because="each fit adds the mean of its term",
    )  # fmt: skip
    d.given(
        term(n), -(1 + delta) / n, relation=r"\sim", source="kolmogorov1933", check=terms_are_of_order_one_over_size,
        because="for large sizes; the variance of a term is about 2/n. By the three-series theorem log v_t converges "
        "almost surely if the sum of 1/M_k does, and goes to minus infinity if it does not",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def terms_are_of_order_one_over_size() -> list[Verdict]:
    """n times the mean of a term; sum 1/(k log k) grows by log 2 as log k doubles, for ever, 1/(k log^2 k) does not."""
    large = np.array([1e6])
    terms = [agree(1e6 * mean_log_factors(large, offset)[0], -(1 + offset), 1e-5) for offset in (0.0, 1.0)]
    places = np.arange(2.0, 1e6)
    slow, fast = 1 / (places * np.log(places)), 1 / (places * np.log(places) ** 2)
    between = (places >= 1000) & (places < 1e6)
    return [
        *terms, agree(slow[between].sum(), math.log(2), 2e-3), agree(fast[between].sum(), 1 / math.log(1e6), 2e-3)
    ]  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits."""
    offset = size_and_offset(scenario)[1]
    start = math.log(scenario.source.variance)
    return start + sums(scenario.sample_size, lambda M: mean_log_factors(M, offset), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite exactly where the sum of 1/M_k is."""
    offset = size_and_offset(scenario)[1]
    change = total(scenario.sample_size, lambda M: mean_log_factors(M, offset), -(1 + offset))
    return math.log(scenario.source.variance) + change


def late_sizes(scenario: Scenario, done: int, leading: float) -> mpf:
    """What fits after so many add, to first and second order in 1/(M_k - 1): millions of rounded sizes, then powers."""
    schedule, offset = scenario.sample_size, size_and_offset(scenario)[1]
    nu_ = np.floor(schedule.size * np.arange(done + 1.0, LAST_LISTED + 1) ** schedule.power + 0.5) - 1
    terms = -np.log1p(offset / nu_) - 1 / nu_ - 1 / (3 * nu_**2) + 2 / (15 * nu_**4)
    return mpf(math.fsum(terms)) + leading * mpmath.zeta(mpf(schedule.power), LAST_LISTED + 1) / schedule.size


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Each term by quadrature; the limit by extrapolation in 1/t of sums to t = 8, 16, ..., or where it has settled."""
    if generation == mpmath.inf:
        if scenario.sample_size.kind == "geometric":
            return reference(scenario, 40)
        if scenario.sample_size.power <= 1:
            return mpf(-mpmath.inf)
        if scenario.sample_size.power % 1:
            return reference(scenario, LISTED) + late_sizes(scenario, LISTED, -1 - size_and_offset(scenario)[1])
        return extrapolated(lambda later: reference(scenario, later), 8, 7)
    with mpmath.workdps(DIGITS):
        start = mpmath.log(mpf(str(scenario.source.variance)))
        return start + added(scenario, int(generation), lambda nu_, divisor: log_mean(nu_) - mpmath.log(divisor))


CLAIM = Claim(
    id="gaussian-replace-varying-log-variance",
    title="With sizes M_k the log-variance loses about (1+delta)/M_k per fit: the variance keeps a positive limit "
    "exactly when the sum of 1/M_k converges",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=GAUSSIAN_REPLACE_VARYING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    quantile=quantile_of_log_variance,
    examples=(
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}), t=(0, 1, 5, 20)),
        Example(setting({"kind": "polynomial", "size": 3, "power": 0.5}, "mle"), t=(1, 30)),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"), t=(1, 8)),
        Example(setting({"kind": "explicit", "sizes": [2, 9, 100]}, "offset", offset=0.5), t=(1, 3)),
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}, variance=3.0), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.5}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Supplement 3.1.1", "reported", "its n is t",
            "that the distance stays finite only if the sizes grow faster than linearly: necessary, not sufficient",
        ),
    ),
    errata="Growth faster than linear is not enough: M_k = k log k is faster, its reciprocals have an infinite sum, "
    "and the variance vanishes. The exact condition is that the sum of 1/M_k is finite.",
)  # fmt: skip
