r"""With a known mean the variance stays $v_0$ on average, carried by ever rarer chains: $E v_t^2=v_0^2(1+2/M)^t$.

A fit multiplies the variance by $S=\chi^2_M/M$, $E S^2=1+2/M$.
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
    setting,
    unit,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """E S^2, and its power."""
    d = Derivation(INTRODUCTION)
    one_fit = moment(d, factor(d), sp.Integer(2), 1 + 2 / M, "E S^2 = M (M + 2)/M^2")
    solved = d.solves(
        E(v(t) ** 2), v0**2 * one_fit**t, index=t, initial=(0, v0**2), next_value=one_fit * E(v(t) ** 2),
        because="the factor is independent of v_t",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits. Infinite beyond the largest float."""
    with np.errstate(over="ignore"):
        return scenario.source.variance**2 * np.exp(generations * np.log1p(2 / scenario.sample_size.constant))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The mean square of the factor by quadrature, to the power t."""
    one_fit = mean_over_factor(lambda s: s * s, scenario)
    return by_powers(lambda fits: unit(scenario) ** 2 * one_fit**fits, generation)


CLAIM = Claim(
    id="gaussian-known-mean-variance-second-moment",
    title="With a known mean the second moment of the variance grows by the factor 1 + 2/M in every fit",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20), t=(0, 1, 4)),
        Example(setting(1), t=(1, 3), simulate=False),
        Example(setting(10, 1e-6), t=(1, 100, 2000), simulate=False),
        Example(setting(10**9), t=(1, 10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
