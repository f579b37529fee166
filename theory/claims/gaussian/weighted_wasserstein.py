r"""With weight on fresh real points the expected squared Wasserstein distance settles at a known value.

$E W_2^2=D+U+v_0-2v_0I_{\rm root}(t)$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$ in closed form, and the mean standard
deviation, in units of the source's, an integral over the transform $\varphi_t$ of $v_t$,
$I_{\rm root}(t)=\int_0^\infty(1-\varphi_t(s))\,s^{-3/2}ds/(2\sqrt\pi)$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, weighted_log_law
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import D, U, squared_distance
from theory.claims.gaussian.weighted import ERROR, VARIANCE, fit_of, setting
from theory.claims.gaussian.weighted import reference as moments
from theory.claims.gaussian.weighted_log_law import (
    WEIGHTED_LAW,
    I_root,
    readings,
    root_from_transform,
    transform_of_one_fit,
)
from theory.claims.gaussian.weighted_log_reference import expected
from theory.derivation import Derivation
from theory.laws.symbols import t, v0
from theory.laws.weighted_transform import less_than_root
from theory.scenario import Scenario


def derive() -> Derivation:
    """The transform of one fit, the mean root as an integral over it, and the distance in three means."""
    d = Derivation("U(t) and D(t) are closed forms of their own; the mean standard deviation is an integral.")
    transform_of_one_fit(d)
    root = root_from_transform(d)
    total = d.algebra(
        squared_distance(d).subs(root.lhs, root.rhs), D(t) + U(t) - v0 + 2 * v0 * (1 - I_root(t)),
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(W2, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    both = moment_bounds.bindings(U, D)(scenario, generation)
    return weighted_log_law.bindings(scenario, generation) | both


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units; t counts fits. Takes up to 0.3 s at t = 10^4 for small w."""
    fit = fit_of(scenario)
    excess = fit.variance(generations) - 1 + fit.mean_squared_error(generations)
    return scenario.source.variance * (excess + 2 * readings(scenario, less_than_root, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Second moments of single training points; the root by nested quadrature, then by the recurrence backwards."""
    unit = mpf(repr(scenario.source.variance))
    both = moments(scenario, generation, VARIANCE) + moments(scenario, generation, ERROR)
    return both + unit - 2 * unit * expected(np.sqrt, scenario, generation)


CLAIM = Claim(
    id="gaussian-weighted-wasserstein2-squared",
    title="Weight on fresh real points holds the expected squared Wasserstein distance: two closed forms and an "
    "integral",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=WEIGHTED_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2), algebra=False),
        Example(setting(10, 40, 0.39, "unbiased"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1,), simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(2,), algebra=False, simulate=False),
        Example(setting(40, 30, 0.05, "unbiased"), t=(0, 3, 20), algebra=False),
        Example(setting(30, 25, 0.7, "mle"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(2, 2, 0.5, "mle", variance=1e-6), t=(1,), simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1,), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1,), simulate=False),
        Example(setting(1000, 1000, 0.3, "mle"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(100_000, 1_000_000_000, 0.01, "unbiased"), t=(1,), algebra=False, simulate=False),
    ),
)  # fmt: skip
