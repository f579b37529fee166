r"""A closed form of the upper bound on absence, which loses at most 0.31 % of the exponent: no recursion in
t.

With $l_t=\tfrac12+\dots+\tfrac1t$ the survival of one copy obeys $(t+1)/2\le 1/s_t\le(t+1)/2+l_t/6$ for t >= 1, so
a token is absent at t with probability at most $\exp\bigl(-Mp_i/(\tfrac{t+1}2+\tfrac{l_t}6)\bigr)$. Half of
the chains have forgotten it after about $2.9\,Mp_i$ generations.
"""

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.absence_upper_bound import ABSENT, reference
from theory.claims.tokens.duality import source_bindings, token_probability
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, at_most
from theory.laws.survival import absence_given, copy_survival_lower
from theory.laws.symbols import M, i, k, p, t, x
from theory.scenario import Scenario

ARGUMENTS = (mpf("0.001"), mpf("0.3"), mpf(1))


def derive() -> Derivation:
    """1/s grows by a half and a little in every generation; the little is summed."""
    d = Derivation(
        "For t >= 1: s_1 = 1, s_{t+1} = 1 - exp(-s_t), and absence is at most exp(-M p_i s_t). What is 1/s_t?"
    )
    reciprocal = sp.Function("r")
    growth = (sp.exp(x) + 1) / (sp.exp(x) - 1) / 2  # coth(x/2)/2
    d.algebra(
        1 / (1 - sp.exp(-x)),
        sp.Rational(1, 2) + growth,
        because="1/s_{t+1} in terms of x = s_t, with the half taken out",
    )
    d.given(
        growth,
        1 / x,
        relation=r"\ge",
        because="half a coth(x/2), and tanh y <= y",
        source="dlmf",
        check=lambda: [at_most(1 / w, mpmath.coth(w / 2) / 2) for w in ARGUMENTS],
    )
    half = d.solves(
        reciprocal(t),
        (t + 1) / sp.Integer(2),
        index=t,
        next_value=reciprocal(t) + sp.Rational(1, 2),
        initial=(1, sp.Integer(1)),
        because="so 1/s_t grows by at least 1/2 from 1, and s_t <= 2/(t+1)",
    )
    d.given(
        growth,
        1 / x + x / 12,
        relation=r"\le",
        because="x coth(x/2)/2 = 1 + 2 x^2 sum_k 1/(x^2 + 4 pi^2 k^2), and the sum is at most 1/24",
        source="dlmf",
        check=lambda: [at_most(mpmath.coth(w / 2) / 2, 1 / w + w / 12) for w in ARGUMENTS],
    )
    harmonic = sp.Sum(1 / k, (k, 1, t))
    total = d.solves(
        reciprocal(t),
        (t + 1) / sp.Integer(2) + (harmonic - 1) / 6,
        index=t,
        next_value=reciprocal(t) + sp.Rational(1, 2) + 1 / half.rhs / 12,
        initial=(1, sp.Integer(1)),
        because="so it grows by at most 1/2 + s_t/12 <= 1/2 + 1/(6(t+1))",
    )
    bound = d.algebra(
        sp.exp(-6 * M * p[i] / (3 * (t + 1) + harmonic - 1)),
        sp.exp(-M * p[i] / total.rhs),
        because="put into exp(-M p_i s_t), which falls as s_t rises",
    )
    return d.concludes(sp.Le(ABSENT, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: int) -> dict:
    return {M: scenario.sample_size.constant, t: generation, **source_bindings(scenario, at)}


def evaluate(scenario: Scenario, generations: np.ndarray, at: int) -> np.ndarray:
    """The bound, float64 [T]; t counts fits."""
    return absence_given(
        copy_survival_lower(generations), -scenario.sample_size.constant * token_probability(scenario, at)
    )


def limit(scenario: Scenario, at: int) -> float:
    """1: no more than that is said of the end."""
    return 1.0


CLAIM = Claim(
    id="tokens-replace-absence-closed-upper-bound",
    title="A token is absent at t >= 1 with probability at most exp(-M p_i / ((t+1)/2 + l/6)), l the sum of 1/2, 1/3 "
    "and so on to 1/t",
    kind=Kind.UPPER_BOUND,
    statistic="absence",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 2, 10, 40), at=0),
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 8), at=0),
        Example(example(10**9, (3e-9, 1 - 3e-9)), t=(1, 4), at=0, simulate=False),
    ),
    sources=(
        Source("suresh2025rate", "", "reported", "its k is t", "the weaker bound exp(-lambda/t), lambda read as M p_i"),
    ),
)
