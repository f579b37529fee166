r"""Which token is the last one left is one draw from the source: token i with probability $p_i$, whatever M.

The frequency of a token is a bounded martingale, so it converges, its mean stays $p_i$, and it can only rest
at 0 or 1. The expected time is finite: while two types are left $H\ge 2(M-1)/M^2$, and $E\,H_t$ decays
geometrically, so $E\,T\le 1 + H_0M^2/2$; a single token, M = 1, leaves one type at once.
"""

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.duality import P, source_bindings, token_probability
from theory.claims.tokens.enumeration import source_probabilities
from theory.claims.tokens.forward_chain import (
    absence_probability,
    expected_time,
    hitting_probabilities,
    in_full_digits,
)
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, agree, at_most
from theory.laws.symbols import H0, E, M, i, n, p, t, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean does not move, and the chain is absorbed in finite time: the mean at the end is that at the start."""
    d = Derivation("One token: its share x in a model, its share X/M among M draws.")
    count, mean = sp.Function("c"), sp.Function("m")
    d.solves(
        count(n),
        n * x,
        index=n,
        next_value=count(n) + x,
        initial=(0, sp.Integer(0)),
        because="n draws from a model that has the token with probability x: E X/M = x, the frequency is a martingale",
    )
    stays = d.solves(
        mean(t),
        p[i],
        index=t,
        next_value=mean(t),
        initial=(0, p[i]),
        because="so the expected frequency stays that of the source",
    )
    d.algebra(
        1 - ((M - 1) ** 2 + 1) / M**2,
        2 * (M - 1) / M**2,
        because="the least heterozygosity of M >= 2 tokens of two or more types: all but one are the same",
    )
    d.given(
        E(sp.Symbol("T")),
        1 + H0 * M**2 / 2,
        relation=r"\le",
        because="for M >= 2, P(T > t) 2(M-1)/M^2 <= E H_t = H_0 (1-1/M)^t (Markov's inequality), summed from t = 1 on; "
        "with M = 1 one type is left by the first fit, T <= 1",
        source="wright1931evolution",
        check=lambda: [at_most(float(expected_time(size)), 1 + size**2 / 4) for size in (2, 3, 6)],
    )
    d.given(
        P(sp.Symbol("p_{\\infty,i} = 1")),
        stays.rhs,
        because="optional stopping: at absorption, in 0 or 1, a bounded martingale has the mean it started with",
        source="doob1953stochastic",
        check=lambda: [
            agree(float(hitting), copies / size)
            for size in (2, 5)
            for copies, hitting in enumerate(hitting_probabilities(size))
        ],
    )
    return d.concludes(sp.Eq(P(sp.Symbol("p_{\\infty,i} = 1")), stays.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: int) -> dict:
    return source_bindings(scenario, at)


def evaluate(scenario: Scenario, generations: np.ndarray, at: int) -> np.ndarray:
    """The same probability at every t: it belongs to the whole chain."""
    return np.full(generations.shape, token_probability(scenario, at))


def limit(scenario: Scenario, at: int) -> float:
    """P(token ``at`` is the last one left)."""
    return token_probability(scenario, at)


def reference(scenario: Scenario, t: float, at: int) -> mpf:
    """One less the probability that the token is ever lost, from the absorbing chain's linear equations."""
    with in_full_digits():
        return 1 - absence_probability(
            scenario.sample_size.constant, source_probabilities(scenario)[int(at)], mpmath.inf
        )


CLAIM = Claim(
    id="tokens-replace-fixation",
    title="The last token left is one draw from the source: token i with probability p_i",
    kind=Kind.EXACT,
    statistic="fixation_probability",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(12, (0.6, 0.3, 0.1)), t=(np.inf,), at=0),
        Example(example(12, (0.6, 0.3, 0.1)), t=(np.inf,), at=2),
        Example(example(2, (0.75, 0.25)), t=(np.inf,), at=1),
        Example(example(1, (0.9, 0.1)), t=(np.inf,), at=1, simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse",
            "Theoretical intuition, discrete distributions with exact approximation",
            "read",
            "no index",
            "the chain is absorbed in a delta, token i with its original probability",
        ),
        Source("kimura1962probability", "", "cited", "no index", "the probability of fixation, neutral case"),
    ),
)
