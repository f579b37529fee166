r"""The law of $\log(v_t/v_0)$ in a single chain of replaced data whose sizes vary: a sum of log-gammas of many shapes.

$K(s)=\sum_k\log\frac{\Gamma(a_k+s)}{\Gamma(a_k)\,a_k^s}+s\sum_k\log\frac{M_k-1}{L_k}$ with $a_k=\frac{M_k-1}2$,
singular at minus the smallest shape.
"""

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

from theory.laws.gamma_ratio import log_gamma_ratios
from theory.laws.varying_sizes import log_factor_variances, log_mean_factors, mean_log_factors


class VaryingLogVarianceLaw:
    """The transform of log(v_t/v_0) for the sizes of all t fits, in any order."""

    steep = False

    def __init__(self, sizes: Float[np.ndarray, " K"], offset: float) -> None:
        different, self.times = np.unique(sizes, return_counts=True)
        self.shapes = (different - 1) / 2
        self.left = float(self.shapes.min())
        self.shift = math.fsum(log_mean_factors(sizes, offset))
        self.mean = math.fsum(mean_log_factors(sizes, offset))
        self.sd = math.sqrt(math.fsum(log_factor_variances(sizes)))

    def values(self, s: Complex[np.ndarray, " S"]) -> Complex[np.ndarray, " S"]:
        """K(s), up to multiples of 2 pi i."""
        return self.times @ log_gamma_ratios(self.shapes, s) + s * self.shift

    def slopes(self, c: float) -> tuple[float, float, float, float]:
        """K and its first three derivatives at a real c."""
        a, n = self.shapes, self.times
        return (
            float((n @ log_gamma_ratios(a, np.array([c])))[0]) + c * self.shift,
            float(n @ (special.digamma(a + c) - np.log(a))) + self.shift,
            float(n @ special.polygamma(1, a + c)),
            float(n @ special.polygamma(2, a + c)),
        )


@lru_cache(maxsize=64)
def varying_law(sizes: tuple[int, ...], offset: float) -> VaryingLogVarianceLaw:
    """Remembered, as quantiles ask for one law many times."""
    return VaryingLogVarianceLaw(np.array(sizes, dtype=np.float64), offset)
