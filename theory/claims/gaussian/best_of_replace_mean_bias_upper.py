r"""Where the largest of k draws is kept the mean gains $a_k$ standard deviations of each model: a finite sum at most.

As the variance falls by $\tau$ in every fit, all that is ever gained is at most $a_k\sqrt{v_0}/(1-\sqrt\tau)$, about.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.best_of_mean import bindings, drift, mean_reference, summed_before, variances
from theory.claims.gaussian.biased_fit import CHOSEN, CHOSEN_DRAW, COMMON, setting, variance_of_biased_points
from theory.claims.gaussian.one_fit import error
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.biased_draws import largest_mean
from theory.laws.symbols import E, k, r1, t
from theory.scenario import Scenario

MOST_FITS = 1_000_000
GAINED = (
    " a_k is the mean of z: the mean of mu_t - mu_0 is a_k times the sum of E sqrt(v_i) over the models from r_1 on, "
    "of which the source is the one numbered 0."
)


def derive() -> Derivation:
    """The mean variances, and the inequality of Jensen."""
    d = Derivation(CHOSEN_DRAW + GAINED)
    variance = variance_of_biased_points(d).rhs.subs(t, k)
    x, y = sp.symbols("x y", positive=True)
    d.algebra(
        (y**2 + x) / (2 * y) - sp.sqrt(x), (sp.sqrt(x) - y) ** 2 / (2 * y),
        because="not negative: a root lies below its tangent, whose mean at y = sqrt(E v) is sqrt(E v)",
    )  # fmt: skip
    bound = d.given(
        E(error), drift * sp.Sum(sp.sqrt(variance), (k, r1, t - 1)), relation=r"\le", source="jensen1906fonctions",
        check=chi_square_roots, because="so E sqrt(v_i) is at most the root of E v_i",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def chi_square_roots() -> list[Verdict]:
    """The mean root of a chi-square against the root of its mean."""
    from scipy.special import gammaln

    degrees = (1, 4, 100)
    return [at_most(np.sqrt(2) * np.exp(gammaln((n + 1) / 2) - gammaln(n / 2)), np.sqrt(n)) for n in degrees]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """An upper bound on E mu_t - mu_0 in data units; t counts fits."""
    terms = np.sqrt(variances(scenario, int(generations.max(initial=0))))
    unit = largest_mean(scenario.sampler.k) * scenario.source.variance**0.5
    return unit * summed_before(terms, scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The geometric sum to its end, infinite where its ratio reaches 1, 0 for k = 1."""
    terms, unit = np.sqrt(variances(scenario, 2)), largest_mean(scenario.sampler.k) * scenario.source.variance**0.5
    ratio = float(terms[1] / terms[0])
    if unit == 0:
        return 0.0
    return unit * float(terms[0]) / (1 - ratio) if ratio < 1 else np.inf


CLAIM = Claim(
    id="gaussian-best-of-replace-mean-bias-upper-bound",
    title="Keeping the largest of k moves the expected mean by at most a_k times the sum of sqrt(E v_i): by about "
    "a_k sqrt(v_0)/(1 - sqrt(tau)) in the end",
    kind=Kind.UPPER_BOUND,
    statistic="mean_bias",
    assumptions=(*COMMON, *CHOSEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=mean_reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20, "unbiased", k=3), t=(1, 2, 6)),
        Example(setting(5, "mle", k=2), t=(2, 3), simulate=False),
        Example(setting(20, "unbiased", 1.0, "biased", k=3), t=(1, 2, 6), simulate=False),
        Example(setting(1000, "unbiased", k=2), t=(4, 20), simulate=False),
        Example(setting(20, "unbiased", k=3), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
