r"""The loop with fresh real data: what its models are worth in the end, and when synthetic points do harm.

Each fit pools n fresh real and m synthetic points, drawn with $\lambda$ times the variance. The mean is worth more real
points than n, and at $\lambda=1$ fewer than 2n under the unbiased divisor. For $\lambda<1$ the variance has a floor of
bias that no number of points removes: for large n its square, $m^2(1-\lambda)^2/4n^2$, outweighs what the synthetic
points save of the squared Wasserstein distance, $m(9-\lambda-2\lambda^2)/4n^2$, from a number m on that does not depend
on n.
"""

import math
from fractions import Fraction

from theory.laws.gaussian_mixing_scaled import scaled_limits, stratified_fit


def mean_effective_size(real: int, synthetic: int, factor: float = 1.0, offset: float = 0.0) -> float:
    """1/D, the number of real points whose mean is as far off as that of the stationary model; 0 where there is none.

    ``factor`` is lambda, ``offset`` that of the divisor.
    """
    fit = stratified_fit(real + synthetic, real, Fraction(repr(offset)), Fraction(repr(factor)))
    error = scaled_limits(fit)[1]
    return 0.0 if math.isinf(error) else float(1 / error)


def unbiased_effective_size(real: int, synthetic: int) -> float:
    """N a(2-a) - (1-a)^2 N/(N-1) for lambda = 1 and the unbiased divisor, a = n/N: below 2n; needs n >= 1."""
    N = real + synthetic
    a = real / N
    return N * a * (2 - a) - (1 - a) ** 2 * N / (N - 1)


def variance_floor(share: float, factor: float) -> float:
    """a/(1 - (1-a) lambda) of the variance of the source: what is left of it however many points there are."""
    return share / (1 - (1 - share) * factor)


def harmful_size(factor: float) -> float:
    """(9 - lambda - 2 lambda^2)/(1 - lambda)^2: with more synthetic points than this the model is worth fewer than n.

    In the expected squared Wasserstein distance on the line, unbiased, in the limit of many real points; infinite for
    lambda = 1.
    """
    return (9 - factor - 2 * factor**2) / (1 - factor) ** 2 if factor < 1 else math.inf
