r"""Under draws of $c_v$ times the variance chains fall by $\ell+\log c_v$: bias wins where $1-c_v$ exceeds $1/M$.

$\ell=\psi\left(\frac{M-1}2\right)-\log\frac L2$ is the rate of faithful draws, about $-1/M$ for the unbiased divisor.
Some widening can stop the collapse of single chains: $c_v=e^{-\ell}$, about $1+1/M$, keeps the expected log-variance.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import scaled
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.scaled import (
    FIRST_AND_LATER,
    GAUSSIAN_SCALED,
    biased_fits,
    bindings,
    read,
    setting,
)
from theory.derivation import Derivation
from theory.laws.chi_square import mean_log_factor
from theory.laws.symbols import E, L, M, c, nu, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """E log v_t from the slope of the log-Mellin transform at 0."""
    d = Derivation("The logarithm of a product of independent factors is a sum.")
    cochran(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d)), order), order, 0), sp.polygamma(0, nu / 2) + sp.log(2),
        because="E log X is the derivative of log E X^s at s = 0",
    )  # fmt: skip
    rate = d.algebra(
        slope.rhs.subs(nu, M - 1) - sp.log(L), sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="so one fit adds on average E log(X/L), with nu = M-1, to the logarithm of the variance it sees",
    ).rhs  # fmt: skip
    solved = d.solves(
        E(sp.log(v(t))), sp.log(v0) + t * rate + (t - r1) * sp.log(c), index=t,
        initial=(1, sp.log(v0) + rate + (1 - r1) * sp.log(c)), next_value=E(sp.log(v(t))) + sp.log(c) + rate,
        because=FIRST_AND_LATER,
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. The error is relative to |log v_0|, |t l| and |t log c|."""
    size, offset, log_factor = read(scenario)
    biased = biased_fits(scenario, generations) * log_factor
    return math.log(scenario.source.variance) + generations * mean_log_factor(size, offset) + biased


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity where l + log c is negative, infinity where it is positive."""
    size, offset, log_factor = read(scenario)
    return math.copysign(np.inf, mean_log_factor(size, offset) + log_factor)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the mean of log chi-square by quadrature."""
    return scaled.reference(scenario, generation, lambda state, unit: mpmath.log(unit) + state[2])


CLAIM = Claim(
    id="gaussian-replace-scaled-log-variance",
    title="With draws of c_v times the variance the expected log-variance changes by log c_v + psi((M-1)/2) - log(L/2) "
    "per fit (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=GAUSSIAN_SCALED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.9, "mle"), t=(1, 2, 10, 30)),
        Example(setting(50, 0.85, "unbiased", variance=1e-6), t=(1, 2, 8)),
        Example(setting(20, 1.02, "offset", offset=0.5), t=(1, 3, 8)),
        Example(setting(2, 0.7, "mle"), t=(1, 2, 20), simulate=False),
        Example(setting(10, 0.9, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(20, 0.9, "unbiased", first_fit="biased"), t=(0, 1, 2, 6), simulate=False),
        Example(setting(10, 1.2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 1.0, "unbiased"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 0.99999, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 3", "reported", "its t is t",
            "biased sampling with this factor in d dimensions, the first fit on real data; no formula for finite t",
        ),
    ),
)  # fmt: skip
