r"""Where the largest of $k$ draws is kept the mean gains at least $a_k$ times the mean standard deviations.

Their own means have no closed form, but by Hölder's inequality $E\sqrt{v_i}\ge(E v_i)^{3/2}/(E v_i^2)^{1/2}$, and both
moments are known: with the upper bound it brackets the drift within terms of order $1/M$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.best_of_mean import bindings, drift, reference, roots_below, summed_before
from theory.claims.gaussian.biased_fit import (
    CHOSEN,
    CHOSEN_DRAW,
    COMMON,
    second_moment_of_biased_points,
    setting,
    variance_of_biased_points,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.biased_draws import largest_mean
from theory.laws.symbols import E, k, r1, t
from theory.scenario import Scenario

MOST_FITS = 1_000_000


def derive() -> Derivation:
    """Both moments of the variance, and two inequalities."""
    d = Derivation(
        CHOSEN_DRAW + " a_k is the mean of z: the mean of mu_t - mu_0 is a_k times the sum of E sqrt(v_i) over the "
        "models from r_1 on, of which the source is the one numbered 0."
    )
    variance, square = variance_of_biased_points(d).rhs.subs(t, k), second_moment_of_biased_points(d).rhs.subs(t, k)
    bound = d.given(
        E(squared_error), (drift * sp.Sum(variance ** sp.Rational(3, 2) / sp.sqrt(square), (k, r1, t - 1))) ** 2,
        relation=r"\ge", source="hardy1952inequalities", check=chi_square_means,
        because="a mean square is at least the square of the mean; and v is v^(1/3) times v^(2/3), so that E v is at "
        "most (E sqrt v)^(2/3) (E v^2)^(1/3)",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def chi_square_means() -> list[Verdict]:
    """The inequality for chi-squares, all of whose moments are known."""
    from scipy.special import gammaln

    roots = {nu: np.sqrt(2) * np.exp(gammaln((nu + 1) / 2) - gammaln(nu / 2)) for nu in (1, 4, 100)}
    return [at_most(nu**1.5 / np.sqrt(nu * (nu + 2)), root) for nu, root in roots.items()]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """A lower bound on E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    terms = roots_below(scenario, int(generations.max(initial=0)))
    sums = summed_before(terms, scenario, generations)
    return scenario.source.variance * (largest_mean(scenario.sampler.k) * sums) ** 2


def limit(scenario: Scenario, at: None = None) -> float:
    """The geometric sum to its end, infinite where its ratio reaches 1."""
    terms = roots_below(scenario, 2)
    a, ratio = largest_mean(scenario.sampler.k), float(terms[1] / terms[0])
    if a == 0:
        return 0.0
    return scenario.source.variance * float(a * terms[0] / (1 - ratio)) ** 2 if ratio < 1 else np.inf


CLAIM = Claim(
    id="gaussian-best-of-replace-mean-squared-error-lower-bound",
    title="Keeping the largest of k moves the mean by at least a_k times the sum of (E v_i)^(3/2)/(E v_i^2)^(1/2), in "
    "mean square",
    kind=Kind.LOWER_BOUND,
    statistic="mean_squared_error",
    assumptions=(*COMMON, *CHOSEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20, "unbiased", k=3), t=(1, 2, 6)),
        Example(setting(20, "unbiased", 1.0, "biased", k=3), t=(1, 2, 6), simulate=False),
        Example(setting(5, "mle", k=2), t=(1, 3), simulate=False),
        Example(setting(1000, "unbiased", k=2), t=(4, 20), simulate=False),
        Example(setting(50, "unbiased", k=1), t=(1, 10), simulate=False),
        Example(setting(20, "unbiased", k=3), t=(0, 5_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
