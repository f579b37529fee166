r"""What the claims about functions of a token's count share: its law as symbols, and why one token is enough.

$c_t(x, p)$ is the probability that a token of source probability p has x copies in generation t: binomial at
t = 1, then one binomial of the other. A sum over tokens of a function of their counts needs no more than
these laws.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Source
from theory.claims.tokens.duality import source_bindings
from theory.claims.tokens.forward_chain import DIGITS, binomial_law, in_full_digits
from theory.derivation import Derivation
from theory.laws.symbols import M, i, p, z
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
    "For t >= 1, c_t(x, p) is the chance that a token of source probability p has x copies: c_1 is binomial, and given "
    "y copies the next count is Bin(M, y/M). A term with 0 ln 0 is 0."
)


def one_token_is_enough(d: Derivation) -> None:
    """The count of one token of M draws has the generating function of Bin(M, p_i), whatever the other tokens do."""
    generating = sp.Function("F")
    d.solves(
        generating(M),
        (1 - p[i] + p[i] * z) ** M,
        index=M,
        next_value=(1 - p[i] + p[i] * z) * generating(M),
        initial=(0, sp.Integer(1)),
        because="F(M) = E z^X, X the copies of token i: a draw is this token or one of the others, which together have "
        "probability 1 - p_i. So each count by itself is Bin(M, p_i), and the mean of a sum over tokens is the sum of "
        "the means (linearity), though the counts depend on each other",
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
