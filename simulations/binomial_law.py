r"""The logarithm of a binomial probability, up to a constant, without a difference of log-gammas.

Loader's saddle-point form: with $\bar q = 1 - p$ and the remainder $S$ of Stirling's formula,

$$ \log f(k) = \tfrac12 \log \frac{n}{2\pi k (n-k)} + S(n) - S(k) - S(n-k) - D(k, np) - D(n-k, n\bar q), $$

where the deviance $D(x, m) = x \log(x/m) + m - x$ is a sum of terms of the same size, never a difference of large
ones. Its relative error is a few times 2^-53 wherever f is not negligible, for every n below 2^53: a difference of
log-gammas at n = 10^12 would have lost four digits.

Source: Loader, Fast and accurate computation of binomial probabilities (2000).
"""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float64

EXACT = 2**53
"""Counts up to this are whole numbers in float64."""

_ATANH = tuple(1.0 / (2 * j + 1) for j in range(1, 12))
_ROOT_HALF = np.uint64(0x3FE6A09E667F3BCD)


def stirling_remainder(k: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    """S(k) = log k! - log(sqrt(2 pi k) (k/e)^k) for whole k >= 1, and 0 for k = 0; absolute error 2e-17.

    A polynomial in x = 1/(k + 1/2), interpolated at the Chebyshev points of 0 < x < 2/3: one form for all k, where a
    table for small ones would break up the loop that XLA makes of a draw.
    """
    x = 2.0 * (1.0 / (2.0 * k + 1.0))  # a quotient used twice would keep XLA from fusing what it is made of
    return jnp.where(k > 0.0, x * _horner(_REMAINDER, x), 0.0)


def deviance(x: Float64[Array, "*n"], mean: Float64[Array, "*n"], d: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    """x log(x / mean) + mean - x >= 0, given d = x - mean, which is known better than the difference would tell.

    With v = d / (x + mean) and x near the mean it is d v + 2 x (artanh(v) - v); farther off x/mean = 2^k m has its
    logarithm taken apart. Equal to the mean at x = 0.
    """
    some = x > 0.0
    ratio = jnp.where(some, x, mean) * (1.0 / mean)
    shifted = lax.bitcast_convert_type(ratio, jnp.uint64) + (np.uint64(0x3FF << 52) - _ROOT_HALF)
    k = ((shifted >> np.uint64(52)).astype(jnp.int64) - 1023).astype(jnp.float64)
    m = lax.bitcast_convert_type((shifted & np.uint64(2**52 - 1)) + _ROOT_HALF, jnp.float64)
    near = k == 0.0
    v = jnp.where(near, d, m - 1.0) * (1.0 / jnp.where(near, x + mean, m + 1.0))
    beyond = v * (v**2 * _horner(_ATANH, v**2))  # artanh(v) - v
    value = jnp.where(near, d * v + 2.0 * x * beyond, x * (k * np.log(2.0) + 2.0 * (v + beyond)) - d)
    return jnp.where(some, value, mean)


def log_shape(
    k: Float64[Array, "*n"], n: Float64[Array, "*n"], p: Float64[Array, "*n"], d: Float64[Array, "*n"]
) -> Float64[Array, "*n"]:
    """log f(k) without the factor under the root and without what does not depend on k, given d = k - np."""
    mean = n * p
    remainders = stirling_remainder(k) + stirling_remainder(n - k)
    return -remainders - deviance(k, mean, d) - deviance(n - k, n - mean, -d)


def root_factor(k: Float64[Array, "*n"], n: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    """k (n - k), the factor under the root; 0 stands for 1/(2 pi), which makes the formula exact at k = 0 and k = n."""
    least = 0.5 / np.pi
    return jnp.maximum(k, least) * jnp.maximum(n - k, least)


def excess(m: Float64[Array, "*n"], n: Float64[Array, "*n"], p: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    """m - np for a whole number m near np: n and p are taken in halves whose products are exact.

    The product n p alone is off by up to 2^-53 np: at np = 10^12 the law would move by a ten-thousandth of a unit.
    """
    bits = lax.bitcast_convert_type(p, jnp.uint64) & np.uint64(0xFFFFFFFFF8000000)
    p_high = lax.bitcast_convert_type(bits, jnp.float64)
    p_low = p - p_high
    n_high = jnp.floor(n * 2.0**-26) * 2.0**26
    n_low = n - n_high
    return (((m - n_high * p_high) - n_low * p_high) - n_high * p_low) - n_low * p_low


def _horner(coefficients: tuple[float, ...], x: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    value = jnp.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        value = value * x + c
    return value


_REMAINDER = (
    0.08333333333333343,
    0.04166666666658319,
    0.018055555567858494,
    0.0062499992692385325,
    0.0018353407065854882,
    0.00111561528579359,
    0.001084861943876031,
    0.00016156249919734042,
    -0.0003700180168843968,
    -0.0017962814548744311,
    0.008599596191665209,
    -0.017055700326688943,
    0.021374020920004715,
    -0.018055723232293455,
    0.010116048376625488,
    -0.0034202945219862497,
    0.0005318854299393727,
)
