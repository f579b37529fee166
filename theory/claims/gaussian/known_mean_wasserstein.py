r"""With a known mean the mean squared distance to the source grows to $2v_0$: models contract, and none strays.

$E W_2^2=E(\sqrt{v_t}-\sqrt{v_0})^2=2v_0(1-c^t)$, $c=E\sqrt S$, tends to $2v_0$: the mean of $v_t$ stays $v_0$ and is
carried by rare wide models, beside the $v_0$ of models without any width.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean import (
    INTRODUCTION,
    KNOWN_MEAN_REPLACE,
    bindings,
    by_powers,
    factor,
    mean_over_factor,
    moment,
    power_of_variance,
    setting,
    unit,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_root_factor
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance of two normal laws of one mean; E sqrt S to the power t."""
    d = Derivation(INTRODUCTION)
    transform, half = factor(d), sp.Rational(1, 2)
    root = sp.sqrt(2 / M) * sp.gamma((M + 1) / sp.Integer(2)) / sp.gamma(M / 2)
    mean = moment(d, transform, sp.Integer(1), sp.Integer(1), "E S = 1: the mean of v_t is v_0")
    root = power_of_variance(d, moment(d, transform, half, root, "E sqrt S"), half, E(sp.sqrt(v(t) / v0)))
    a, b = sp.symbols("a b", positive=True)
    d.algebra(
        (a - b) ** 2, a**2 + b**2 - 2 * a * b,
        because="the squared distance of N(mu_0, v_t) and N(mu_0, v_0), a and b their standard deviations",
    )  # fmt: skip
    said = d.algebra(
        v0 * (mean + 1 - 2 * root), 2 * v0 * (1 - root), because="with both means put in",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.Symbol("W_t", real=True) ** 2), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2 in squared data units; t counts fits."""
    log_root = log_mean_root_factor(scenario.sample_size.constant + 1, 0.0)
    return -2 * scenario.source.variance * np.expm1(generations * log_root)


def limit(scenario: Scenario, at: None = None) -> float:
    """2 v_0."""
    return 2 * scenario.source.variance


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Means of the factor and of its root by quadrature, to the power t."""
    mean, root = mean_over_factor(lambda s: s, scenario), mean_over_factor(mpmath.sqrt, scenario)
    if generation == mpmath.inf:
        return unit(scenario) * (1 + mpmath.nint(mean)) * (root < 1)
    return by_powers(lambda fits: unit(scenario) * (mean**fits + 1 - 2 * root**fits), generation)


CLAIM = Claim(
    id="gaussian-known-mean-wasserstein2-squared",
    title="With a known mean the squared Wasserstein-2 distance from the source is 2 v_0 (1 - c^t), c the mean root of "
    "the factor of one fit",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20), t=(0, 1, 4)),
        Example(setting(1), t=(1, 30), simulate=False),
        Example(setting(10, 1e-6), t=(1, 100, 2000), simulate=False),
        Example(setting(10**9), t=(1, 1000), simulate=False),
        Example(setting(10), t=(10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
