r"""How many types survive, how that number varies, how much is forgotten: all from one law of lineages.

The types in generation t are those in A independent draws from the source, A the number of lineages. So $E
S=\sum_i\bigl(1-E(1-p_i)^A\bigr)$, the forgotten mass is $\sum_i p_i\,E(1-p_i)^A$, and two types are both
missed with probability $E(1-p_i-p_j)^A$, whatever the number of tokens.
"""

import numpy as np

from theory.laws.lineages import LineageLaw
from theory.laws.token_sums import TokenSum


def vocabulary(law: LineageLaw, tokens: TokenSum) -> float:
    """E S, the expected number of types alive."""
    return float(tokens.weight @ law.presence(tokens.p))


def lost_mass(law: LineageLaw, tokens: TokenSum) -> float:
    """Expected probability, under the source, of the types that are absent."""
    return float((tokens.weight * tokens.p) @ law.absence(tokens.p))


def vocabulary_variance(law: LineageLaw, tokens: TokenSum) -> float:
    """Var S by the law of total variance: a single lineage shows one type; the rest is given two or more."""
    several = law.number > 1.0
    chance = float(law.probability[several].sum())
    if chance == 0.0:
        return 0.0
    rest = LineageLaw(law.number[several], law.probability[several] / chance)
    excess = vocabulary(rest, tokens) - 1.0
    return chance * _variance(rest, tokens) + chance * (1.0 - chance) * excess**2


def _variance(law: LineageLaw, tokens: TokenSum) -> float:
    r"""Var S in one sweep over the tokens, through $E(1-p_i-p_j)^A = \sum_k w_k e^{-\theta_k p_i}e^{-\theta_k
    p_j}$, which factorises.

    With $g_k=\sum_i(1-e^{-\theta_kp_i})$ it is $\sum_k w_k(g_k-ES)^2+\sum_k w_k\sum_i
    e^{-\theta_kp_i}(1-e^{-\theta_kp_i})$: the spread of the Poisson means, which is negative as A varies less
    than a Poisson number, and the variance of independent types.
    """
    mixture = law.mixture()
    missed = np.exp(-np.multiply.outer(mixture.mean, tokens.p))
    found = -np.expm1(-np.multiply.outer(mixture.mean, tokens.p))
    expected = found @ tokens.weight
    centre = np.real(mixture.weight @ expected)
    return float(np.real(mixture.weight @ ((expected - centre) ** 2 + (missed * found) @ tokens.weight)))
