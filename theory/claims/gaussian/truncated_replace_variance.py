r"""Cut tails take the factor $\tau<1$ off the variance in every fit but the first, at every sample size.

Drift takes about $1/M$ per fit off a single chain: the cut decides where $M(1-\tau)>1$, and no amount of data helps.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.biased_fit import (
    COMMON,
    CUT,
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
        "A synthetic point is mu_t + sqrt(v_t) z, z normal given |z| <= c: the variance of z is "
        "tau = 1 - 2 c phi(c)/(2 Phi(c) - 1), kappa = 3 - 2 c (c^2+3) phi(c)/(2 Phi(c) - 1) its fourth moment."
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
    id="gaussian-truncated-replace-variance",
    title="A sampler that cuts the tails takes its factor tau off the mean variance in every fit but the first",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*COMMON, *CUT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, "unbiased", cutoff=1.6448536269514722), t=(1, 2, 4)),
        Example(setting(10, "mle", cutoff=0.5), t=(1, 3)),
        Example(setting(2, "mle", 1e-6, cutoff=3.0), t=(1, 5)),
        Example(setting(50, "unbiased", cutoff=9.0), t=(1, 10)),
        Example(setting(20, "unbiased", cutoff=1.6448536269514722), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, "unbiased", cutoff=3.0), t=(1, 100), simulate=False),
    ),
)  # fmt: skip
