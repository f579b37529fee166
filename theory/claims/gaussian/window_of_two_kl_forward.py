r"""A window of two batches: the expected divergence of the source from the model, by the law of shapes.

$E D_{KL}(p_0\Vert p_t)=\frac12\left[\left(1+\frac1M\right)\frac{M-1+\delta}{M-3}\,p_s(t)+k_s(t)-1+E\log\frac{v_t}{v_0}
\right]$ with $p_s(t)=E\frac{v_1}{v_t}$ and $k_s(t)=E\frac{(\mu_t-\mu_1)^2}{v_t}$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import window_of_two_reference
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.one_fit import divergence_from_source, mellin
from theory.claims.gaussian.window import setting
from theory.claims.gaussian.window_of_two import (
    INTRODUCTION,
    WINDOW_OF_TWO,
    a2,
    bindings,
    chain_of,
    first_logarithm,
    first_precision,
    inverse,
    log_mean,
    log_reference,
    of_first_fit,
    reach,
    shapes,
    shapes_beside_batches,
    strayed,
)
from theory.derivation import Derivation
from theory.laws.symbols import M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence as an integral; the chain of shapes, and the error of the newest mean along it."""
    d = Derivation(INTRODUCTION)
    divergence_from_source(d)
    shapes(d)
    g, s = sp.symbols("g s", positive=True)
    d.algebra(
        (g + 2 * a2 * s) ** 2, g**2 + 4 * a2 * s * g + 4 * a2**2 * s**2,
        because="g is the error of the mean of the newest batch, which the next one shares up to 2a's, s the new "
        "standard deviation; the new model is a's nearer: E (mu_t - mu_1)^2/v_t is carried along the chain with the "
        "means of g and of g^2",
    )  # fmt: skip
    law = mellin(d)
    first, logarithm = first_precision(d, law), first_logarithm(d, law)
    total = d.given(
        KL, (first * (1 + 1 / M) * inverse(t) + strayed(t) - 1 + logarithm + log_mean(t)) / 2,
        source="asmussen2003", check=shapes_beside_batches,
        because="(mu_t - mu_0)^2/v_t is on average k_s(t) and (mu_1 - mu_0)^2/v_t, which is p_s(t) E(v_0/v_1)/M: mu_1 "
        "- mu_0 is independent of v_t, with either sign alike. For t = inf log v_t has no bound in law: so v_0/v_t - 1 "
        "+ log(v_t/v_0) grows",
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits. Takes 0.2 s at M = 100, 2 s at M = 8, once."""
    chain = chain_of(scenario)
    quotients = chain.power(-2, generations) + chain.strayed(0, generations)
    return (quotients - 1 + chain.log_mean(generations)) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """It grows without bound for every divisor."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Batch by batch up to three fits, then polynomials backwards."""
    if generation in (0, np.inf):
        return mpf(generation)
    fits, size = int(generation), scenario.sample_size.constant
    narrow = of_first_fit(scenario, lambda F: 1 / F) * window_of_two_reference.power(scenario, fits, -1.0)
    kept = window_of_two_reference.strayed(scenario, fits)
    return (narrow * (1 + mpf(1) / size) + kept - 1 + log_reference(scenario, fits)) / 2


CLAIM = Claim(
    id="gaussian-window-of-two-kl-forward",
    title="Fitted to the last two batches, the expected divergence of the source from the model follows from the "
    "Markov chain of the shape of the window, and grows without bound (t from 1 on)",
    kind=Kind.EXACT,
    statistic="kl_forward",
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
        Example(setting(400, 2, "unbiased"), t=(8,), algebra=False, simulate=False),
    ),
)  # fmt: skip
