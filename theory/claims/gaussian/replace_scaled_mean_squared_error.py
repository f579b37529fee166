r"""A sampler that narrows its draws bounds the walk of the mean: $E(\mu_t-\mu_0)^2\to\frac{v_0}{M(1-c_v)}$ if unbiased.

The error is $\frac{v_0}Mc_v^{1-r_1}\sum_{k<t}\left(c_v\,\frac{M-1}L\right)^k$, $r_1=1$ where the first fit sees real
points and 0 where it sees biased ones: the noise of later fits dies out with the variance. The mean stops, at a place
that depends on the first fits only.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import scaled
from theory.claims.gaussian.one_fit import cochran, mellin, moment_of_factor, squared_error, v
from theory.claims.gaussian.scaled import (
    FIRST_AND_LATER,
    GAUSSIAN_SCALED,
    bindings,
    rationals,
    read,
    real_fits,
    setting,
)
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_factor
from theory.laws.geometric import geometric_sum
from theory.laws.symbols import E, L, M, c, k, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance, and the steps of the mean that it drives."""
    d = Derivation("The mean is a martingale; the variances of its steps add up.")
    cochran(d)
    mean = moment_of_factor(
        d, mellin(d), sp.Integer(1), (M - 1) / L, "the mean factor of one fit, from the variance of the points it sees"
    )
    variance = d.solves(
        E(v(t)), v0 / c**r1 * (c * mean) ** t, index=t, initial=(1, v0 * c ** (1 - r1) * mean),
        next_value=c * mean * E(v(t)), because=FIRST_AND_LATER,
    )  # fmt: skip
    solved = d.solves(
        E(squared_error), v0 * c ** (1 - r1) / M * sp.Sum((c * mean) ** (k - 1), (k, 1, t)), index=t,
        initial=(1, v0 * c ** (1 - r1) / M), next_value=E(squared_error) + c * variance.rhs / M,
        because="a fit adds c v_t/M to the squared error, the first v_0/M, or c v_0/M if it is biased",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    size, offset, log_factor = read(scenario)
    log_kept = log_mean_factor(size, offset) + log_factor
    first = scenario.source.variance * math.exp((1 - real_fits(scenario)) * log_factor)
    return first / size * geometric_sum(log_kept, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The variance of the first points over M (1 - c (M-1)/L) where that is positive, else infinity."""
    size, offset, factor = rationals(scenario)
    lost = 1 - factor * (size - 1) / (size - 1 + offset)
    first = factor ** (1 - real_fits(scenario))
    return scenario.source.variance * float(first / (size * lost)) if lost > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the means of both chi-squares by quadrature."""
    return scaled.reference(scenario, generation, lambda state, unit: unit * state[3])


CLAIM = Claim(
    id="gaussian-replace-scaled-mean-squared-error",
    title="With draws of c_v times the variance the squared error of the mean settles at v_0/(M (1 - c_v (M-1)/L)) if "
    "that is positive, at c_v times that if the first fit is biased too",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_SCALED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.9, "mle"), t=(1, 2, 10, 30)),
        Example(setting(50, 0.85, "unbiased", variance=1e-6), t=(1, 2, 8)),
        Example(setting(20, 1.1, "offset", offset=0.5), t=(1, 3, 8)),
        Example(setting(2, 0.7, "mle"), t=(1, 2, 20), simulate=False),
        Example(setting(10, 0.9, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(20, 0.9, "unbiased", first_fit="biased"), t=(0, 1, 2, 6), simulate=False),
        Example(setting(20, 0.9, "unbiased", first_fit="biased"), t=(np.inf,), algebra=False, simulate=False),
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
