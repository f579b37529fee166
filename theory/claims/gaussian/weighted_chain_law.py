"""What exact claims about weighted data as a Markov chain share: conditions, the density of a fit, laws, times."""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claim import Assumption
from theory.claims.gaussian.one_fit import cochran
from theory.claims.gaussian.weighted import GAUSSIAN_WEIGHTED
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.kummer import log_kummer
from theory.laws.symbols import nu
from theory.laws.weighted_chain import WeightedChain, weighted_chain
from theory.scenario import InputError, Scenario

LEAST_WEIGHT, MOST_POINTS, MOST_AT_A_LEVEL = 0.01, 1500, 3000
LONGEST = 1e140  # times whose squares float64 holds
MOST_FITS = 200_000  # to a quantile of the time to collapse


def _resolved(scenario: Scenario) -> bool:
    retention = scenario.retention
    if retention.kind != "weighted" or scenario.estimator.kind != "moments":
        return False
    if retention.weight < LEAST_WEIGHT or retention.real < 2 or max(retention.real, retention.synthetic) > MOST_POINTS:
        return False
    return chain_of(scenario, 0.0).size <= MOST_POINTS


RESOLVED = Assumption(
    f"the weight is at least {LEAST_WEIGHT}, there are 2 to {MOST_POINTS} real points, and {MOST_POINTS} values of the "
    "variance resolve a fit: sizes that are not too unequal",
    _resolved,
)
WEIGHTED_CHAIN = (*GAUSSIAN_WEIGHTED, RESOLVED)
P = sp.Function("P")
alive, later, spread = sp.symbols("P_x h_x s_x", positive=True)


def chain_of(scenario: Scenario, level: float) -> WeightedChain:
    """The chain of log(v_t/v_0), with a panel that ends at the level."""
    retention, offset = scenario.retention, scenario.estimator.divide_by(2) - 1.0
    return weighted_chain(retention.weight, retention.real, retention.synthetic, offset, level)


def chain_at(scenario: Scenario, statistic: str, at: float) -> WeightedChain:
    """The chain with a panel that ends at v = at > 0. Raises InputError for a level too far from where chains are."""
    chain = chain_of(scenario, math.log(at) - math.log(scenario.source.variance))
    if chain.size > MOST_AT_A_LEVEL:
        raise InputError(f"{statistic}: --at must be nearer to the variance of the source here, got {at:g}")
    return chain


def density_of_one_fit(d: Derivation) -> None:
    """The density of the new variance given the old one."""
    cochran(d)
    a, b, u, z = sp.symbols("a b u z", positive=True)
    one, two = sp.symbols("theta_1 theta_2", positive=True)

    def gamma(x: sp.Expr, shape: sp.Symbol, scale: sp.Symbol) -> sp.Expr:
        return x ** (shape - 1) * sp.exp(-x / scale) / (sp.gamma(shape) * scale**shape)

    other = sp.Symbol("q", positive=True)
    d.algebra(
        z * gamma(u * z, a, one) * gamma(other * z, b, two),
        z ** (a + b - 1) * u ** (a - 1) * other ** (b - 1) * sp.exp(-z * (u / one + other / two))
        / (sp.gamma(a) * sp.gamma(b) * one**a * two**b),
        because="v_(t+1) = z has a share u from w v_0 A and q = 1 - u from (1-w) v_t B, Gamma variables with "
        "shapes a = (n-1)/2 and b = (m-1)/2, scales theta_1 = 2 w v_0/(n-1+delta), theta_2 = 2 (1-w) v_t/(m-1+delta)",
    )  # fmt: skip
    c = sp.Symbol("c", positive=True)
    d.given(
        sp.Integral(u ** (a - 1) * (1 - u) ** (b - 1) * sp.exp(-c * u), (u, 0, 1)),
        sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b) * sp.hyper((a,), (a + b,), -c),
        source="dlmf", check=kummer_functions,
        because="so over all shares the density of z is Kummer's function of one variable and powers: analytic, and "
        "one fit is a matrix on a grid of log v to rounding",
    )  # fmt: skip


