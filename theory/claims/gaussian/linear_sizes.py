r"""What claims about sizes that grow linearly share: almost every chain collapses, but too slowly for a mean time.

With $M_k=M_1k$ the log-variance moves by about $(1+\delta)\log t/M_1$ down, and as far by chance as the root of
$2\log t/M_1$: the chance to be above $x$ still falls as a small power of $t$.
"""

import math
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import inf, mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.highest_variance import log_density, panels, theta
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.varying import cochran, sizes
from theory.derivation import Derivation, Verdict, agree
from theory.laws.gamma_ratio import log_gamma_ratio
from theory.laws.symbols import E, L, delta, nu, t, v0, x
from theory.scenario import Scenario
from theory.scenario.sample_size import Polynomial

P = sp.Function("P")
T = sp.Symbol("T")
epsilon, c = sp.symbols("epsilon A", positive=True)
FITS = (8, 16)


def slow(moment: int) -> Assumption:
    """Whether the chance to go on, to the power of t that it falls with, keeps this moment of T from being finite."""
    return Assumption(
        f"the sample size of generation k is M_1 k, and (1 + delta)^2 < {4 * moment} M_1, delta the offset of the "
        "divisor, at least -1",
        lambda s: (
            isinstance(s.sample_size, Polynomial)
            and s.sample_size.power == 1
            and s.estimator.kind == "moments"
            and offset_of(s) >= -1
            and (1 + offset_of(s)) ** 2 < 4 * moment * s.sample_size.size
        ),
    )


def linear(moment: int) -> tuple[Assumption, ...]:
    return (GAUSSIAN, MOMENTS, retains("replace"), slow(moment), sample_size_at_least(2), FAITHFUL, UNDISTURBED)


def survivors(d: Derivation) -> None:
    """A law under which walks rise slowly, and how often the true one does the same."""
    cochran(d)
    y = sp.Symbol("y", positive=True)

    def density(degrees: sp.Expr) -> sp.Expr:
        return y ** (degrees / 2 - 1) * sp.exp(-y / 2) / (2 ** (degrees / 2) * sp.gamma(degrees / 2))

    d.algebra(
        (y / L) ** theta * density(nu) / (mellin(d).subs(order, theta) / L**theta), density(nu + 2 * theta),
        because="weighed by S^theta/E S^theta the factor S = X/L of a fit has 2 theta more degrees of freedom",
    )  # fmt: skip
    log_mean = sp.Symbol("k") * sizes[1] * sp.log(E(sp.Symbol("S_k") ** theta))
    d.given(
        log_mean, theta * (theta - 1 - delta), relation=r"\to", source="dlmf", check=moments_of_many_points,
        because="M_k = k M_1 points, as k grows; its slope in theta, 2 theta - 1 - delta, is the drift of the weighed "
        "walk, times 1/(k M_1), and 2/(k M_1) the variance of one step",
    )  # fmt: skip
    middle = (1 + delta) / 2 + epsilon
    d.algebra(
        sp.Subs(theta * (theta - 1 - delta), theta, middle), epsilon**2 - (1 + delta) ** 2 / 4,
        because="for theta a little above (1 + delta)/2 the weighed walk rises, as 2 epsilon log t/M_1",
    )  # fmt: skip
    power = d.algebra(
        ((1 + delta) ** 2 / 4 - epsilon**2 + 4 * epsilon * middle) / sizes[1],
        ((1 + delta) ** 2 / 4 + 2 * epsilon * (1 + delta) + 3 * epsilon**2) / sizes[1],
        because="the power of 1/t in the product of all E S^theta times (v_0/v_t)^theta, v_t/v_0 up to "
        "t^(4 epsilon/M_1)",
    ).rhs  # fmt: skip
    d.given(
        P(sp.Gt(T, t, evaluate=False)), c * t**-power, relation=r"\ge", source="kolmogorov1933",
        check=powers_of_survival,
        because="by the strong law for the weighed walk, whose variance log t is of smaller order than the squared "
        "drift: with a positive chance it stays above log(x/v_0) for ever and below that height from some t on",
    )  # fmt: skip


def moments_of_many_points() -> list[Verdict]:
    """M log E S^theta for large M, under both usual divisors."""
    size = 10**6
    verdicts = []
    for offset, power in ((1.0, 1.5), (0.0, 0.7)):
        logarithm = float(log_gamma_ratio((size - 1) / 2, power)) - power * math.log1p(offset / (size - 1))
        verdicts.append(agree(size * logarithm, power * (power - 1 - offset), 1e-4))
    return verdicts


def powers_of_survival() -> list[Verdict]:
    """From 8 to 16 fits the chance to go on falls by a power of t below 1, in three settings."""
    powers = [fallen(size, offset, 0.5) for size, offset in ((5, 1.0), (20, 1.0), (3, 0.0))]
    return [Verdict(0 < power < 1, f"0 < {power:.3g} < 1") for power in powers]


@cache
def fallen(size: int, offset: float, level: float) -> float:
    """The power of t with which P(T > t) falls from 8 to 16 fits, x = v_0 exp(-level)."""
    step = 0.9 * math.sqrt(2 / size / FITS[1])
    high = level + 9 * math.sqrt(2 * sum(1 / (size * k - 1) for k in range(1, FITS[1] + 1)))
    points, masses = panels(0.0, high, step)
    alive = {}
    law = np.exp(log_density(points - level, size, offset))
    for fit in range(2, FITS[1] + 1):
        law = np.exp(log_density(points[:, None] - points[None, :], size * fit, offset)) @ (law * masses)
        alive[fit] = float(law @ masses)
    return math.log2(alive[FITS[0]] / alive[FITS[1]])


def infinite_time() -> sp.Expr:
    return sp.Piecewise((0, v0 < x), (sp.oo, True))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    return {v0: exact(scenario.source.variance), x: exact(at)}


def limit(scenario: Scenario, at: float) -> float:
    """Infinity, or 0 where v_0 < at."""
    return 0.0 if scenario.source.variance < at else np.inf


def reference(moment: int):
    """Infinite where the chance to go on falls by a power of t that is less than the moment."""

    def infinite(scenario: Scenario, generation: float, at: float) -> mpf:
        level = mpmath.log(mpf(repr(scenario.source.variance)) / mpf(repr(at)))
        if level < 0:
            return mpf(0)
        power = fallen(scenario.sample_size.size, float(offset_of(scenario)), float(level))
        return inf if power < moment else mpf("nan")

    return infinite
