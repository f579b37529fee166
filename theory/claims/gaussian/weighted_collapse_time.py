r"""With weight on fresh real points every chain falls below every level, and the mean time until then is known.

$v'=wv_0A+(1-w)vB$ is a Markov chain on the line: the mean time solves $h(v)=1+E[h(v');v'\ge x]$, a linear system on a
grid of $\log v$ to rounding, eliminated without a subtraction, so that times beyond $10^{20}$ keep their digits.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.gaussian import weighted, weighted_chain_reference
from theory.claims.gaussian.weighted import setting
from theory.claims.gaussian.weighted_chain_law import (
    WEIGHTED_CHAIN,
    alive,
    chance_after_one_fit,
    later,
    mean_over_alive,
    quantile_of_time,
    times_of_independent_fits,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The density of a fit, the chance of being above after the first, and one step of the chain."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; 0 for a larger x.")
    chance_after_one_fit(d)
    mean = d.given(
        E(sp.Symbol("T")), 1 + alive * later, source="page1954", check=times_of_independent_fits,
        because="h(v) = 1 + E[h(v'); v' >= x] is the mean number of further fits from v on, and h_x its mean over the "
        "law of v_1 from x on",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """P_x by the incomplete Gamma function; h_x is a float, all that is known of it."""
    with mpmath.workdps(30):
        above = sp.Float(1 - weighted_chain_reference.cdf(scenario, 1, at / scenario.source.variance), 30)
    known = {alive: above, later: sp.Float(mean_over_alive(scenario, at)[1], 40), x: exact(at)}
    return weighted.bindings(scenario, 1) | known


def limit(scenario: Scenario, at: float) -> float:
    """E T in generations: 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    chance, mean, _ = mean_over_alive(scenario, at)
    return 1 + chance * mean


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 0.1 to 3 s, longest where w is small.

    Raises InputError for a level far below all that chains reach.
    """
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Another rule for another form of the density, solved as it stands; geometric where fits are independent."""
    if scenario.source.variance < at:
        return mpf(0)
    return weighted_chain_reference.time_below(scenario, at / scenario.source.variance)[0]


CLAIM = Claim(
    id="gaussian-weighted-collapse-time",
    title="With weight on fresh real points the variance first lies below x up to v_0 after 1 + P_x h_x fits on "
    "average, h_x by one linear system",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=WEIGHTED_CHAIN,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_time,
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
