r"""Where all data are kept, or some real points for ever, the mean time to collapse is infinite: many chains never do.

Real points that stay hold the variance up by their own squares. Where all data are kept $1/v_t$ has a bounded mean, so
that $v_t$ stays above any level with a positive probability, and so has a small power of it where data are replaced
and $\sum_k1/M_k$ is finite. For $x>v_0$ the time is 0.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import inf, mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import accumulate, forgetting, real_share, varying
from theory.claims.gaussian.never_collapsing import (
    GAUSSIAN_HELD_UP,
    INTRODUCTION,
    T,
    chance_of_no_end,
    held_up_by_all_data,
    held_up_by_growing_sizes,
    held_up_by_growth,
    held_up_by_points_that_stay,
)
from theory.derivation import Derivation, Verdict
from theory.laws.symbols import E, v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """Two reasons for which a chain may stay above x, and a mean over chains some of which have no end."""
    d = Derivation(INTRODUCTION)
    held_up_by_points_that_stay(d)
    held_up_by_all_data(d)
    held_up_by_growth(d)
    held_up_by_growing_sizes(d)
    mean = d.given(
        E(T), mean_time(), source="asmussen2003", check=chances_of_no_end,
        because="E T is the sum of P(T > t) over all t from 0 on, none of which is less than P(T = inf) > 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def mean_time() -> sp.Expr:
    return sp.Piecewise((0, v0 < x), (sp.oo, True))


def chances_of_no_end() -> list[Verdict]:
    """The lower bounds of the chance in five settings."""
    settings = [example.scenario for example in (*CLAIM.examples[:4], CLAIM.examples[7])]
    chances = [chance_of_no_end(scenario, 2.25) for scenario in settings]
    return [Verdict(bool(0 < chance < 1), f"0 < {float(chance):.3g} < 1") for chance in chances]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    return {v0: exact(scenario.source.variance), x: exact(at)}


def limit(scenario: Scenario, at: float) -> float:
    """Infinity, or 0 where v_0 < at."""
    return 0.0 if scenario.source.variance < at else np.inf


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Infinite where the chance of no end, of which a part is computed, is positive."""
    if mpf(repr(scenario.source.variance)) < mpf(repr(at)):
        return mpf(0)
    return inf if chance_of_no_end(scenario, at) > 0 else mpf("nan")


CLAIM = Claim(
    id="gaussian-held-up-collapse-time",
    title="Where all data are kept, 2 real points or more stay, models forget and grow, or sizes of replaced data grow "
    "so that 1/M_k has a finite sum, the mean time to a variance below x up to v_0 is infinite",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=GAUSSIAN_HELD_UP,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(accumulate.setting(5), t=(np.inf,), at=2.25, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(np.inf,), at=1e-3, simulate=False),
        Example(real_share.setting("fixed", 10, "mle", real=2), t=(np.inf,), at=0.1, simulate=False),
        Example(real_share.setting("fixed", 4, "offset", offset=-2.5, real=4), t=(np.inf,), at=2.25, simulate=False),
        Example(accumulate.setting(10, first=3, divisor="offset", offset=5.0), t=(np.inf,), at=1.0, simulate=False),
        Example(accumulate.setting(5), t=(np.inf,), at=2.5, simulate=False),
        Example(forgetting.setting(4, 0.1, "offset", offset=-2.0), t=(np.inf,), at=1.0, simulate=False),
        Example(varying.setting({"kind": "polynomial", "size": 20, "power": 2.0}), t=(np.inf,), at=1.0, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 2, "ratio": 2.0}, "mle"),
                t=(np.inf,), at=1e-3, simulate=False),
        Example(real_share.setting("fixed", 10_000, "mle", share=0.5), t=(np.inf,), at=2.0, simulate=False),
    ),
)  # fmt: skip
