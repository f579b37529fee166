r"""The expected total variation distance of refitted tokens from their source, exactly, rising from 0 to
$H_0$.

Half the sum over tokens of $E|p_{t,i}-p_i|$, each under the law of one count. In the end one type is left,
token i with probability $p_i$, at a distance of $1-p_i$.
"""

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.count_law import (
    INTRODUCTION,
    ONE_TOKEN,
    bindings,
    copies,
    count_law,
    one_token_is_enough,
    summed,
)
from theory.claims.tokens.forward_chain import expectation, sum_over_tokens
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, agree
from theory.laws.count_chain import bends_together, distances
from theory.laws.mixing import heterozygosity
from theory.laws.symbols import E, K, M, i, p
from theory.laws.token_sums import TokenSum
from theory.scenario import Scenario

MOST_PROBABILITIES = 2_000
MOST_CHAINS = 50  # of some 0.1 s each, for probabilities too far apart to share one
FEW_PROBABILITIES = Assumption(
    f"the source has at most {MOST_PROBABILITIES} different token probabilities (a limit of the computation, not of "
    "the result)",
    lambda s: (
        s.family == "tokens"
        and (s.source.vocabulary <= MOST_PROBABILITIES or len(different(s).p) <= MOST_PROBABILITIES)
    ),
)


def derive() -> Derivation:
    """Linearity over tokens, and the law of one count."""
    d = Derivation(INTRODUCTION)
    one_token_is_enough(d)
    distance = count_law(copies, p[i]) * sp.Abs(copies / M - p[i])
    total = d.given(
        E(sp.Symbol("TV_t")),
        sp.Sum(sp.Sum(distance, (copies, 0, M)), (i, 1, K)) / 2,
        because="the law of one count at t follows from that at t-1, whatever the others do (Chapman, Kolmogorov)",
        source="kolmogorov1933",
        check=lambda: [agree((1 - 0.5**t) / 2, expectation(2, mpf("0.5"), t, from_half)) for t in (1, 2, 5)],
    )
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def from_half(x: int, size: int) -> mpf:
    """|p - 1/2|: with M = 2 it is 1/2 once a token is lost, which half of the other chains do in each generation."""
    return abs(mpf(x) / size - mpf(1) / 2)


def different(scenario: Scenario) -> TokenSum:
    """The different probabilities with their multiplicities; tokens of probability 0 are never seen."""
    distribution = scenario.source.distribution()
    probabilities, times = np.unique(distribution[distribution > 0.0], return_counts=True)
    return TokenSum(probabilities, times.astype(np.float64))


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E TV(p_t, p_0), float64 [T], a probability; t counts fits."""
    return summed(scenario, generations, distances, different(scenario), 0.0) / 2.0


def reach(scenario: Scenario) -> float:
    """Every t, or only the first fit where too many probabilities need a chain of their own."""
    tokens = different(scenario).p
    chains = bends_together(scenario.sample_size.constant, tokens, generations=100, most=MOST_CHAINS)
    return np.inf if len(chains) <= MOST_CHAINS else 1


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0."""
    return heterozygosity(scenario.source.distribution())


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """Each token's own count, carried back from the last generation in 50 digits."""
    size = scenario.sample_size.constant
    if t == 0:
        return mpf(0)
    return sum_over_tokens(scenario, lambda q: expectation(size, q, t, lambda x, size: abs(mpf(x) / size - q))) / 2


CLAIM = Claim(
    id="tokens-replace-total-variation",
    title="The expected total variation distance from the source, exactly, token by token; it rises to H_0",
    kind=Kind.EXACT,
    statistic="total_variation",
    assumptions=(*TOKENS_REPLACE, FEW_PROBABILITIES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    examples=(
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 2, 8)),
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 20), algebra=False),
        Example(example(9, (0.5, 0.5)), t=(0, np.inf), algebra=False, simulate=False),
        Example(example(1, (0.5, 0.3, 0.2)), t=(1, 3), algebra=False, simulate=False),
    ),
    sources=(ONE_TOKEN,),
)
