r"""With cut tails the mean of a refitted Gaussian comes to rest: its error stays below $v_0/(M(1-\tau))$, unbiased.

The variance that moves it vanishes geometrically. Without the cut the error grows for ever, as $v_0t/M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.biased_fit import (
    COMMON,
    CUT,
    CUT_DRAW,
    bindings,
    expected,
    log_factors,
    setting,
    tau,
    variance_of_biased_points,
)
from theory.claims.gaussian.one_fit import mean_factor, squared_error
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation
from theory.laws.symbols import E, M, k, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean variance, and the sum of what every fit adds."""
    d = Derivation(CUT_DRAW)
    variance = variance_of_biased_points(d)
    error = E(squared_error)
    solved = d.solves(
        error, v0 * tau ** (1 - r1) / M * sp.Sum(tau ** (k - 1) * mean_factor ** (k - 1), (k, 1, t)), index=t,
        next_value=error + tau * variance.rhs / M, initial=(0, sp.Integer(0)),
        because="the mean of M points adds an M-th of their variance, in the first fit v_0, or tau v_0 if it is "
        "biased, tau v_t later; a draw has mean 0, so that mu_t is a martingale",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    ratio = sum(log_factors(scenario))
    count = generations if ratio == 0 else np.expm1(generations * ratio) / np.expm1(ratio)
    return _first_step(scenario) * count


def limit(scenario: Scenario, at: None = None) -> float:
    """What the first fit adds over 1 - tau (M-1)/L, or infinity where that is negative."""
    ratio = sum(log_factors(scenario))
    return _first_step(scenario) / -np.expm1(ratio) if ratio < 0 else np.inf


def _first_step(scenario: Scenario) -> float:
    """An M-th of the variance of the points of generation 1."""
    bias = (1 - real_fits(scenario)) * log_factors(scenario)[1]
    return float(scenario.source.variance * np.exp(bias) / scenario.sample_size.constant)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the moments, those of a draw by quadrature."""
    return expected("mean_squared_error", scenario, generation)


CLAIM = Claim(
    id="gaussian-truncated-replace-mean-squared-error",
    title="With cut tails the mean of a refitted Gaussian comes to rest: its squared error is a geometric sum",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*COMMON, *CUT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, "unbiased", cutoff=1.6448536269514722), t=(1, 2, 4)),
        Example(setting(10, "mle", cutoff=0.5), t=(1, 3)),
        Example(setting(20, "unbiased", 1.0, "biased", cutoff=1.6), t=(1, 4), simulate=False),
        Example(setting(20, "unbiased", 1.0, "biased", cutoff=1.0), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(2, "mle", 1e-6, cutoff=3.0), t=(1, 5)),
        Example(setting(50, "unbiased", cutoff=9.0), t=(1, 10)),
        Example(setting(20, "unbiased", cutoff=1.6448536269514722), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, "unbiased", cutoff=3.0), t=(1, 100), simulate=False),
    ),
)  # fmt: skip
