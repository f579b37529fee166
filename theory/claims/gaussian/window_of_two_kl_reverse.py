r"""A window of two batches: the expected divergence of the model from the source, by the law of shapes.

$E D_{KL}(p_t\Vert p_0)=\frac12\left[\frac{U+D}{v_0}-1-E\log\frac{v_t}{v_0}\right]$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$
known for every window: it grows as the mean log-variance falls.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, window, window_of_two
from theory.claims.gaussian.bounded_kl_reverse_lower import KL
from theory.claims.gaussian.moment_bounds import D, U, divergence_of_model
from theory.claims.gaussian.one_fit import mellin, v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import setting
from theory.claims.gaussian.window_of_two import (
    INTRODUCTION,
    WINDOW_OF_TWO,
    chain_of,
    first_logarithm,
    log_mean,
    log_reference,
    reach,
    shapes,
    shapes_beside_batches,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.laws.window import window_moments
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence in three means, and the mean log-variance along the chain of shapes."""
    d = Derivation(INTRODUCTION)
    divergence_of_model(d)
    shapes(d)
    first = first_logarithm(d, mellin(d))
    mean = d.given(
        E(sp.log(v(t))), sp.log(v0) + first + log_mean(t), source="asmussen2003", check=shapes_beside_batches,
        because="the logarithm of v_t/v_1 is a sum of log b - log c' along the chain; l_s(t) is its mean",
    )  # fmt: skip
    total = d.algebra(
        (U(t) + D(t) - v0 * (1 + (mean.rhs - sp.log(v0)))) / (2 * v0),
        ((U(t) + D(t)) / v0 - 1 - first - log_mean(t)) / 2,
        because="put together; for t = inf U + D stays above 0 and the logarithm falls without end, or U grows",
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Those of the chain, and of both moments."""
    return window_of_two.bindings(scenario, generation) | moment_bounds.bindings(U, D)(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits. Takes 0.1 s at M = 100, 1 s at M = 8, once."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    means, errors = (x[generations] for x in window_moments(size, 2, offset, int(generations.max(initial=0))))
    return (errors + means - 1 - chain_of(scenario).log_mean(generations)) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """It grows without bound for every divisor."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The covariances of single points; the logarithm batch by batch up to three fits, then backwards."""
    if generation in (0, np.inf):
        return mpf(generation)
    unit = mpf(repr(scenario.source.variance))
    both = sum(window.reference(scenario, generation, which) / unit for which in (window.VARIANCE, window.ERROR))
    return (both - 1 - log_reference(scenario, int(generation))) / 2


CLAIM = Claim(
    id="gaussian-window-of-two-kl-reverse",
    title="Fitted to the last two batches, the expected divergence of the model from the source follows from two "
    "recursions and the Markov chain of the shape of the window, and grows without bound (t from 1 on)",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=WINDOW_OF_TWO,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 2, "mle"), t=(1, 2)),
        Example(setting(20, 2, "mle"), t=(0, 3, np.inf), algebra=False, simulate=False),
        Example(setting(30, 2, "offset", variance=1e-6, offset=-0.5), t=(1, 2, 3), algebra=False, simulate=False),
        Example(setting(400, 2, "unbiased"), t=(3,), algebra=False, simulate=False),
    ),
)  # fmt: skip
