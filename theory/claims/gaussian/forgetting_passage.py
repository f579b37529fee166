"""What both bounds on the time to collapse under exponential forgetting share: conditions, steps, numbers, truth."""

import math
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf
from scipy import special

from theory.claim import Assumption, exact
from theory.claims.gaussian import forgetting_log_variance
from theory.claims.gaussian.forgetting import GAUSSIAN_FORGETTING, factor, read
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.chi_square import log_mean_factor
from theory.laws.forgetting import mean_log
from theory.laws.log_excess import log_excess
from theory.laws.symbols import E, M, g, nu, v0, x
from theory.scenario import Scenario

CELL, HIGHEST = 0.02, 16.0

T, o = sp.Symbol("T"), sp.Symbol("o", positive=True)
above, below = sp.symbols("e_x p_1", positive=True)
ell = forgetting_log_variance.ell


def falls(scenario: Scenario) -> bool | None:
    """Whether E log F < 0; None where that is not defined."""
    if scenario.retention.kind != "forgetting" or scenario.estimator.kind != "moments":
        return None
    return mean_log(*read(scenario)) < 0 if (scenario.sample_size.constant or 0) >= 2 else None


VANISHES = Assumption("almost every chain vanishes, E log F < 0", lambda s: falls(s) is True)
ASSUMPTIONS = (*GAUSSIAN_FORGETTING, VANISHES)


def passage(d: Derivation) -> Step:
    """The factor, the mean distance after the first fit, and Wald's identity from there on."""
    factor(d)
    s = sp.Symbol("s", positive=True)
    d.algebra(
        sp.Derivative(-sp.uppergamma(nu / 2, s / 2) / sp.gamma(nu / 2), s),
        s ** (nu / 2 - 1) * sp.exp(-s / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2)),
        because="the density of a chi-square with nu = M - 1 is the slope of one less this tail, with which v_1 "
        "exceeds x e^u at s = L x e^u/v_0. Over all u > 0 the tail sums to e_x, the mean of log(v_1/x) where it is "
        "positive; at u = 0 it is 1 - p_1",
    )  # fmt: skip
    return d.given(
        E(T), 1 + (above + (1 - below) * o) / (-ell), source="wald1944", check=times_by_one_step,
        because="log(v_t/x) is a random walk from its value after the first fit on, with steps log F of mean l_g < 0: "
        "its mean time to fall below 0 is that value and the mean overshoot o over -l_g; 1 where v_1 is below x",
    )  # fmt: skip


def times_by_one_step() -> list[Verdict]:
    """e_x by the integral of tails and by the density, at three levels."""
    return [
        agree(log_excess(math.log(level), n), float(_mean_excess(n, mpf(str(level)))), 1e-11)
        for n, level in ((1, 0.1), (9, 0.8), (9, 1.5))
    ]


def _mean_excess(degrees: int, level: mpf) -> mpf:
    """E(log(X/nu) - log level)^+ over the density."""
    a = mpf(degrees) / 2

    def integrand(y: mpf) -> mpf:
        return y * mpmath.exp(a * (y + mpmath.log(level) + mpmath.log(a)) - a * level * mpmath.exp(y))

    with mpmath.workdps(25):
        end = mpmath.log(1 + 80 / (a * level)) + 1
        return mpmath.quad(integrand, mpmath.linspace(0, end, 9)) / mpmath.gamma(a)


def numbers(scenario: Scenario, at: float) -> tuple[float, float, float]:
    """e_x, p_1 and l_g < 0."""
    size, offset, rate = read(scenario)
    level = math.log(at / scenario.source.variance) - log_mean_factor(size, offset)
    first = float(special.gammainc((size - 1) / 2, (size - 1) / 2 * math.exp(level)))
    return log_excess(level, size - 1), first, mean_log(size, offset, rate)


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """The symbols of a statement, its integrals by mpmath over densities."""
    given = forgetting_log_variance.bindings(scenario, 1)
    size, divisor = int(given[M]), mpf(str(given[sp.Symbol("L", positive=True)]))
    level = mpf(repr(at)) / mpf(repr(scenario.source.variance)) * divisor / (size - 1)
    first = mpmath.gammainc(mpf(size - 1) / 2, 0, level * (size - 1) / 2, regularized=True)
    return {
        ell: given[ell], g: given[g], above: sp.Float(_mean_excess(size - 1, level), 25), below: sp.Float(first, 25),
        x: exact(at), v0: given[v0],
    }  # fmt: skip


@cache
def mean_passage(scenario: Scenario, at: float) -> mpf:
    """E T to some three digits: the law of log(v_t/x) on a lattice, moved by the distribution of log F."""
    if scenario.source.variance < at:
        return mpf(0)
    size, offset, rate = read(scenario)
    cells, level = np.arange(round(HIGHEST / CELL)), at / scenario.source.variance
    divisor = size - 1 + offset

    def chance(factors: np.ndarray, part: float) -> np.ndarray:
        return special.gammainc((size - 1) / 2, np.maximum(divisor * (factors - 1 + part) / part, 0) / 2)

    start = np.diff(chance(level * np.exp(CELL * np.arange(len(cells) + 1)), 1.0))
    steps = CELL * (np.arange(-len(cells), len(cells)) + 0.5)
    moves = np.diff(chance(np.exp(steps), rate))
    kernel = moves[cells[None, :] - cells[:, None] + len(cells) - 1]
    return mpf(1 + start @ np.linalg.solve(np.eye(len(cells)) - kernel, np.ones(len(cells))))
