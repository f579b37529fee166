r"""What claims about draws towards a centre share: the path of the precision and of the mean, and two routes by itself.

With $P_k$ the product of the first k factors of fits and $A_t=\sum_{k=r_1}^{t-1}P_k$ the variance is
$v_t=\frac{v_0P_t}{1+\beta v_0A_t}$, and of the distance of the mean from the centre $\frac1{1+\beta v_0A_t}$ is left.
The statements are evaluated by quadrature over the factors, up to t = 3; the independent route goes backwards from the
last fit, with functions of $\log v$ as Chebyshev series.
"""

import math
from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from numpy.polynomial import chebyshev
from scipy import special

from theory.claims.gaussian.one_fit import cochran
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import COMMON, TO_A_CENTRE, beta, tilt_to_a_centre
from theory.derivation import Derivation, Verdict, agree
from theory.laws.drawn_to_a_centre import Drawn, DrawnToACentre
from theory.laws.symbols import k, r1, t, v0
from theory.scenario import Scenario

MOST_FITS, MOST_WORK = 300, 3e5
NODES, DEGREE = 100, 160
DRAWN = (*COMMON, TO_A_CENTRE)
TOLERANCE = 1e-10
INTRODUCTION = (
    "Points are drawn from the model times exp(-beta (x-c)^2/2), those of the first fit too unless it sees real "
    "points, r_1 = 1. P_k is the product of the factors S of the first k fits, and A_t the sum of P_k over k from r_1 "
    "to t - 1."
)
J_v, J_g, J_d = (sp.Function(name, positive=True) for name in ("J_v", "J_g", "J_d"))
product, reached = sp.Function("P", positive=True), sp.Function("Q", positive=True)


def path(d: Derivation) -> None:
    """The precision and the mean of a model, given the factors of all fits."""
    Y, S, P, mu, c = sp.symbols("Y S P mu_t c", positive=True)
    tilt_to_a_centre(d)
    cochran(d)
    d.algebra(
        (Y + beta) / S * (P * S) - Y * P, beta * P,
        because="a fit takes the precision Y to (Y + beta)/S: Q_t = Y_t P_t, in which S has no part",
    )  # fmt: skip
    d.solves(
        reached(t), (1 + beta * v0 * (1 - r1 + sp.Sum(product(k - 1), (k, 2, t)))) / v0, index=t,
        initial=(1, 1 / v0 + beta * (1 - r1)), next_value=reached(t) + beta * product(t),
        because="so Q_t is (1 + beta v_0 A_t)/v_0, and v_t = P_t/Q_t (t from 1 on)",
    )  # fmt: skip
    d.algebra(
        ((mu * Y + c * beta) / (Y + beta) - c) * ((Y + beta) / S * (P * S)), (mu - c) * Y * P,
        because="the mean of a draw, and so of the next fit but for noise: its distance from the centre times Q_t "
        "stays as it was. Of the first distance 1/(1 + beta v_0 A_t) is left at t",
    )  # fmt: skip


def noise(d: Derivation) -> None:
    """The variance of the mean given the factors."""
    Y, later, P, M = sp.symbols("Y Q_t P_(k-1) M", positive=True)
    d.algebra(
        (P * (Y + beta) / later) ** 2 / (M * (Y + beta)), (P**2 * Y + P**2 * beta) / (M * later**2),
        because="fit k adds noise of variance 1/(M (Y + beta)), Y the precision of the model before, and Q_k/Q_t of "
        "it is left at t, Q_k = (Y + beta) P_(k-1); a first fit to real points adds v_0/M and has Q_1 = 1/v_0",
    )  # fmt: skip


def way(d: Derivation) -> None:
    """How much of the way to the centre is gone."""
    A = sp.Symbol("A_t", positive=True)
    d.algebra(
        1 - 1 / (1 + beta * v0 * A), beta * v0 * A / (1 + beta * v0 * A),
        because="of the way from the mean of the source to the centre this part is behind the model, given the factors",
    )  # fmt: skip


def law_of(scenario: Scenario) -> DrawnToACentre:
    """The numerics, in units of v_0."""
    size, offset = size_and_offset(scenario)
    strength = scenario.sampler.strength * scenario.source.variance
    return DrawnToACentre(size, offset, strength, real_fits(scenario) == 1)


@lru_cache(maxsize=64)
def reach(scenario: Scenario) -> float:
    """Some hundred fits, fewer for very few or very many points."""
    return law_of(scenario).most_fits(MOST_FITS, MOST_WORK)


@lru_cache(maxsize=16)
def _fits(scenario: Scenario, until: int) -> Float[np.ndarray, "T 4"]:
    return np.array([Drawn(1.0, 0.0, 0.0, 0.0), *law_of(scenario).fits(until)])


