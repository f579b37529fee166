r"""What claims about independent factors share, under three policies: conditions, steps, numerics.

Where all data are kept (a window keeps them until it is full), where models forget, and where data are replaced and
sample sizes vary, fits multiply the variance by factors $F_k$ that are independent of all before them, and move the
mean by $\sqrt{q_k v_{k-1}}\,Z_k$, the sign of $Z_k$ independent of everything, $EZ_k^2=1$. The first fit is to $N_1$
real points: $F_1=\chi^2_{N_1-1}/L_1$ and $q_1=1/N_1$; every fit to replaced data is of this form. The statements are in
$\varphi(p,k)=E F_k^p$ and $\chi(p,k)=E Z_k^2F_k^p$, which the algebra's number takes from Laplace transforms.
"""

from functools import lru_cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.gaussian import forgetting
from theory.claims.gaussian.accumulate import N
from theory.claims.gaussian.accumulate_factor import factor_of_one_fit
from theory.claims.gaussian.accumulate_log_variance import TWO_REAL_POINTS
from theory.claims.gaussian.kept_data import KEPT, UNTIL_FULL, keeps_for_ever, until_full
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.schedule_end import end_of_sum, fits_to_the_end, grows_to_the_end
from theory.derivation import Derivation
from theory.laws.accumulated_factors import AccumulatedFactors, accumulated_factors
from theory.laws.forgotten_factors import ForgottenFactors, forgotten_factors
from theory.laws.symbols import E, M, g, i, j, k, nu, t, z
from theory.laws.varying_factors import VaryingFactors
from theory.laws.varying_sizes import log_mean_squared_factors
from theory.scenario import InputError, Scenario
from theory.scenario.sample_size import Explicit

KEPT_OR_FORGOTTEN = Assumption(
    'the retention policy is "accumulate" or "forgetting"', lambda s: s.retention.kind in ("accumulate", "forgetting")
)
GAUSSIAN_FACTORS = (
    GAUSSIAN, MOMENTS, KEPT_OR_FORGOTTEN, CONSTANT_SIZE, FAITHFUL, UNDISTURBED, TWO_REAL_POINTS,
)  # fmt: skip
POLICY = Assumption(
    f'the retention policy is "accumulate", "forgetting" or "replace", or {UNTIL_FULL}',
    lambda s: KEPT.holds(s) or s.retention.kind in ("forgetting", "replace"),
)
SIZES = Assumption(
    "the sample size varies where data are replaced, and is the same in every generation otherwise",
    lambda s: s.sample_size is not None and replaces(s) == (s.sample_size.constant is None),
)
TWO_POINTS = Assumption(
    "the first batch has at least 2 points, and every batch where data are replaced",
    lambda s: s.sample_size is not None and s.first_size >= 2 and (not replaces(s) or _smallest(s) >= 2),
)
INDEPENDENT_FACTORS = (GAUSSIAN, MOMENTS, POLICY, SIZES, FAITHFUL, UNDISTURBED, TWO_POINTS)
MOST_FITS = 10_000  # of replaced data
LARGEST = 600.0  # of the logarithm of a moment of the fourth order
INTRODUCTION = (
    "Where all data are kept, in a window until it is full, and under exponential forgetting, a fit multiplies the "
    "variance by a factor F_k that is independent of all before it and moves the mean by sqrt(q_k v_(k-1)) Z_k, whose "
    "sign is independent of "
    "everything. With P points in the pool after fit k, M of them new, and the divisor L = P - 1 + delta, F_k is "
    "[L - M + chi^2_(M-1) + (1 - M/P) Z_k^2]/L and q_k = M/P^2; under forgetting F_k is 1 - g + g chi^2_(M-1)/L and "
    "q_k = g^2/M. The first fit, to N_1 real points, has F_1 = chi^2_(N_1-1)/L and q_1 = 1/N_1. Where "
    "data are replaced and sizes M_k vary, every fit is as the first: F_k is chi^2_(M_k-1)/L_k and q_k = 1/M_k."
)
phi, chi, q, u, ell = (sp.Function(name, positive=True) for name in ("phi", "chi", "q", "u", "l"))
half = sp.Rational(1, 2)
Law = AccumulatedFactors | ForgottenFactors | VaryingFactors


