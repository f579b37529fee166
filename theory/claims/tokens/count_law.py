r"""What the claims about functions of a token's count share: its law as symbols, and one example of why one
token is enough.

$c_t(x, p)$ is the probability that a token of source probability p has x copies in generation t: binomial at
t = 1, then one binomial of the other. A sum over tokens of a function of their counts needs no more than
these laws.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from math import factorial

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Source
from theory.claims.tokens.duality import source_bindings
from theory.claims.tokens.forward_chain import DIGITS, binomial_law, in_full_digits
from theory.derivation import Derivation
from theory.laws.symbols import M
from theory.laws.token_sums import TokenSum
from theory.scenario import Scenario

count_law = sp.Function("c_t")
copies = sp.Symbol("x", integer=True, nonnegative=True)
ONE_TOKEN = Source(
    "ewens2004",
    "",
    "cited",
    "not compared",
    "the Wright-Fisher chain of one allele's count, from which this is computed",
)
INTRODUCTION = (
    "c_t(x, p) is the chance that a token of source probability p has x copies: c_1 is binomial, and given y "
    "copies the next count is Bin(M, y/M)."
)


def one_token_is_enough(d: Derivation) -> None:
    """The mean over all counts of three tokens in a text of three is the sum of three binomial means."""
    first, second = sp.symbols("p_1 p_2", positive=True)
    shares = (first, second, 1 - first - second)
    value = sp.symbols("eta_0:4")
    everything = sum(
        sp.Integer(factorial(3)) * sp.Mul(*(q**c / factorial(c) for q, c in zip(shares, counts, strict=True)))
        * sum(value[c] for c in counts)
        for counts in product(range(4), repeat=3)
        if sum(counts) == 3
    )  # fmt: skip
    d.algebra(
        everything,
        sum(sp.binomial(3, c) * q**c * (1 - q) ** (3 - c) * value[c] for q in shares for c in range(4)),
        because="a function eta summed over the tokens: each count by itself is binomial; here three tokens, M = 3",
    )


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Exact values of c_t and of the source."""
    size = scenario.sample_size.constant

    def chance(number: sp.Integer, probability: sp.Float) -> sp.Float:
        with in_full_digits():
            law = law_of_count(size, int(generation), mpf(probability._mpf_))
        return sp.Float(law[int(number)], DIGITS)

    return {count_law: chance, M: size, **source_bindings(scenario)}


@cache
def law_of_count(size: int, t: int, q: mpf) -> Sequence[mpf]:
    """c_t(0, q), …, c_t(M, q) to 50 digits, one generation after another."""
    with in_full_digits():
        law = binomial_law(size, q)
        rows = [binomial_law(size, mpf(y) / size) for y in range(size + 1)] if t > 1 else []
        for _ in range(t - 1):
            law = [sum(weight * row[c] for weight, row in zip(law, rows, strict=True)) for c in range(size + 1)]
        return law


def summed(
    scenario: Scenario,
    generations: np.ndarray,
    of_tokens: Callable[[int, np.ndarray, Sequence[int]], Iterator[np.ndarray]],
    tokens: TokenSum,
    of_source: float,
) -> np.ndarray:
    """The sum over the vocabulary of ``of_tokens`` at every t >= 1, ``of_source`` at t = 0; float64 [T]."""
    wanted = sorted({int(t) for t in generations if t >= 1})
    values = of_tokens(scenario.sample_size.constant, tokens.p, wanted)
    value = {t: float(tokens.weight @ v) for t, v in zip(wanted, values, strict=True)} | {0: of_source}
    return np.array([value[int(t)] for t in generations])


def entropy(p: np.ndarray) -> float:
    """-sum p ln p in nats."""
    return float(np.sum(surprise(p)))


def surprise(p: np.ndarray) -> np.ndarray:
    """-p ln p, 0 at p = 0."""
    return -p * np.log(np.where(p > 0.0, p, 1.0))