def kummer_functions() -> list[Verdict]:
    """Polynomials beside the series, for few and for many points."""
    with mpmath.workdps(30):
        return [
            agree(math.exp(float(log_kummer(a, b, np.array([c]))[0])), mpmath.hyp1f1(a, a + b, -mpf(c)), 1e-11)
            for a, b, c in ((0.5, 0.5, 0.3), (4.5, 9.5, 7.0), (0.5, 7.0, 400.0), (50.0, 3.0, 90.0))
        ]


def chance_after_one_fit(d: Derivation) -> None:
    """The density of a fit, and P_x = P(v_1 >= x)."""
    density_of_one_fit(d)
    s = sp.Symbol("s", positive=True)
    d.algebra(
        sp.Derivative(-sp.uppergamma(nu / 2, s / 2) / sp.gamma(nu / 2), s),
        s ** (nu / 2 - 1) * sp.exp(-s / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2)),
        because="with nu = n - 1, the density of a chi-square is the slope of one less this tail: P_x is the tail at "
        "s = (n-1+delta) x/v_0",
    )  # fmt: skip


def spread_of_time(d: Derivation, **given) -> Step:
    """sd T = sqrt(P_x (s_x^2 + (1 - P_x) h_x^2)): what a chance of no further fit adds."""
    total = d.algebra(
        alive * (spread**2 + later**2) - (alive * later) ** 2, alive * (spread**2 + (1 - alive) * later**2),
        because="T - 1 is 0, or with chance P_x the number of further fits: its mean square less its squared mean",
    )  # fmt: skip
    return d.given(sp.Symbol(r"\operatorname{sd}[T]"), sp.sqrt(total.rhs), **given)


def times_of_independent_fits() -> list[Verdict]:
    """Where all weight is on the real points T is geometric, also where it is of the order of 10^12."""
    verdicts = []
    for size, level in ((5, 0.5), (10, 0.01), (12, 0.002)):
        below, chain = (
            special.gammainc((size - 1) / 2, size * level / 2),
            WeightedChain(1.0, size, 1, 1.0, np.log(level)),
        )
        _, mean, sd = chain.time_below()
        verdicts += [agree(mean, 1 / below, 1e-11), agree(sd, math.sqrt(1 - below) / below, 1e-11)]
    return verdicts


def mean_over_alive(scenario: Scenario, at: float) -> tuple[float, float, float]:
    """P(v_1 >= at), mean and standard deviation over these chains of the further fits until v < at."""
    times = chain_at(scenario, "collapse_time", at).time_below()
    if not all(value <= LONGEST for value in times):
        raise InputError(f"--at must be such that the variance falls below it within {LONGEST:g} fits, got {at:g}")
    return times


def quantile_of_log_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q, to 1e-10 of one.

    Raises InputError where the law is not resolved.
    """
    if not RESOLVED.holds(scenario):
        raise InputError(f"quantiles are known in this scenario where {RESOLVED.name}")
    chain, start = chain_of(scenario, 0.0), math.log(scenario.source.variance)
    rows = [[chain.quantile(float(t), float(p)) if t else 0.0 for p in q] for t in generations]
    return start + np.array(rows)


def quantile_of_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The same of v_t."""
    return np.exp(quantile_of_log_variance(scenario, generations, q))


def quantile_of_time(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: float
) -> Float[np.ndarray, "T Q"]:
    """The first t with P(T <= t) >= q, for each q. Raises InputError where that is beyond 200 000 fits."""
    found = np.zeros(q.shape)
    if scenario.source.variance >= at:
        survival = chain_at(scenario, "collapse_time", at).survival()
        for t, alive_ in zip(range(1, MOST_FITS), survival, strict=False):
            found[(found == 0) & (1 - alive_ >= q)] = t
            if (found > 0).all():
                break
        else:
            raise InputError(f"collapse_time: quantiles are beyond {MOST_FITS} fits")
    return np.broadcast_to(found, (len(generations), len(q)))
