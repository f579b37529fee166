r"""With weight on fresh real points the time to collapse is nearly geometric: its standard deviation.

With $P_x=P(v_1\ge x)$, $\operatorname{Var}T=P_x(s_x^2+(1-P_x)h_x^2)$, $h_x$ and $s_x$ mean and standard deviation of
the further fits of chains that are not below x after the first. For a low level both are nearly equal.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import weighted_chain_reference
from theory.claims.gaussian.weighted import setting
from theory.claims.gaussian.weighted_chain_law import (
    WEIGHTED_CHAIN,
    chance_after_one_fit,
    mean_over_alive,
    spread,
    spread_of_time,
    times_of_independent_fits,
)
from theory.claims.gaussian.weighted_collapse_time import bindings as mean_bindings
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """What a chance of none adds to a spread."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; 0 for a larger x.")
    chance_after_one_fit(d)
    root = spread_of_time(
        d, source="page1954", check=times_of_independent_fits,
        because="the variance from v on is what a fit leaves of it on average and adds to it, the variance of h(v') "
        "over the fit, with h = 0 below x; s_x is over the law of v_1 from x on",
    )  # fmt: skip
    return d.concludes(sp.Eq(root.lhs, root.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """As of the mean time; s_x is a float too."""
    return mean_bindings(scenario, generation, at) | {spread: sp.Float(mean_over_alive(scenario, at)[2], 40)}


def limit(scenario: Scenario, at: float) -> float:
    """sd T in generations: 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    chance, mean, sd = mean_over_alive(scenario, at)
    return float(np.sqrt(chance * (sd**2 + (1 - chance) * mean**2)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 0.1 to 3 s, longest where w is small."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean square by a second linear system, less the squared mean."""
    if scenario.source.variance < at:
        return mpf(0)
    return weighted_chain_reference.time_below(scenario, at / scenario.source.variance)[1]


CLAIM = Claim(
    id="gaussian-weighted-collapse-time-sd",
    title="With weight on fresh real points the time to collapse spreads by the further fits of chains that are not "
    "below x at once",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=WEIGHTED_CHAIN,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(4, 12, 0.6, "mle"), t=(np.inf,), at=1.0, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(np.inf,), at=0.01, simulate=False),
        Example(setting(4, 12, 0.6, "mle"), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
    sources=(Source("page1954", "", "cited", "its run length is T", "the integral equation of a mean passage time"),),
)  # fmt: skip
