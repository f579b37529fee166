r"""A token is absent at t >= 1 with probability $E(1-p_i)^{A_{t-1}}$, as from a corpus of $A_{t-1}$ real tokens.

Looked at backwards, the M tokens of generation t descend from $A_{t-1}\le M$ distinct tokens of generation 1,
and these are independent draws from the source. Their number is found without the source: $A_0=M$, and n
tokens have as many distinct parents as n balls hit of M boxes. A set of types is absent with the same
formula, its total probability in place of $p_i$.
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
    ancestors,
    bindings,
    duality_steps,
    over_generations,
    reach,
    token_probability,
)
from theory.claims.tokens.enumeration import source_probabilities
from theory.claims.tokens.forward_chain import absence_probability
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation
from theory.laws.symbols import M, i, n, p
from theory.scenario import Scenario


def derive() -> Derivation:
    """Sampling acts on powers by throwing balls into boxes; iterated, it leaves a power with a random exponent."""
    d = Derivation(
        "For t >= 1: a_{t-1}(n) is the chance that the M tokens of generation t descend from n distinct tokens of "
        "generation 1: a_0 is 1 at M, and n tokens have as many distinct parents as n balls hit of M boxes."
    )
    duality_steps(d)
    missed = absence_of(d, p[i], "X_{t,i} = 0", sp.Sum(ancestors(n) * (1 - p[i]) ** n, (n, 1, M)))
    return d.concludes(sp.Eq(missed.lhs, missed.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: np.ndarray, at: int) -> np.ndarray:
    """P(X_{t,i} = 0), float64 [T], a probability; t counts fits."""
    probability = token_probability(scenario, at)
    return over_generations(
        scenario, generations, lambda law: float(law.absence(probability)), float(probability == 0.0)
    )


def limit(scenario: Scenario, at: int) -> float:
    """1 - p_i: unless the token is the last one left."""
    return 1.0 - token_probability(scenario, at)


def reference(scenario: Scenario, t: float, at: int) -> mpf:
    """The token's own count, forwards in time."""
    return absence_probability(scenario.sample_size.constant, source_probabilities(scenario)[int(at)], t)


CLAIM = Claim(
    id="tokens-replace-absence",
    title="A token is absent at t >= 1 with probability E (1-p_i)^A, A the number of ancestors in the first text",
    kind=Kind.EXACT,
    statistic="absence",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    examples=(
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 2, 5, 20), at=0),
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 5, 40), at=1),
        Example(example(9, (0.5, 0.5)), t=(1, 3, 12), at=1),
        Example(example(9, (0.5, 0.5)), t=(0, np.inf), at=1, algebra=False, simulate=False),
        Example(example(1, (0.3, 0.7)), t=(1, 4), at=0, simulate=False),
        Example(example(10**6, (1e-6, 1 - 1e-6)), t=(1, 2, 4), at=0, algebra=False, simulate=False),
        Example(example(10**12, (2e-12, 1 - 2e-12)), t=(1, 3), at=0, algebra=False, simulate=False),
    ),
    sources=(
        DUALITY,
        LINES_OF_DESCENT,
    ),
)
