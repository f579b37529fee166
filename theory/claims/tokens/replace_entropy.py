r"""The expected entropy of refitted tokens, exactly: one token's law of counts, summed over the vocabulary.

Entropy is a sum over tokens, so that the joint law of the counts is not needed. It falls to 0 at a pace that
the number of types sets: in the diffusion limit by $(E\,S_t-1)/(2M)$ nats per generation.
"""

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens import forward_chain
from theory.claims.tokens.count_law import (
    INTRODUCTION,
    ONE_TOKEN,
    bindings,
    copies,
    count_law,
    entropy,
    one_token_is_enough,
    summed,
    surprise,
)
from theory.claims.tokens.forward_chain import expectation, sum_over_tokens
from theory.claims.tokens.replace_heterozygosity import example
from theory.claims.tokens.replace_vocabulary import zipf_example
from theory.derivation import Derivation, agree
from theory.laws.count_chain import expectations
from theory.laws.symbols import E, K, M, i, p
from theory.laws.token_sums import token_sum
from theory.scenario import Scenario

SURPRISE = sp.Sum(-count_law(copies, p[i]) * copies / M * sp.log(copies / M), (copies, 1, M))


def derive() -> Derivation:
    """Linearity over tokens, and the law of one count."""
    d = Derivation(INTRODUCTION)
    one_token_is_enough(d)
    total = d.given(
        E(sp.Symbol("h_t")),
        sp.Sum(SURPRISE, (i, 1, K)),
        because="the law of one count at t follows from that at t-1, whatever the others do (Chapman, Kolmogorov)",
        source="kolmogorov1933",
        check=lambda: [
            agree(0.5**t * np.log(2.0), 2 * expectation(2, mpf("0.5"), t, forward_chain.surprise)) for t in (1, 2, 5)
        ],
    )
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E h(p_t) in nats, float64 [T]; t counts fits."""
    distribution = scenario.source.distribution()

    def of_tokens(size: int, probabilities: np.ndarray, t: list[int]):
        return expectations(size, lambda counts: surprise(counts / size), probabilities, t)

    return summed(scenario, generations, of_tokens, token_sum(distribution), entropy(distribution))


def limit(scenario: Scenario, at: None = None) -> float:
    """0: one type is left."""
    return 0.0


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """Each token's own count, carried back from the last generation in 50 digits."""
    size = scenario.sample_size.constant
    if t == 0:
        return sum_over_tokens(scenario, lambda q: -q * mpmath.log(q) if q else mpf(0))
    return sum_over_tokens(scenario, lambda q: expectation(size, q, t, forward_chain.surprise))


CLAIM = Claim(
    id="tokens-replace-entropy",
    title="The expected entropy is a sum over tokens of the mean of -p ln p under the law of one count",
    kind=Kind.EXACT,
    statistic="entropy",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 2, 8)),
        Example(zipf_example(20, 30, 1.0), t=(1, 8), algebra=False),
        Example(example(9, (0.5, 0.5)), t=(0, np.inf), algebra=False, simulate=False),
        Example(example(9, (0.7, 0.3, 0.0)), t=(0, 1, 4), algebra=False, simulate=False),
        Example(example(1, (0.5, 0.3, 0.2)), t=(1, 3), algebra=False, simulate=False),
    ),
    sources=(ONE_TOKEN,),
)