def factors(d: Derivation) -> None:
    """The factor of one fit under each policy, the step of the mean, and the transform behind every moment."""
    factor_of_one_fit(d)
    mu, b = sp.symbols("mu_t b", real=True)
    d.algebra(
        (N * mu + M * b) / (N + M) - mu, M / (N + M) * (b - mu),
        because="so F_k = [L - M + X + (1 - M/P) Y]/L with P points in the pool and the divisor L after fit k; the "
        "mean moves by M/P times the error sqrt(v_(k-1)/M) Z_k of the batch mean, Y = Z_k^2: q_k = M/P^2",
    )  # fmt: skip
    forgetting.factor(d)
    d.algebra(
        (1 - g) * mu + g * b - mu, g * (b - mu),
        because="under forgetting the mean moves by g times that error: q_k = g^2/M, Z_k independent of F_k. A fit to "
        "replaced data has the rate g = 1 and M_k points: F_k = chi^2_(M_k-1)/L_k, q_k = 1/M_k",
    )  # fmt: skip
    x = sp.Symbol("x", positive=True)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    z = sp.Symbol("z", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of a chi-square, by integrating its density; so E exp(-z F_k) is known",
    )  # fmt: skip


def powers_from_the_transform(d: Derivation) -> None:
    """F^(-r) as an integral of exp(-z F)."""
    z, F, r = sp.symbols("z F r", positive=True)
    d.algebra(
        sp.Integral(z ** (r - 1) * sp.exp(-z * F), (z, 0, sp.oo)) / sp.gamma(r), F ** (-r),
        because="and with it every phi(p, k) = E F_k^p, as F^p = F^n F^(-r) and F^n exp(-z F) is a derivative; with "
        "Z_k^2 inside, chi(p, k)",
    )  # fmt: skip


def mean_power(p: sp.Expr, until: sp.Expr = t, index: sp.Symbol = j) -> sp.Expr:
    """E v^p after so many fits, in units of v_0^p."""
    return sp.Product(phi(p, index), (index, 1, until))


def solve_power(d: Derivation, p: sp.Expr) -> sp.Expr:
    """E v_t^p = v_0^p prod phi(p, k), in units of v_0^p."""
    moment = E(sp.Symbol("v_t", positive=True) ** p)
    return d.solves(
        moment, mean_power(p), index=t, initial=(0, sp.Integer(1)), next_value=phi(p, t + 1) * moment,
        because="means of independent factors multiply; in units of v_0",
    ).rhs  # fmt: skip


def solve_error(d: Derivation) -> sp.Expr:
    """E d^2, d = mu_t - mu_0, in units of v_0."""
    x, y = sp.symbols("x y", real=True)
    d.algebra(
        ((x + y) ** 2 + (x - y) ** 2) / 2, x**2 + y**2,
        because="the sign of the step of the mean is a fair coin: with x the error before the fit and y the step, odd "
        "powers of the step cancel",
    )  # fmt: skip
    error = E(sp.Symbol("d_t") ** 2)
    return d.solves(
        error, strayed(), index=t, initial=(0, sp.Integer(0)), next_value=error + q(t + 1) * mean_power(1),
        because="each fit adds q_k v_(k-1)",
    ).rhs  # fmt: skip


def strayed() -> sp.Expr:
    """The sum of q_k E v_(k-1)."""
    return sp.Sum(q(k) * mean_power(sp.Integer(1), k - 1), (k, 1, t))


def error_with_power(p: sp.Expr, until: sp.Expr = t) -> sp.Expr:
    """E d^2 v^p: each fit multiplies by phi(p, k) and adds q_k chi(p, k) E v_(k-1)^(1+p)."""
    grown = sp.Integer(1) if p == -1 else mean_power(1 + p, i - 1)
    term = q(i) * chi(p, i) * grown / (phi(p, i) * mean_power(p, i - 1))
    return mean_power(p, until) * sp.Sum(term, (i, 1, until))


def solve_error_with_power(d: Derivation, p: sp.Expr) -> sp.Expr:
    """E d^2 v_t^p in units of v_0^(1+p)."""
    moment = E(sp.Symbol("d_t") ** 2 * sp.Symbol("v_t", positive=True) ** p)
    grown = sp.Integer(1) if p == -1 else mean_power(1 + p)
    return d.solves(
        moment, error_with_power(p), index=t, initial=(0, sp.Integer(0)),
        next_value=phi(p, t + 1) * moment + q(t + 1) * chi(p, t + 1) * grown,
        because="(d + y)^2 v^p F^p: the square of the error keeps its factor, that of the step comes with Z^2 F^p",
    ).rhs  # fmt: skip


