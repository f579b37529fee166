r"""Where the largest of $k$ draws is kept the mean gains no more than a finite amount, whatever the number of fits.

The drift adds up to $a_k\sum\sqrt{v_i}$, the noise is orthogonal to itself, and the square root of a mean square obeys
the triangle inequality. As M grows the bound is reached: in the end the mean has gained $a_k\sqrt{v_0}/(1-\sqrt\tau)$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.best_of_mean import bindings, drift, reference, summed_before, variances
from theory.claims.gaussian.biased_fit import (
    CHOSEN,
    CHOSEN_DRAW,
    COMMON,
    moments,
    setting,
    tau,
    variance_of_biased_points,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.biased_draws import largest_mean
from theory.laws.symbols import E, M, k, r1, t, v0
from theory.scenario import Scenario

MOST_FITS = 1_000_000


def derive() -> Derivation:
    """The mean variances, the noise and the drift that they add, and the triangle inequality."""
    noise = sp.Symbol("N", real=True)
    d = Derivation(
        CHOSEN_DRAW + " a_k is the mean of z: mu_t - mu_0 is the sum G of a_k sqrt(v_i) over the models from r_1 on, "
        "of which the source is the one numbered 0, and of noise N whose parts have mean 0 given the past."
    )
    variance = variance_of_biased_points(d)
    step = variance.rhs.subs(t, k - 1)
    added = d.solves(
        E(noise**2), v0 * tau ** (1 - r1) / M + tau / M * sp.Sum(step, (k, 2, t)), index=t,
        initial=(1, v0 * tau ** (1 - r1) / M), next_value=E(noise**2) + tau * variance.rhs / M,
        because="parts of the noise are orthogonal: from the first fit v_0/M, or tau v_0/M if it is biased, tau v_t/M "
        "from each later one",
    )  # fmt: skip
    bound = d.given(
        E(squared_error), (sp.sqrt(added.rhs) + drift * sp.Sum(sp.sqrt(step), (k, 1 + r1, t))) ** 2, relation=r"\le",
        source="hardy1952inequalities", check=one_model_more,
        because="the root of a mean square obeys the triangle inequality, and that of each sqrt(v_i) is the root of "
        "E v_i",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def one_model_more() -> list[Verdict]:
    """After two fits the error is v_0/M from the first and (a_k^2 + tau/M) E v_1 from the second."""
    verdicts = []
    for size, k_ in ((2, 2), (20, 5)):
        scenario = setting(size, "unbiased", 1.0, k=k_)
        exact = 1 / size + (largest_mean(k_) ** 2 + moments(scenario)[0] / size)
        verdicts.append(at_most(exact, evaluate(scenario, np.array([2]))[0]))
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """A bound on E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    before = variances(scenario, int(generations.max(initial=0)))
    sums = [summed_before(terms, scenario, generations) for terms in (before, np.sqrt(before))]
    size, a, spread = scenario.sample_size.constant, largest_mean(scenario.sampler.k), moments(scenario)[0]
    noise = np.where(generations > 0, (real_fits(scenario) + spread * sums[0]) / size, 0.0)
    return scenario.source.variance * (np.sqrt(noise) + a * sums[1]) ** 2


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where E v_t vanishes, infinite where it does not."""
    later = variances(scenario, 2)
    ratio = float(later[1] / later[0])
    if ratio >= 1:
        return np.inf
    size, a, spread = scenario.sample_size.constant, largest_mean(scenario.sampler.k), moments(scenario)[0]
    noise = (real_fits(scenario) + spread * later[0] / (1 - ratio)) / size
    return scenario.source.variance * float(noise**0.5 + a * later[0] ** 0.5 / (1 - ratio**0.5)) ** 2


CLAIM = Claim(
    id="gaussian-best-of-replace-mean-squared-error-upper-bound",
    title="Keeping the largest of k moves the mean by no more than the noise and a_k times the sum of sqrt(E v_i), in "
    "mean square: by about a_k sqrt(v_0)/(1 - sqrt(tau)) in the end",
    kind=Kind.UPPER_BOUND,
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
        Example(setting(20, "unbiased", 1.0, "biased", k=3), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(5, "mle", k=2), t=(1, 3), simulate=False),
        Example(setting(1000, "unbiased", k=2), t=(4, 20), simulate=False),
        Example(setting(50, "unbiased", k=1), t=(1, 10), simulate=False),
        Example(setting(20, "unbiased", k=3), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
