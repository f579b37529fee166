r"""With a weight $w$ on $n$ fresh real points the error of the mean stays bounded, and a weight between is best.

Under unbiased fits it settles at $v_0\,\frac{w^2/n+(1-w)^2/m}{w(2-w)}$: the real points' own error and the sampling
noise of the synthetic ones, of which the part $(1-w)^2$ is kept by every later fit.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import weighted
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.weighted import (
    GAUSSIAN_WEIGHTED,
    D_bar,
    beta,
    bindings,
    error_rate,
    first_variance,
    fit_of,
    fixed_error,
    fixed_variance,
    numbers,
    part_of_variance,
    q,
    rho,
    setting,
    synthetic_rate,
    v1,
    v_bar,
)
from theory.claims.gaussian.weighted_variance import derive as derive_variance
from theory.derivation import Derivation
from theory.laws.symbols import E, m, n, t, v0, w
from theory.laws.weighted_mixing import weighted_limits
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of the error, driven by the variance that is known, and its solution."""
    variance = derive_variance()
    d = Derivation(
        "The mean is a mixture of the two batches' means; its error is driven by the variance of the model, which has "
        "a recursion of its own."
    )
    d.steps += variance.steps
    mean = sp.symbols("mu_t mu_0")
    real, synthetic = sp.symbols(r"\bar{x} \bar{y}")
    d.algebra(
        (w * real + (1 - w) * synthetic - mean[1]) ** 2,
        w**2 * (real - mean[1]) ** 2
        + error_rate * ((synthetic - mean[0]) + (mean[0] - mean[1])) ** 2
        + 2 * w * (1 - w) * (real - mean[1]) * (synthetic - mean[1]),
        because="the error of the new mean; the last term vanishes in expectation, as the real points are fresh, and "
        "xbar - mu_0, ybar - mu_t have the mean squares v_0/n and v_t/m",
    )
    d.algebra(
        w**2 * v0 / n + q * (v_bar + (v1 - v_bar) * rho ** (t - 1)) / m,
        (1 - q) * fixed_error + (rho - q) * part_of_variance * rho ** (t - 1),
        because="what a fit adds: the error of the real points and the noise of the synthetic ones, v_t/m",
    )
    solved = d.solves(
        E(squared_error), D_bar + (v0 / n - D_bar - beta) * q ** (t - 1) + beta * rho ** (t - 1), index=t,
        initial=(1, v0 / n), next_value=q * E(squared_error) + (1 - q) * D_bar + (rho - q) * beta * rho ** (t - 1),
        because="so the error, v_0/n after the first fit, obeys a linear recursion; Dbar and beta stand for the two "
        "quotients (by continuity where rho_v = rho_D or w = 0)",
    )  # fmt: skip
    d.define(v1, first_variance, "the expected variance after the first fit")
    d.define(rho, synthetic_rate, "what one fit keeps of the expected variance")
    d.define(q, error_rate, "what one fit keeps of the squared error of the mean")
    d.define(v_bar, fixed_variance, "the fixed point of E v_t")
    d.define(D_bar, fixed_error, "the fixed point of the squared error of the mean")
    d.define(beta, part_of_variance, "the part of it that follows the variance")
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return scenario.source.variance * fit_of(scenario).mean_squared_error(generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (w^2/n + (1-w)^2 vbar/(v_0 m))/(w(2-w)); without weight infinite for the unbiased divisor."""
    return scenario.source.variance * float(weighted_limits(*numbers(scenario))[1])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return weighted.reference(scenario, generation, weighted.ERROR)


CLAIM = Claim(
    id="gaussian-weighted-mean-squared-error",
    title="Weight w on n fresh real points holds the error at (w^2 v_0/n + (1-w)^2 vbar/m)/(w(2-w)), with vbar the "
    "stationary variance (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_WEIGHTED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2, 5, 20, np.inf)),
        Example(setting(10, 40, 0.39, "unbiased"), t=(1, 2, 10, np.inf)),
        Example(setting(5, 3, 0.1, "mle", variance=1e-6), t=(1, 2, 30, np.inf)),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 3, 12)),
        Example(setting(2, 1, 0.5, "mle"), t=(1, 2, 5, np.inf), simulate=False),
        Example(setting(1, 5, 0.5, "mle"), t=(1, 4, np.inf), simulate=False),
        Example(setting(10, 10, 0.1, "mle"), t=(1, 2, 9, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 10**9, 1e-9, "mle"), t=(1_000_000,), algebra=False, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "mle"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "unbiased"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.6, "mle"), t=(0,), algebra=False, simulate=False),
        Example(setting(10**9, 10**9, 3e-9, "mle"), t=(1, 10, 1_000_000, np.inf), simulate=False),
        Example(setting(100, 10**9, 1e-6, "offset", offset=3.0), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "he2026recursive", "", "cited", "not compared",
            "the weighting scheme and its golden ratio; theorem numbers were not seen",
        ),
    ),
)  # fmt: skip