def after(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Drawn:
    """The four numbers at each t: arrays."""
    return Drawn(*_fits(scenario, max(int(generations.max(initial=1)), 1))[generations].T)


def distance(scenario: Scenario) -> float:
    """c - mu_0."""
    return scenario.sampler.centre - float(np.ravel(scenario.source.mean)[0])


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The means over the factors of up to three fits."""
    a = distance(scenario)

    def bound(function: Callable[[Drawn], float]) -> Callable[[sp.Expr], sp.Float]:
        return lambda fits: sp.Float(function(Drawn(*by_factors(law_of(scenario), int(fits)))), 17)

    unit = scenario.source.variance
    return {
        t: generation, v0: sp.Float(unit, 17), J_v: bound(lambda m: m.variance), J_g: bound(lambda m: a * m.way),
        J_d: bound(lambda m: a**2 * m.way_squared + unit * m.noise),
    }  # fmt: skip


@cache
def by_factors(law: DrawnToACentre, fits: int) -> tuple[float, float, float, float]:
    """E v_t, E g, E g^2 and E epsilon^2 by quadrature over the factors of all fits but the last; fits from 1 to 3."""
    if fits > 3:
        raise ValueError(f"the statement is evaluated up to t = 3, got {fits}")
    S, p = _factor(law.M, law.offset)
    S1, S2 = S[:, None], S[None, :]
    chance, P = p[:, None] * p[None, :], [1.0, S1, S1 * S2]
    first = 1 if law.real else 0
    A = [sum((P[j] for j in range(first, n)), np.zeros((1, 1))) for n in range(fits + 1)]
    pulled = law.strength * A[fits]
    error = sum(P[n - 1] * (1 + law.strength * A[n]) for n in range(1, fits + 1)) / law.M / (1 + pulled) ** 2
    mean = (law.M - 1) / (law.M - 1 + law.offset)
    found = (mean * P[fits - 1] / (1 + pulled), pulled / (1 + pulled), (pulled / (1 + pulled)) ** 2, error)
    return tuple(float(np.sum(chance * value)) for value in found)


@cache
def _factor(M: int, offset: float) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Values and chances of S by the trapezoidal rule in its logarithm."""
    a = (M - 1) / 2
    y = np.linspace(*_range(a), 3 * NODES)
    chance = np.exp(a * (y - np.expm1(y)))
    return (M - 1) / (M - 1 + offset) * np.exp(y), chance / chance.sum()


def _range(a: float) -> tuple[float, float]:
    """Where the logarithm of a chi-square of 2a degrees of freedom over its mean has a density above e^-45 of most."""
    return -max(10 / math.sqrt(a), 45 / a), math.log(1 + math.sqrt(90 / a) + 60 / a)


def backwards(scenario: Scenario, generation: float) -> Drawn:
    """The four means after so many fits, taken back fit by fit: functions of log v as Chebyshev series."""
    return Drawn(*_backwards(law_of(scenario), int(generation)))


@cache
def _backwards(law: DrawnToACentre, fits: int) -> tuple[float, float, float, float]:
    M, beta_ = law.M, law.strength
    if fits == 0:
        return 1.0, 0.0, 0.0, 0.0
    x, weight = np.polynomial.legendre.leggauss(NODES)
    a, scale = (M - 1) / 2, math.log((M - 1) / (M - 1 + law.offset))
    low, high = _range(a)
    y = (low + high) / 2 + (high - low) / 2 * x
    log_density = a * (y - np.expm1(y)) - a + a * math.log(a) - special.gammaln(a)
    step, chance = y + scale, weight * (high - low) / 2 * np.exp(log_density)
    spread = math.sqrt(fits) * 11 / math.sqrt(a) + 40 / a
    widest = max(0.0, -math.log(beta_)) + high + max(scale, 0.0)  # no draw is of a variance above 1/beta
    ends = -spread + fits * (scale - 2 / a) - math.log1p(beta_ * fits), min(spread + fits * max(scale, 0.0), widest)
    z = chebyshev.chebpts1(DEGREE + 1)
    v = np.exp((ends[0] + ends[1]) / 2 + (ends[1] - ends[0]) / 2 * z)

    def mean(series: Float[np.ndarray, "D 4"], drawn: Float[np.ndarray, " V"]) -> Float[np.ndarray, "V 4"]:
        place = (np.log(drawn)[:, None] + step - (ends[0] + ends[1]) / 2) / ((ends[1] - ends[0]) / 2)
        return np.einsum("kvn,n->vk", chebyshev.chebval(np.clip(place, -1, 1), series), chance)

    def fit(series: Float[np.ndarray, "D 4"], v: Float[np.ndarray, " V"], beta: float) -> Float[np.ndarray, "V 4"]:
        pull = 1 + beta * v
        value, left, squared, error = mean(series, v / pull).T
        return np.stack([value, left / pull, squared / pull**2, v / pull / M * squared + error], axis=1)

    values = np.stack([v, np.ones_like(v), np.ones_like(v), np.zeros_like(v)], axis=1)
    for last in range(fits, 0, -1):
        series = chebyshev.chebfit(z, values, DEGREE)
        real = last == 1 and law.real
        values = fit(series, np.ones(1) if last == 1 else v, 0.0 if real else beta_)
    variance, left, squared, error = values[0]
    return variance, 1 - left, 1 - 2 * left + squared, error


def means_of_three_fits() -> list[Verdict]:
    """Both routes at t = 3, for 5 and 20 points."""
    laws = (DrawnToACentre(5, 1.0, 0.4), DrawnToACentre(20, 0.0, 2.0, real=False))
    return [
        agree(one, other, 1e-9)
        for law in laws
        for one, other in zip(by_factors(law, 3), _backwards(law, 3), strict=True)
    ]


def as_mpf(number: float) -> mpf:
    return mpf(float(number))
