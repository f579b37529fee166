r"""With a share of fresh real points the variance falls below every level, and the mean time until then is known.

Mean and variance are a Markov chain: the law of the chains that have not been below x goes from fit to fit on a grid,
and the chance of a fall in the next fit settles, however small it is. The error was below $10^{-10}$ wherever it was
looked for, relative to the time.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_law import divisor_of
from theory.claims.gaussian.real_share_passage import (
    FRESH_PASSAGE,
    chance_of_staying_above,
    further_fits,
    quantile_of_time,
    times_of_real_points,
)
from theory.claims.gaussian.real_share_passage_reference import times
from theory.claims.gaussian.weighted_chain_law import alive, later
from theory.derivation import Derivation
from theory.laws.symbols import E, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The density of a fit, the chance of being above after the first, and one step of the chain."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; 0 for a larger x.")
    chance_of_staying_above(d)
    mean = d.given(
        E(sp.Symbol("T")), 1 + alive * later, source="page1954", check=times_of_real_points,
        because="h(mu, v) = 1 + E[h(mu', v'); v' >= x] is the mean number of further fits from a model on, and h_x its "
        "mean over first models with v_1 >= x",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """P_x by the incomplete Gamma function; h_x is a float, all that is known of it."""
    with mpmath.workdps(30):
        half = divisor_of(scenario) * mpf(repr(at)) / mpf(repr(scenario.source.variance)) / 2
        shape = mpf(scenario.sample_size.constant - 1) / 2
        above = sp.Float(mpmath.gammainc(shape, half, regularized=True), 30)
    return {alive: above, later: sp.Float(further_fits(scenario, at)[1], 40), x: exact(at)}


def limit(scenario: Scenario, at: float) -> float:
    """E T in generations: 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    chance, mean, _ = further_fits(scenario, at)
    return 1 + chance * mean


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 0.1 to 5 s, with scheme "iid" 1 to 8 s.

    Raises InputError for a level far below all that chains reach; with scheme "iid" beyond 1000 fits on average.
    """
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Polynomials in log v and the mean, other variables and rules of integration; geometric with real points alone."""
    return times(scenario, at)[0]


CLAIM = Claim(
    id="gaussian-real-share-collapse-time",
    title="With a share of fresh real points the variance first lies below x up to v_0 after 1 + P_x h_x fits on "
    "average, h_x by a matrix",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=FRESH_PASSAGE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_time,
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