def fourth_error() -> sp.Expr:
    """E d^4 as a sum over fits."""
    one, two = sp.Integer(1), sp.Integer(2)
    added = 6 * q(k) * error_with_power(one, k - 1) + 3 * q(k) ** 2 * mean_power(two, k - 1)
    return sp.Sum(added, (k, 1, t))


def solve_fourth(d: Derivation, unit: sp.Expr | int = 1) -> sp.Expr:
    """E d^4, times the unit, from E d^2 v and E v^2."""
    x, y = sp.symbols("x y", real=True)
    d.algebra(
        sp.Integral(z**4 * NORMAL, (z, -sp.oo, sp.oo)), sp.Integer(3),
        because="E Z^4 for the normal step of the mean",
    )  # fmt: skip
    d.algebra(
        ((x + y) ** 4 + (x - y) ** 4) / 2, x**4 + 6 * x**2 * y**2 + y**4,
        because="and odd powers of the step y cancel",
    )  # fmt: skip
    fourth, one, two = E((mu0 - mut) ** 4), sp.Integer(1), sp.Integer(2)
    return d.solves(
        fourth, unit * fourth_error(), index=t, initial=(0, sp.Integer(0)),
        next_value=fourth + unit * (6 * q(t + 1) * error_with_power(one) + 3 * q(t + 1) ** 2 * mean_power(two)),
        because="so a fit adds 6 q E d^2 v + 3 q^2 E v^2",
    ).rhs  # fmt: skip


def law(scenario: Scenario, latest: int = 1) -> Law:
    """The numerics of the policy; those of replaced data up to the latest fit."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if replaces(scenario):
        return VaryingFactors(scenario.sample_size.schedule(latest).astype(np.float64), offset)
    if scenario.retention.kind == "forgetting":
        return forgotten_factors(size, offset, scenario.retention.rate)
    return accumulated_factors(size, scenario.first_size, offset)


def evaluated(
    scenario: Scenario, generations: Int[np.ndarray, " T"], moment: str, power: int = 0
) -> Float[np.ndarray, " T"]:
    """A moment of the law at each t, in units of v_0^power; 0 at t = 0."""
    t_ = np.asarray(generations, dtype=np.float64)
    latest = int(t_[np.isfinite(t_)].max(initial=1.0))
    values = np.where(t_ > 0, getattr(law(scenario, latest), moment)(np.maximum(t_, 1.0)), 0.0)
    with np.errstate(over="ignore"):
        for _ in range(power):
            values = scenario.source.variance * values
    return values


def settled(scenario: Scenario, moment: str, power: int = 0) -> float:
    """The same at t = inf where all data are kept, or replaced by more and more."""
    if replaces(scenario):
        return end_of_sum(scenario.sample_size, lambda t_: evaluated(scenario, t_, moment, power))
    return float(evaluated(scenario, np.array([np.inf]), moment, power)[0])  # type: ignore[arg-type]


def replaces(scenario: Scenario) -> bool:
    return scenario.retention.kind == "replace"


def forgets(scenario: Scenario) -> bool:
    return scenario.retention.kind == "forgetting"


def settles(scenario: Scenario) -> bool:
    """Whether the end of a chain is known: not where sizes vary, nor beyond the first full window."""
    return not replaces(scenario) and keeps_for_ever(scenario)


def sums_settle(scenario: Scenario) -> bool:
    """Whether the end of a sum over fits is: where sizes vary, if they grow so fast that 1/M_k has a finite sum."""
    if not replaces(scenario):
        return settles(scenario)
    return grows_to_the_end(scenario.sample_size) and reach(scenario) >= fits_to_the_end(scenario.sample_size)[-1]


@lru_cache(maxsize=64)
def reach(scenario: Scenario) -> float:
    """The last fit that is a factor, and whose moments of the fourth order float64 holds where data are replaced."""
    if not replaces(scenario):
        return until_full(scenario)
    logarithm, offset = 0.0, float(offset_of(scenario))
    for fit in range(1, MOST_FITS + 1):
        try:
            size = np.array(float(scenario.sample_size.at(fit)))
        except InputError:  # the schedule says best where it ends
            return MOST_FITS
        logarithm += max(0.0, float(log_mean_squared_factors(size, offset))) + float(np.log1p(2 / (size - 1)))
        if logarithm > LARGEST:
            return fit - 1
    return MOST_FITS


def _smallest(scenario: Scenario) -> int:
    """The least of the sizes that are listed, or of the first ones of a schedule that grows."""
    schedule = scenario.sample_size
    return min(schedule.sizes if isinstance(schedule, Explicit) else schedule.leading_sizes())
