r"""Models fitted to $M$ of all points so far under maximum likelihood: the mean gains what the variance loses.

$E(\mu_t-\mu_0)^2=v_0-E v_t$ at every $t$, with replacement or without, so the error too reaches a plateau, at about
$(\pi^2/2-2)v_0/M$ without replacement.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import divisor_is
from theory.claims.gaussian import subsample
from theory.claims.gaussian.one_fit import squared_error, v
from theory.claims.gaussian.subsample import (
    GAUSSIAN_SUBSAMPLE,
    Am,
    Cm,
    N,
    bindings,
    eta,
    h,
    one_fit,
    read,
    setting,
    spread,
)
from theory.derivation import Derivation
from theory.laws.subsampled_pool import log_variance_in_pool
from theory.laws.symbols import E, M, delta, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """One fit, the product, the conserved second moment, and the difference."""
    d = Derivation("What is conserved is the mean square of the pool's points about the mean of the source.")
    variance, error, later = one_fit(d)
    pool = spread(d, later)
    d.algebra(
        (variance + error).subs(delta, 1),
        Am + Cm,
        because="a point of the new model has the mean square of the pool, v_0 from the first generation on",
    )
    second = E(squared_error + v(t))
    conserved = d.solves(
        second, v0, index=t, next_value=(t * M * second + M * second) / (t * M + M), initial=(1, v0),
        because="so the pool keeps it as M points join t M",
    )  # fmt: skip
    said = d.algebra(
        conserved.rhs - v0 * (variance / Am).subs({delta: 1, N: t * M, h: eta(t)}) * pool.subs(delta, 1),
        v0 * (1 - (1 - 1 / M) * (1 - eta(t) / (t * M)) * pool.subs(delta, 1)),
        because="the squared error of the mean is what the variance leaves of it",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return -scenario.source.variance * np.expm1(log_variance_in_pool(*read(scenario), generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 less the limit of the variance."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of all generations."""
    return subsample.reference(scenario, generation, subsample.ERROR)


CLAIM = Claim(
    id="gaussian-subsample-mean-squared-error",
    title="Fitted to M of all points so far under maximum likelihood, the squared error of the mean is v_0 - E v_t and "
    "reaches a plateau (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*GAUSSIAN_SUBSAMPLE, divisor_is("mle")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, False), t=(1, 2, 3, 10, 30)),
        Example(setting(5, True), t=(1, 2, 3, 10, 30)),
        Example(setting(2, True, variance=1e-6), t=(1, 2, 12)),
        Example(setting(1, False), t=(1, 2, 9), algebra=False, simulate=False),
        Example(setting(5, False), t=(0,), algebra=False, simulate=False),
        Example(setting(5, True), t=(64, 100, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(20, False), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000, True), t=(1, 2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "kazdan2025collapse", "", "cited", "not compared",
            "simulations of this policy; the text of its theorems was not seen",
        ),
    ),
)  # fmt: skip
