r"""With a share of fresh real points the time to collapse is nearly geometric: its standard deviation.

With $P_x=P(v_1\ge x)$, $\operatorname{Var}T=P_x(s_x^2+(1-P_x)h_x^2)$, $h_x$ and $s_x$ mean and standard deviation of
the further fits of chains that are not below x after the first.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_collapse_time import bindings as mean_bindings
from theory.claims.gaussian.real_share_passage import (
    FRESH_PASSAGE,
    chance_of_staying_above,
    further_fits,
    times_of_real_points,
)
from theory.claims.gaussian.real_share_passage_reference import times
from theory.claims.gaussian.weighted_chain_law import spread, spread_of_time
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """What a chance of none adds to a spread."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; 0 for a larger x.")
    chance_of_staying_above(d)
    root = spread_of_time(
        d, source="page1954", check=times_of_real_points,
        because="s_x is over first models with v_1 >= x: from any model on E N^2 = 2 E N - 1 plus its mean after a "
        "fit, over the models that are not below x, for the number N of further fits",
    )  # fmt: skip
    return d.concludes(sp.Eq(root.lhs, root.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """As of the mean time; s_x is a float too."""
    return mean_bindings(scenario, generation, at) | {spread: sp.Float(further_fits(scenario, at)[2], 40)}


def limit(scenario: Scenario, at: float) -> float:
    """sd T in generations: 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    chance, mean, sd = further_fits(scenario, at)
    return float(np.sqrt(chance * (sd**2 + (1 - chance) * mean**2)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 0.1 to 5 s, with scheme "iid" 1 to 8 s."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean square by a second linear system on polynomials, less the squared mean."""
    return times(scenario, at)[1]


CLAIM = Claim(
    id="gaussian-real-share-collapse-time-sd",
    title="With a share of fresh real points the time to collapse spreads by the further fits of chains that are not "
    "below x at once",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=FRESH_PASSAGE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting("stratified", 40, "mle", real=20), t=(np.inf,), at=1.575, simulate=False),
        Example(setting("stratified", 16, "unbiased", real=12), t=(np.inf,), at=1.125, simulate=False),
        Example(setting("stratified", 10, "mle", real=10), t=(np.inf,), at=0.04, simulate=False),
        Example(setting("iid", 24, "mle", share=0.5), t=(np.inf,), at=1.8, simulate=False),
        Example(setting("stratified", 40, "mle", real=20), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
    sources=(Source("page1954", "", "cited", "its run length is T", "the integral equation of a mean passage time"),),
)  # fmt: skip
