r"""A bigram model refitted to the text it wrote need not end in one token: every simple cycle of tokens
absorbs it.

Where tokens are drawn apart from one another, only the K point masses are absorbing. A model that remembers
the last token has more: once its text repeats ABCABC…, the refitted model writes nothing else. There is one
such state for each simple cycle of tokens, $\sum_k\binom Kk(k-1)!$ in all, of which K, the cycles of length
1, are point masses.
"""

from fractions import Fraction
from itertools import pairwise, product
from math import factorial, prod

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS, retains
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, agree
from theory.laws.symbols import K, k
from theory.scenario import Scenario

ONE_TYPE = Assumption("there is one token only", lambda s: s.family == "tokens" and s.source.vocabulary == 1)
COUNT = sp.Symbol("absorbing supports of a bigram model refitted to its own text")


def derive() -> Derivation:
    """What is stated of independent tokens, read of a bigram model, and the number of cycles it leaves out."""
    d = Derivation("The statement is right for independent draws. Here it is read of a model of pairs.")
    stated = d.given(
        sp.Symbol("absorbing supports of independent draws"),
        K,
        because="with two types left each can be lost, with one nothing can change",
        source="shumailov2024collapse",
        check=lambda: [
            agree(sum(repeats_itself(counts) == 1 for counts in product(range(5), repeat=3) if sum(counts) == 4), 3)
        ],
    )
    d.algebra(
        sp.binomial(K, k) * sp.factorial(k - 1),
        sp.factorial(K) / (k * sp.factorial(K - k)),
        because="simple cycles through k of K tokens: choose them, and start anywhere; k = 1 alone gives K",
    )
    return d.concludes(sp.Eq(COUNT, stated.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return {K: scenario.source.vocabulary}


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """K at every t, as the statement says."""
    return np.full(generations.shape, float(scenario.source.vocabulary))


def limit(scenario: Scenario, at: None = None) -> float:
    """K."""
    return float(scenario.source.vocabulary)


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """How many supports a refitted bigram model never leaves, found by refitting every deterministic one."""
    with mpmath.workdps(15):
        return mpf(len(absorbing_cycles(scenario.source.vocabulary)))


def repeats_itself(counts: tuple[int, ...]) -> Fraction:
    """The probability that independent draws from these counts have the same counts."""
    size = sum(counts)
    return factorial(size) * prod(Fraction(count, size) ** count / factorial(count) for count in counts)


def absorbing_cycles(vocabulary: int) -> set[frozenset[tuple[int, int]]]:
    """The sets of transitions that reproduce themselves, among the texts of all deterministic bigram models.

    A model maps each token to its successor. It writes a text long enough to close its cycle, from each token
    in turn; the refitted model knows the transitions of this text and continues it. What a second refit
    leaves unchanged is absorbing.
    """
    found = set()
    for model in product(range(vocabulary), repeat=vocabulary):
        for start in range(vocabulary):
            first, last = refit(dict(enumerate(model)), start, vocabulary + 1)
            second, _ = refit(first, last, vocabulary + 1)
            third, _ = refit(second, last, vocabulary + 1)
            if second == third:
                found.add(frozenset(second.items()))
    return found


def refit(model: dict[int, int], start: int, length: int) -> tuple[dict[int, int], int]:
    """The model of the pairs in the text that a deterministic model writes, and the last token of the text."""
    text = [start]
    for _ in range(length):
        text.append(model[text[-1]])
    return dict(pairwise(text)), text[-1]


CLAIM = Claim(
    id="tokens-bigram-absorption",
    title="Only point masses absorb: true of independent draws, not of a bigram model, which can end in any cycle",
    kind=Kind.REFUTED,
    statistic="absorbing supports",
    assumptions=(TOKENS, retains("replace")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    right_if=(ONE_TYPE,),
    examples=tuple(
        Example(example(20, probabilities), t=(np.inf,), simulate=False)
        for probabilities in ((1.0,), (0.6, 0.4), (0.5, 0.3, 0.2), (0.4, 0.3, 0.2, 0.1))
    ),
    sources=(
        Source(
            "shumailov2024collapse",
            "Theoretical intuition, discrete distributions with exact approximation",
            "read",
            "no index",
            "for independent draws from a discrete distribution, of which it is true: only point masses are absorbing",
        ),
        Source(
            "riis2026drift",
            "Theorem 1",
            "reported",
            "no index",
            "the fixed points of the drift of n-gram models: circulations, whose extreme points are the simple cycles",
        ),
    ),
    errata="Stated of independent draws, and right there. For a bigram model refitted to its own text the absorbing "
    "supports are all simple cycles of tokens: 3, 8 and 24 of them for 2, 3 and 4 tokens, against 2, 3 and 4.",
)
