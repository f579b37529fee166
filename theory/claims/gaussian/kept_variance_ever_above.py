r"""All data kept: the chance that some model is wider than $x$, by the law of the variance fit by fit, to all fits.

With $h_k(z)$ the chance of chains that are $z$ below the level in the logarithm after fit $k$ to rise above it later,
$h_{k-1}(z)=P(\log F_k>z)+E[h_k(z-\log F_k);\log F_k\le z]$. Steps shrink as $1/k$; what fits beyond the k-th add is a
series in the root of one over the pool: at 30 points a batch $0.37$ of all chains rise by a fifth.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_ACCUMULATE
from theory.claims.gaussian import accumulate, kept_passage_reference
from theory.claims.gaussian.accumulate_factor import factor_of_one_fit
from theory.claims.gaussian.highest_variance import P, risen
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.varying_listed_ever_above import chance
from theory.derivation import Derivation, Verdict, agree
from theory.laws import kept_passage
from theory.laws.kept_passage import FEWEST, LARGEST, SMALLEST
from theory.laws.symbols import M
from theory.scenario import Scenario


def _alike(scenario: Scenario) -> bool:
    sizes = scenario.sample_size
    if scenario.retention.kind != "accumulate" or sizes is None or scenario.estimator.kind != "moments":
        return False
    size, first = sizes.constant or 0, scenario.first_size
    alike = max(2, SMALLEST * size) <= first <= LARGEST * size
    return size >= FEWEST and alike and first - 1 + offset_of(scenario) > 0


BATCHES_ALIKE = Assumption(
    f"at least {FEWEST} points join in each generation, the same number each time, and the first batch has "
    f"{SMALLEST:g} to {LARGEST:g} times as many; the divisor exceeds the number of new points",
    _alike,
)


def derive() -> Derivation:
    """The factor of one fit, the law of its chi-squares in one radius, and the equation for what later fits do."""
    d = Derivation(
        "h_k(z) is the chance of chains with log v_k = log x - z to rise above x in some fit after the k-th, with all "
        "data kept; F_k is the factor of the variance in fit k, from the second on."
    )
    factor_of_one_fit(d)
    r, w, angle = sp.symbols("r w theta", positive=True)
    within, between = r * sp.cos(angle), r * sp.sin(angle) / sp.sqrt(w)
    d.algebra(
        within**2 / 2 + between**2 / 2, r**2 / 2 + r**2 * sp.sin(angle) ** 2 * (1 / w - 1) / 2,
        because="X = r^2 cos^2 theta and w Y = r^2 sin^2 theta, w = 1 - M/P: the exponent of both densities together. "
        "F = (L - M + r^2)/L depends on r alone",
    )  # fmt: skip
    d.algebra(
        sp.Subs(1 / w - 1, w, 1 - M / (accumulate.N + M)), M / accumulate.N,
        because="with N points in the pool before the fit and P = N + M after it",
    )  # fmt: skip
    law = d.given(
        P(risen), chance, source="kolmogorov1933", check=two_fits,
        because="h_0 of log(x/v_0), from h_(k-1)(z) = P(log F_k > z) + E[h_k(z - log F_k); log F_k <= z] and "
        "h_k -> 0 as k grows: log v_t converges. Fits after the k-th change log v by some k^(-1/2) in all, each by 1/k "
        "at most in order: what they add to h_0 is a series in k^(-1/2) that begins with 1/k",
    )  # fmt: skip
    return d.concludes(sp.Eq(law.lhs, law.rhs, evaluate=False))


def two_fits() -> list[Verdict]:
    """After two fits, beside the double integral: the first variance by panels, the second by two chi-squares."""
    verdicts = []
    for size, first, offset, level in ((20, 20, 1.0, 0.3), (40, 10, 0.0, 0.5)):
        told = kept_passage.leaving(level, size, first, offset, 2)[1]
        verdicts.append(agree(told, kept_passage_reference.after_two_fits(size, first, offset, level), 1e-9))
    return verdicts


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """A float, all that is known of it."""
    return {chance: sp.Float(limit(scenario, at), 40)}


def limit(scenario: Scenario, at: float) -> float:
    """P(v_t > at for some t), to 1e-10 of 1; 1 where at < v_0. Takes 1 to 3 s."""
    if at < scenario.source.variance:
        return 1.0
    level = math.log(at / scenario.source.variance)
    return kept_passage.ever_above(
        level, scenario.sample_size.constant, scenario.first_size, float(offset_of(scenario))
    )


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 1 to 3 s."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Chances of rising later, backwards from several last fits."""
    if at < scenario.source.variance:
        return mpf(1)
    return kept_passage_reference.ever_risen(scenario, math.log(at / scenario.source.variance))


CLAIM = Claim(
    id="gaussian-accumulate-variance-ever-above",
    title="With all data kept the chance that some model is wider than x follows fit by fit from the law of a factor",
    kind=Kind.EXACT,
    statistic="variance_ever_above",
    assumptions=(*GAUSSIAN_ACCUMULATE, BATCHES_ALIKE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(accumulate.setting(30, divisor="unbiased", first=15), t=(np.inf,), at=2.7, simulate=False),
        Example(accumulate.setting(30), t=(np.inf,), at=2.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
