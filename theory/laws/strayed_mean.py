r"""How far a mean strays that sees fresh real points: the next mean is normal given the model before.

$\mu'\sim N(b\mu,(n+mv)/N^2)$, $b=m/N$, in units of the source and from its mean, so that the chance is the mean of two
complementary error functions over the law of the model before.
"""

import numpy as np
from scipy import special

from theory.laws.fresh_chain import FreshChain


def chance_of_straying(chain: FreshChain, t: float, level: float) -> float:
    """P(|mu_t - mu_0| > level), t >= 1, the level in standard deviations of the source."""
    v, mean, weight = chain.before(t)
    total = 0.0
    for chance, real in chain.parts:
        drawn = chain.size - real
        centre, width = drawn / chain.size * mean, np.sqrt(2 * (real + drawn * v)) / chain.size
        both = special.erfc((level - centre) / width) + special.erfc((level + centre) / width)
        total += chance * float(both @ weight) / 2
    return total
