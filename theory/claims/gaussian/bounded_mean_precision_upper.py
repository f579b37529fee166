r"""Real points hold the mean precision down: $E[1/v_t]\le\Theta(t)/v_0$ by a line from fit to fit, with a limit.

The mean of $1/v_t$ is what the divergence of the source from a model depends on most, and what a few real points in
every fit keep finite for ever: without them it grows as $\left(\frac L{M-3}\right)^t$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import bounded_precision, pool, real_share, weighted, window
from theory.claims.gaussian.bounded_mean_precision import mean_precision
from theory.claims.gaussian.bounded_precision import LAST, PRECISE, Theta, above, settles
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The line, and units."""
    d = Derivation(bounded_precision.INTRODUCTION)
    above(d)
    more = sp.Symbol("y", nonnegative=True)
    bound = d.algebra(
        Theta(t) / v0, (Theta(t) - more) / v0 + more / v0,
        because="over v_0, with y >= 0 by how much Theta is more than v_0 E 1/v_t",
    ).lhs  # fmt: skip
    return d.concludes(sp.Le(E(1 / v(t)), bound, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Theta by its recursion, and v_0."""
    given = {t: generation, v0: exact(scenario.source.variance)}
    return given | bounded_precision.bindings(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Theta(t)/v_0 in one over squared data units; t counts fits."""
    return bounded_precision.evaluate(scenario, generations) / scenario.source.variance


def limit(scenario: Scenario, at: None = None) -> float:
    """Where the line leads with real data in every fit."""
    return bounded_precision.limit(scenario) / scenario.source.variance


CLAIM = Claim(
    id="gaussian-mean-precision-upper-bound",
    title="Real points, kept points, weights, windows and pools keep the mean precision of the model below Theta/v_0, "
    "by a line from fit to fit",
    kind=Kind.UPPER_BOUND,
    statistic="mean_precision",
    assumptions=PRECISE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=mean_precision,
    limit=limit,
    settles=settles,
    reach=lambda scenario: LAST,
    tolerance=1e-11,
    examples=(
        Example(real_share.setting("stratified", 50, "unbiased", real=10), t=(1, 2)),
        Example(real_share.setting("iid", 20, "offset", offset=0.5, share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=8), t=(1,), simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2), simulate=False),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1,), simulate=False),
    ),
)  # fmt: skip
