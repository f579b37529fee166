r"""The number of surviving types varies less than if types survived independently, and its variance is exact.

Two types are both absent with probability $\psi_t(1-p_i-p_j)$, since together they are one token of
probability $p_i+p_j$. The variance of a sum of indicators needs no more.
"""

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.duality import (
    DUALITY,
    absence_of,
    bindings,
    duality_steps,
    over_generations,
    psi,
    reach,
)
from theory.claims.tokens.enumeration import source_probabilities
from theory.claims.tokens.forward_chain import absence_probability, in_full_digits
from theory.claims.tokens.replace_heterozygosity import example
from theory.claims.tokens.replace_vocabulary import zipf_example
from theory.derivation import Derivation
from theory.laws.surviving_types import vocabulary_variance
from theory.laws.symbols import K, i, j, p
from theory.laws.token_sums import token_sum
from theory.scenario import Scenario


def derive() -> Derivation:
    """Joint absence by the same duality, then the variance of a sum of indicators."""
    d = Derivation("For t >= 1: psi_t is the generating function of A_{t-1}, the number of ancestors in generation 1.")
    duality_steps(d)
    absence_of(d, p[i], "X_{t,i} = 0")
    absence_of(d, p[i] + p[j], "X_{t,i} = X_{t,j} = 0")
    each, other, both, twice = psi(1 - p[i]), psi(1 - p[j]), psi(1 - p[i] - p[j]), psi(1 - 2 * p[i])
    one, all_pairs = (i, 1, K), ((j, 1, K), (i, 1, K))
    variance = d.algebra(
        sp.Sum(each, one) + sp.Sum(both, *all_pairs) - sp.Sum(twice, one) - sp.Sum(each * other, *all_pairs),
        sp.Sum(each - twice, one) + sp.Sum(both - each * other, *all_pairs),
        because="the number of absent types is a sum of indicators: the mean of its square, in which a type is absent "
        "together with itself, less the square of its mean",
    )
    return d.concludes(sp.Eq(sp.Function("Var")(sp.Symbol("S_t")), variance.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """Var S_t over chains, float64 [T], in tokens squared; t counts fits."""
    tokens = token_sum(scenario.source.distribution())
    return over_generations(scenario, generations, lambda law: vocabulary_variance(law, tokens), 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """0: one type is left in every chain."""
    return 0.0


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """Each pair of tokens taken as one token, whose count is followed forwards in time."""
    size, probabilities = scenario.sample_size.constant, source_probabilities(scenario)
    with in_full_digits():
        missed = [absence_probability(size, q, t) for q in probabilities]
        both = sum(
            absence_probability(size, q + other, t) - missed[rank] * missed[rank + 1 + after]
            for rank, q in enumerate(probabilities)
            for after, other in enumerate(probabilities[rank + 1 :])
        )
        return sum(chance * (1 - chance) for chance in missed) + 2 * both


CLAIM = Claim(
    id="tokens-replace-vocabulary-variance",
    title="The variance of the number of types, exactly, from the absence of pairs: psi_t(1-p_i-p_j)",
    kind=Kind.EXACT,
    statistic="vocabulary_variance",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    examples=(
        Example(example(9, (0.37, 0.25, 0.2, 0.15, 0.03)), t=(1, 6, 40)),
        Example(zipf_example(12, 6, 1.0), t=(1, 8)),
        Example(example(9, (0.75, 0.25)), t=(0, 1), algebra=False, simulate=False),
    ),
    sources=(DUALITY,),
)
