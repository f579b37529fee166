r"""Where the largest of k draws is kept the mean gains at least $a_k$ times what two moments say of each model's width.

By Hölder's inequality $E\sqrt{v_i}\ge(E v_i)^{3/2}/(E v_i^2)^{1/2}$: within terms of the order of $1/M$ of the bound
from above.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.best_of_mean import bindings, drift, mean_reference, roots_below, summed_before
from theory.claims.gaussian.best_of_replace_mean_bias_upper import GAINED, MOST_FITS
from theory.claims.gaussian.best_of_replace_mean_squared_error_lower import chi_square_means
from theory.claims.gaussian.biased_fit import (
    CHOSEN,
    CHOSEN_DRAW,
    COMMON,
    second_moment_of_biased_points,
    setting,
    variance_of_biased_points,
)
from theory.claims.gaussian.one_fit import error
from theory.derivation import Derivation
from theory.laws.biased_draws import largest_mean
from theory.laws.symbols import E, k, r1, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Both moments of the variance, and an inequality."""
    d = Derivation(CHOSEN_DRAW + GAINED)
    variance, square = variance_of_biased_points(d).rhs.subs(t, k), second_moment_of_biased_points(d).rhs.subs(t, k)
    bound = d.given(
        E(error), drift * sp.Sum(variance ** sp.Rational(3, 2) / sp.sqrt(square), (k, r1, t - 1)), relation=r"\ge",
        source="hardy1952inequalities", check=chi_square_means,
        because="v is v^(1/3) times v^(2/3), so that E v is at most (E sqrt v)^(2/3) (E v^2)^(1/3)",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """A lower bound on E mu_t - mu_0 in data units; t counts fits."""
    terms = roots_below(scenario, int(generations.max(initial=0)))
    unit = largest_mean(scenario.sampler.k) * scenario.source.variance**0.5
    return unit * summed_before(terms, scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The geometric sum to its end, infinite where its ratio reaches 1, 0 for k = 1."""
    terms, unit = roots_below(scenario, 2), largest_mean(scenario.sampler.k) * scenario.source.variance**0.5
    ratio = float(terms[1] / terms[0])
    if unit == 0:
        return 0.0
    return unit * float(terms[0]) / (1 - ratio) if ratio < 1 else np.inf


CLAIM = Claim(
    id="gaussian-best-of-replace-mean-bias-lower-bound",
    title="Keeping the largest of k moves the expected mean by at least a_k times the sum of (E v_i)^(3/2)/(E "
    "v_i^2)^(1/2)",
    kind=Kind.LOWER_BOUND,
    statistic="mean_bias",
    assumptions=(*COMMON, *CHOSEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=mean_reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20, "unbiased", k=3), t=(1, 2, 6), simulate=False),
        Example(setting(5, "mle", k=2), t=(2, 3), simulate=False),
        Example(setting(20, "unbiased", 1.0, "biased", k=3), t=(1, 2, 6), simulate=False),
        Example(setting(1000, "unbiased", k=2), t=(4, 20), simulate=False),
        Example(setting(20, "unbiased", k=3), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
