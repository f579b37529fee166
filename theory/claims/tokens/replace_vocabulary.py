r"""Recursive training keeps the vocabulary of one training on $A_{t-1}$ real tokens, near $2M/t$ for $1\ll t\ll M$.

$E\,S_t=\sum_i(1-\psi_t(1-p_i))$. The set of types in generation t has the law of the set of types among
$A_{t-1}$ independent draws from the source, the tokens of the first text that have descendants. One
generating function $\psi_t$, which the source does not enter, serves every source and every vocabulary size.
"""

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.duality import (
    DUALITY,
    LINES_OF_DESCENT,
    absence_of,
    bindings,
    duality_steps,
    over_generations,
    psi,
    reach,
)
from theory.claims.tokens.forward_chain import absence_probability, sum_over_tokens
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation
from theory.laws.surviving_types import vocabulary
from theory.laws.symbols import E, K, i, p
from theory.laws.token_sums import token_sum
from theory.scenario import Scenario, parse_scenario


def derive() -> Derivation:
    """The number of types is a sum of indicators."""
    d = Derivation("For t >= 1: psi_t is the generating function of A_{t-1}, the number of ancestors in generation 1.")
    duality_steps(d)
    absence_of(d, p[i], "X_{t,i} = 0")
    types = d.algebra(
        K - sp.Sum(psi(1 - p[i]), (i, 1, K)),
        sp.Sum(1 - psi(1 - p[i]), (i, 1, K)),
        because="S_t counts the types that are not absent, and the expectation of a sum needs no independence",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("S_t")), types.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E S_t, float64 [T], in tokens; t counts fits."""
    distribution = scenario.source.distribution()
    tokens = token_sum(distribution)
    return over_generations(
        scenario, generations, lambda law: vocabulary(law, tokens), float(np.count_nonzero(distribution))
    )


def limit(scenario: Scenario, at: None = None) -> float:
    """One type is left."""
    return 1.0


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """Each token's own count, forwards in time, one token after another."""
    size = scenario.sample_size.constant
    return sum_over_tokens(scenario, lambda q: 1 - absence_probability(size, q, t))


def zipf_example(size: int, vocabulary: int, exponent: float) -> Scenario:
    return parse_scenario(
        {
            "source": {"kind": "zipf", "vocabulary": vocabulary, "exponent": exponent},
            "sample_size": {"kind": "constant", "size": size},
            "retention": {"kind": "replace"},
        }
    )


CLAIM = Claim(
    id="tokens-replace-vocabulary",
    title="The types alive at t >= 1 are those of A real tokens, E A near 2M/t while t is large and far below M: "
    "E S_t = sum_i (1 - psi_t(1-p_i))",
    kind=Kind.EXACT,
    statistic="vocabulary",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    examples=(
        Example(zipf_example(20, 30, 1.0), t=(1, 2, 8, 30)),
        Example(example(9, (0.37, 0.25, 0.2, 0.15, 0.03)), t=(0, 1, 6, np.inf), algebra=False),
        Example(example(1, (0.5, 0.3, 0.2)), t=(1, 3)),
    ),
    sources=(
        DUALITY,
        LINES_OF_DESCENT,
    ),
)
