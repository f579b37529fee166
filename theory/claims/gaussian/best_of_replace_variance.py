r"""Keeping the largest of $k$ draws takes the factor $\tau_k$ off the variance in every fit but the first.

For $k=2$ it is $1-1/\pi$, at every sample size: what is gained in the mean is spent in diversity, and the sum of all
steps of an infinite sample is finite.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.biased_fit import (
    CHOSEN,
    COMMON,
    after_first,
    bindings,
    expected,
    log_factors,
    setting,
    variance_of_biased_points,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean of a sum of squares, and a recursion that is solved."""
    d = Derivation(
        "A synthetic point is mu_t + sqrt(v_t) z, z the largest of k standard normals: tau is the variance of z, "
        "1 - 1/pi for k = 2, and kappa its fourth central moment."
    )
    solved = variance_of_biased_points(d)
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    rate, bias = log_factors(scenario)
    return scenario.source.variance * after_first(generations, rate, rate + bias)


def limit(scenario: Scenario, at: None = None) -> float:
    """0, unless nothing is lost."""
    rate, bias = log_factors(scenario)
    return scenario.source.variance if rate + bias == 0 else (0.0 if rate + bias < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the moments, those of a draw by quadrature."""
    return expected("variance", scenario, generation)


CLAIM = Claim(
    id="gaussian-best-of-replace-variance",
    title="A sampler that keeps the largest of k takes its factor tau off the mean variance in every fit but "
    "the first",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*COMMON, *CHOSEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, "unbiased", k=3), t=(1, 2, 4)),
        Example(setting(10, "mle", k=2), t=(1, 3)),
        Example(setting(2, "mle", 1e-6, k=10), t=(1, 5)),
        Example(setting(50, "unbiased", k=1), t=(1, 10)),
        Example(setting(20, "unbiased", k=3), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, "unbiased", k=10), t=(1, 100), simulate=False),
    ),
)  # fmt: skip
