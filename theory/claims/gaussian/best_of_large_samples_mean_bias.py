r"""All the reward there will ever be, for many points: the largest of k moves the mean by $a_k\sigma/(1-\sqrt\tau)$.

That is 3.24, 3.36, 3.45 and 3.72 standard deviations of the source for k = 2, 3, 4 and 10: choosing harder gains more
in each fit and spends more of the variance that the next one needs, and buys almost nothing.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import divisor_is, sample_size_at_least
from theory.claims.gaussian import best_of_replace_mean_bias_lower, best_of_replace_mean_bias_upper
from theory.claims.gaussian.best_of_mean import bindings, drift, mean_reference
from theory.claims.gaussian.best_of_replace_mean_bias_upper import GAINED, chi_square_roots
from theory.claims.gaussian.biased_fit import CHOSEN, CHOSEN_DRAW, COMMON, moments, setting, tau
from theory.claims.gaussian.one_fit import error
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation
from theory.laws.biased_draws import largest_mean
from theory.laws.geometric import geometric_sum
from theory.laws.symbols import E, r1, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """The sum of the widths of a chain without fluctuations, and both bounds."""
    d = Derivation(CHOSEN_DRAW + GAINED)
    gained = sp.Symbol("b_t", real=True)
    root = sp.sqrt(tau)
    solved = d.solves(
        gained, drift * sp.sqrt(v0) * (1 - root ** (t - r1)) / (1 - root), index=t,
        initial=(1, drift * sp.sqrt(v0) * (1 - root ** (1 - r1)) / (1 - root)),
        next_value=gained + drift * sp.sqrt(v0) * root ** (t - r1),
        because="a chain without fluctuations has the variance v_0 tau^(t - r_1) and gains a_k of its root (t from 1 "
        "on)",
    )  # fmt: skip
    value = d.given(
        E(error), solved.rhs, relation=r"\sim", source="jensen1906fonctions", check=chi_square_roots,
        because="as M grows both bounds of the mean roots tend to these, in each fit and in their sums",
    )  # fmt: skip
    return d.concludes(Asymptotically(value.lhs, value.rhs))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """a_k sqrt(v_0) (1 - tau^((t - r_1)/2))/(1 - sqrt(tau)) in data units; t counts fits."""
    fits = np.maximum(generations - real_fits(scenario), 0)
    return _once(scenario) * geometric_sum(np.log(moments(scenario)[0]) / 2, fits)


def limit(scenario: Scenario, at: None = None) -> float:
    """a_k sqrt(v_0)/(1 - sqrt(tau)), 0 for k = 1."""
    if scenario.sampler.k == 1:
        return 0.0
    return _once(scenario) / float(-np.expm1(np.log(moments(scenario)[0]) / 2))


def _once(scenario: Scenario) -> float:
    return largest_mean(scenario.sampler.k) * scenario.source.variance**0.5


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """How far the bounds of the exact value are from this one, relative to them."""
    places = np.array([generation])
    upper, lower, value = (
        side.limit(scenario) if np.isinf(generation) else float(side.evaluate(scenario, places.astype(np.int64))[0])
        for side in (best_of_replace_mean_bias_upper.CLAIM, best_of_replace_mean_bias_lower.CLAIM, CLAIM)
    )
    return max(1 - value / upper, value / lower - 1) if lower > 0 else 0.0


CLAIM = Claim(
    id="gaussian-best-of-large-samples-mean-bias",
    title="Keeping the largest of k moves the mean of many points by a_k sqrt(v_0) (1 - tau^((t - r_1)/2))/(1 - "
    "sqrt(tau)), which stays below four standard deviations up to k = 10",
    kind=Kind.ASYMPTOTIC,
    statistic="mean_bias",
    assumptions=(*COMMON, *CHOSEN, sample_size_at_least(5), divisor_is("mle", "unbiased")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=mean_reference,
    limit=limit,
    error=relative_error,
    regime="M grows",
    examples=(
        Example(setting(20, "unbiased", k=3), t=(2, 6), simulate=False),
        Example(setting(1000, "mle", k=2), t=(4, 20), simulate=False),
        Example(setting(20, "unbiased", 1.0, "biased", k=3), t=(2, 6), simulate=False),
        Example(setting(1000, "unbiased", k=2), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
