"""What the claims about E v_t^2 share, whichever way the draws of the sampler are biased."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claims.gaussian.biased_fit import (
    after_fits,
    expected,
    log_squared_factors,
    second_moment_of_biased_points,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derivation(draw: str) -> Derivation:
    """The mean square of a sum of squares, and a recursion that is solved; ``draw`` says what a synthetic point is."""
    d = Derivation(draw)
    solved = second_moment_of_biased_points(d)
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    first, later = log_squared_factors(scenario)
    return scenario.source.variance**2 * after_fits(scenario, generations, first, later)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where a fit takes more than it adds, infinity where it adds more."""
    later = log_squared_factors(scenario)[1]
    return 0.0 if later < 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the moments, those of a draw by quadrature."""
    return expected("variance_second_moment", scenario, generation)
