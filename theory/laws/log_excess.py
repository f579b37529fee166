r"""How far the logarithm of a chi-square exceeds a level in the mean, below it counted as 0.

$E(\log X-\log q)^+=\int_0^\infty P(X>qe^s)\,ds=E\log X-\log q+\int_0^\infty P(X<qe^{-s})\,ds$: the first integral where
$q$ is above the mean, the second below, so that both are of tails alone.
"""

import math

import numpy as np
from scipy import special

from theory.laws.chi_square import mean_log_chi_square
from theory.laws.first_passage import panels


def log_excess(level: float, nu: float) -> float:
    """E(log(X/nu) - level)^+ of a chi-square with nu degrees of freedom, relatively accurate to 1e-13."""
    a = nu / 2
    end = 12 / math.sqrt(a) + (math.log1p(45 / a) if level > 0 else 45 / a)
    s, weights = panels(np.linspace(0.0, end, 2 + math.ceil(end * math.sqrt(a))))
    if level > 0:
        with np.errstate(over="ignore"):
            return float(special.gammaincc(a, a * np.exp(level + s)) @ weights)
    return mean_log_chi_square(nu) - level + float(special.gammainc(a, a * np.exp(level - s)) @ weights)
