r"""What recursive training forgets of the source: types that had the probability $\sum_ip_i\,\psi_t(1-p_i)$
in all.

The missing mass of a sample of $A_{t-1}$ real tokens, near $2M/t$ for $1\ll t\ll M$. It ends at $H_0$: one type is
left, token i with probability $p_i$.
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
from theory.claims.tokens.forward_chain import absence_probability, sum_over_tokens
from theory.claims.tokens.replace_heterozygosity import example
from theory.claims.tokens.replace_vocabulary import zipf_example
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity
from theory.laws.surviving_types import lost_mass
from theory.laws.symbols import E, K, i, p
from theory.laws.token_sums import token_sum
from theory.scenario import Scenario


def derive() -> Derivation:
    """What is lost is what is not kept."""
    d = Derivation("For t >= 1: psi_t is the generating function of A_{t-1}, the number of ancestors in generation 1.")
    duality_steps(d)
    absence_of(d, p[i], "X_{t,i} = 0")
    forgotten = d.algebra(
        sp.Sum(p[i], (i, 1, K)) - sp.Sum(p[i] * (1 - psi(1 - p[i])), (i, 1, K)),
        sp.Sum(p[i] * psi(1 - p[i]), (i, 1, K)),
        because="all of the source, less the types present, each with its probability of being present",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("L_t")), forgotten.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E L_t, float64 [T], a probability under the source; t counts fits."""
    tokens = token_sum(scenario.source.distribution())
    return over_generations(scenario, generations, lambda law: lost_mass(law, tokens), 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 = sum p_i (1-p_i)."""
    return heterozygosity(scenario.source.distribution())


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """Each token's own count, forwards in time, one token after another."""
    size = scenario.sample_size.constant
    return sum_over_tokens(scenario, lambda q: q * absence_probability(size, q, t))


CLAIM = Claim(
    id="tokens-replace-lost-mass",
    title="The forgotten probability of the source is sum_i p_i psi_t(1-p_i), rising to H_0",
    kind=Kind.EXACT,
    statistic="lost_mass",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    examples=(
        Example(zipf_example(20, 30, 1.0), t=(1, 2, 8, 30)),
        Example(example(9, (0.37, 0.25, 0.2, 0.15, 0.03)), t=(1, 6, np.inf)),
        Example(example(9, (0.75, 0.25)), t=(0, 1), algebra=False, simulate=False),
    ),
    sources=(DUALITY,),
)
