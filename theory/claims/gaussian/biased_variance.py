"""What the claims about E v_t share, whichever way the draws of the sampler are biased."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claims.gaussian.biased_fit import after_fits, expected, log_factors, variance_of_biased_points
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derivation(draw: str) -> Derivation:
    """The mean of a sum of squares, and a recursion that is solved; ``draw`` says what a synthetic point is."""
    d = Derivation(draw)
    solved = variance_of_biased_points(d)
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    rate, bias = log_factors(scenario)
    return scenario.source.variance * after_fits(scenario, generations, rate, rate + bias)


def limit(scenario: Scenario, at: None = None) -> float:
    """0, unless nothing is lost."""
    rate, bias = log_factors(scenario)
    return scenario.source.variance if rate + bias == 0 else (0.0 if rate + bias < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the moments, those of a draw by quadrature."""
    return expected("variance", scenario, generation)
