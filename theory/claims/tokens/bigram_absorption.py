r"""A bigram model refitted to the text it goes on writing need not end in one token: every simple cycle of
tokens absorbs it.

Where tokens are drawn apart from one another, only the K point masses are absorbing. A model that remembers
the last token has more: once its text repeats ABCABC…, the refitted model writes nothing else. There is one
such state for each simple cycle of tokens, $\sum_k\binom Kk(k-1)!$ in all, of which K, the cycles of length
1, are point masses. The model meant here: a text of M steps goes on from the last token of the text before,
and the row of every token that it leaves becomes the frequencies of the successors; other rows stay.
"""

from collections import defaultdict
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import factorial, prod

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS, retains
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, agree
from theory.laws.symbols import K, k
from theory.scenario import Scenario

ONE_TYPE = Assumption("there is one token only", lambda s: s.family == "tokens" and s.source.vocabulary == 1)
COUNT = sp.Symbol("absorbing supports of a bigram model refitted to its own text")

Support = frozenset[tuple[int, int]]
State = tuple[int, tuple[frozenset[int], ...]]


def derive() -> Derivation:
    """What is stated of independent tokens, read of a bigram model, and the number of cycles it leaves out."""
    d = Derivation(
        "The statement is right for independent draws. Here it is read of a bigram model that continues its text: "
        "every text has M >= 1 steps, the first of which leaves the last token of the text before, and each step draws "
        "a successor from the row of the token that it leaves. Then the row of every token that was left is refitted "
        "to the frequencies of its successors; a token that was not left keeps its row. A support is a set of "
        "transitions, absorbing where every later text is made of these, and can contain each again."
    )
    stated = d.given(
        sp.Symbol("absorbing supports of independent draws"),
        K,
        because="with two types left each can be lost, with one nothing can change",
        source="shumailov2024collapse",
        check=lambda: [
            agree(sum(repeats_itself(counts) == 1 for counts in product(range(5), repeat=3) if sum(counts) == 4), 3)
        ],
    )
    cycles = sp.binomial(K, k) * sp.factorial(k - 1)
    d.given(
        COUNT,
        sp.Sum(cycles, (k, 1, K)),
        relation=r"\ge",
        because="each simple cycle absorbs: a text on a cycle whose tokens have one successor each stays on it, and no "
        "refit changes these rows",
        source="riis2026drift",
        check=lambda: [agree(sum(map(repeats_for_ever, simple_cycles(3))), 8)],
    )
    d.given(
        COUNT,
        sp.Sum(cycles, (k, 1, K)),
        relation=r"\le",
        because="nothing else does: fix one possible successor of each token; with a probability above 0 all steps of "
        "the next texts go there, they close a cycle within K steps, and once each of its tokens has been left, each "
        "has one successor. A support with a second successor or outside of a cycle can thus be left, and for good",
        source="riis2026drift",
        check=lambda: [agree(len(absorbing_supports(2, steps)), 3) for steps in (1, 2, 5)],
    )
    d.algebra(
        cycles,
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
    """How many sets of transitions are never left, found in the graph of all models that texts lead to."""
    with mpmath.workdps(15):
        return mpf(len(absorbing_supports(scenario.source.vocabulary, scenario.sample_size.constant)))


def repeats_itself(counts: tuple[int, ...]) -> Fraction:
    """The probability that independent draws from these counts have the same counts."""
    size = sum(counts)
    return factorial(size) * prod(Fraction(count, size) ** count / factorial(count) for count in counts)


@cache
def absorbing_supports(vocabulary: int, steps: int) -> frozenset[Support]:
    """The transitions in use in each closed class of the chain of models, from a model that allows every pair.

    A state is the last token and, for each token, the set of its successors: which of them are possible next
    depends on no frequency.
    """
    everything = frozenset(range(vocabulary))
    states = {(last, (everything,) * vocabulary): last for last in range(vocabulary)}
    sources, targets, used = [], [], []
    queue = list(states)
    for state in queue:
        for last, seen in texts(state, steps):
            after = (last, tuple(new or old for new, old in zip(seen, state[1], strict=True)))
            if after not in states:
                states[after] = len(states)
                queue.append(after)
            sources.append(states[state])
            targets.append(states[after])
            used.append(seen)
    graph = coo_array((np.ones(len(sources)), (sources, targets)), shape=(len(states),) * 2)
    _, component = connected_components(graph, directed=True, connection="strong")
    left = {component[a] for a, b in zip(sources, targets, strict=True) if component[a] != component[b]}
    supports = defaultdict(set)
    for a, seen in zip(sources, used, strict=True):
        if component[a] not in left:
            supports[component[a]] |= transitions(seen)
    return frozenset(map(frozenset, supports.values()))


def texts(state: State, steps: int) -> set[State]:
    """What the possible texts leave behind: the last token, and the successors seen of each token."""
    start, model = state
    written = {(start, (frozenset(),) * len(model))}
    for _ in range(steps):
        written = {
            (after, (*seen[:token], seen[token] | {after}, *seen[token + 1 :]))
            for token, seen in written
            for after in model[token]
        }
    return written


def transitions(rows: tuple[frozenset[int], ...]) -> Support:
    """The rows as pairs of a token and a successor."""
    return frozenset((token, after) for token, row in enumerate(rows) for after in row)


def simple_cycles(vocabulary: int) -> set[Support]:
    """Every cycle through distinct tokens as the set of its transitions."""
    return {
        frozenset(zip(tokens, (*tokens[1:], tokens[0]), strict=True))
        for length in range(1, vocabulary + 1)
        for tokens in permutations(range(vocabulary), length)
    }


def repeats_for_ever(cycle: Support) -> bool:
    """Whether a model of this cycle writes nothing but its transitions in texts of any of a few lengths."""
    rows = tuple(frozenset(after for token, after in cycle if token == k) for k in range(1 + max(max(cycle))))
    return all(
        transitions(seen) <= cycle
        for start, _ in cycle
        for steps in (1, 2, 7)
        for _, seen in texts((start, rows), steps)
    )


CLAIM = Claim(
    id="tokens-bigram-absorption",
    title="Only point masses absorb: true of independent draws, not of a bigram model that continues its text, which "
    "can end in any cycle of tokens",
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
        Example(example(size, probabilities), t=(np.inf,), simulate=False)
        for size, probabilities in (
            (20, (1.0,)),
            (20, (0.6, 0.4)),
            (1, (0.5, 0.3, 0.2)),
            (5, (0.5, 0.3, 0.2)),
            (3, (0.4, 0.3, 0.2, 0.1)),
        )
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
    errata="Stated of independent draws, and right there. For a bigram model that continues its text the absorbing "
    "supports are the simple cycles of tokens, whatever M: 3, 8 and 24 of them for 2, 3 and 4 tokens, against 2, 3 and "
    "4. Other rules for the ends of a text change the count: where each text begins anew at a token drawn from the "
    "frequencies of the last one, a cycle of k tokens needs M >= k+1 tokens to survive; where the last token of a "
    "text is followed by its first, k must divide M.",
)
