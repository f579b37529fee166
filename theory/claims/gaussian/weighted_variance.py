r"""With a weight $w$ on fresh real points the expected variance settles geometrically; unbiased fits keep it at $v_0$.

$E v_t=\bar v+(v_1-\bar v)\rho_v^{t-1}$, where $\rho_v=(1-w)\frac{m-1}{m-1+\delta}$ is what a fit keeps and
$\bar v=w v_1/(1-\rho_v)$. The variances of the two batches are mixed, not the points, so no displacement of the means
enters, unlike in a pooled fit.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import weighted
from theory.claims.gaussian.mixed_fit import one_batch
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.weighted import (
    GAUSSIAN_WEIGHTED,
    bindings,
    first_variance,
    fit_of,
    fixed_variance,
    numbers,
    rho,
    setting,
    synthetic_rate,
    v1,
    v_bar,
)
from theory.claims.gaussian.weighted_chain_law import quantile_of_variance
from theory.derivation import Derivation
from theory.laws.symbols import E, delta, m, n, t, v0, w
from theory.laws.weighted_mixing import weighted_limits
from theory.scenario import Scenario


def derive() -> Derivation:
    """The expected squares of one batch, the recursion, its fixed point and its solution."""
    d = Derivation("Each batch is fitted by itself, and the two variances are mixed.")
    one_batch(d, n)
    d.algebra(
        w * (n * v0 - v0) / (n - 1 + delta) + (1 - w) * (m * v(t) - v(t)) / (m - 1 + delta),
        w * first_variance + synthetic_rate * v(t),
        because="E v_(t+1) given model t: both batches over their divisors, the synthetic one drawn with variance v_t",
    )
    d.algebra(
        fixed_variance, w * first_variance + synthetic_rate * fixed_variance,
        because="vbar, where this leaves the variance as it is",
    )  # fmt: skip
    solved = d.solves(
        E(v(t)), v_bar + (v1 - v_bar) * rho ** (t - 1), index=t, initial=(1, v1),
        next_value=(1 - rho) * v_bar + rho * E(v(t)),
        because="the first model is fitted to real points alone; then the distance from vbar shrinks by rho_v",
    )  # fmt: skip
    d.define(v1, first_variance, "the expected variance after the first fit")
    d.define(rho, synthetic_rate, "what one fit keeps of the expected variance")
    d.define(v_bar, fixed_variance, "the fixed point of E v_t")
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return scenario.source.variance * fit_of(scenario).variance(generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """vbar = v_0 w a/(w + (1-w) delta/(m-1+delta)), a = (n-1)/(n-1+delta); without weight 0, or v_0 if unbiased."""
    return scenario.source.variance * float(weighted_limits(*numbers(scenario))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return weighted.reference(scenario, generation, weighted.VARIANCE)


CLAIM = Claim(
    id="gaussian-weighted-variance",
    title="Weight w on fresh real points holds the expected variance at w v_1/(1 - (1-w)(m-1)/(m-1+delta)) (t from 1 "
    "on): at v_0 under the unbiased divisor",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_WEIGHTED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2, 5, 20, np.inf)),
        Example(setting(10, 40, 0.39, "unbiased"), t=(1, 2, 10, np.inf)),
        Example(setting(5, 3, 0.1, "mle", variance=1e-6), t=(1, 2, 30, np.inf)),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 3, 12)),
        Example(setting(2, 1, 0.5, "mle"), t=(1, 2, 5, np.inf), simulate=False),
        Example(setting(1, 5, 0.5, "mle"), t=(1, 4, np.inf), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1, 2, np.inf), simulate=False),
        Example(setting(10, 10, 0.0, "mle"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "unbiased"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.6, "mle"), t=(0,), algebra=False, simulate=False),
        Example(setting(10**9, 10**9, 1e-9, "mle"), t=(1, 10, 1_000_000, np.inf), simulate=False),
        Example(setting(100, 10**9, 1e-6, "offset", offset=3.0), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "he2026recursive", "", "cited", "not compared",
            "the weighting scheme and its golden ratio; theorem numbers were not seen",
        ),
    ),
)  # fmt: skip
