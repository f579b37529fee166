r"""The density of one fit to n fresh real and m synthetic points, of $\log v'$ and $|\mu'|$ given the model $(\mu,v)$.

The batch means are $\mu'-\frac mNz$ and $\mu'+\frac nNz$, independent normal variables, and the squares about them are
$Lv'-kz^2$, $k=nm/N$: the density is an integral over z alone,
$$\int\!\phi_{1/n}\big(\mu'-\tfrac mNz\big)\,\phi_{v/m}\big(\mu'+\tfrac nNz-\mu\big)\,q_v(Lv'-kz^2)\,Lv'\,dz,$$
$q_v$ that of $X+vY$, two chi-squares, by Kummer's function. Its exponent is a quadratic form, whose mixed terms
$e^{z\mu k/v}$ and $e^{z\mu'k(1-1/v)}$ make the integral a product of matrices for each pair of $v$ and $v'$. All
terms are positive. In units of the source, the mean from its mean.
"""

import math

import numpy as np
from jaxtyping import Float

from theory.laws.kummer import density_of_log, log_density_of_sum

Points = tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]
FAR, FARTHEST = 9.0, 9.0  # standard deviations of z from its mean, and of the mean from that of the source
NODES, MORE = 12, 1.7  # of Gauss and Legendre for z, and for each standard deviation
LARGEST = 700.0  # exponents beyond which a term is of no account


def legendre(low: float, high: float, count: int) -> Points:
    """Gauss's points and weights between two ends."""
    x, weight = np.polynomial.legendre.leggauss(count)
    return low + (high - low) * (x + 1) / 2, weight * (high - low) / 2


def density_of_a_fit(
    v: Float[np.ndarray, " V"], after: Points, means: Points, real: float, synthetic: float, divisor: float
) -> Float[np.ndarray, "V D A D"]:
    """Chances of (v', mu') from each (v, mu): the density times the weights of both points that are reached."""
    n, m, N = real, synthetic, real + synthetic
    (place, weight), (mean, length) = after, means
    if not m:
        return _afresh(v, after, means, n, divisor)
    k = n * m / N
    z, squares = _distances(v, place, mean, n, m, divisor)
    scale = weight[:, None] * np.sqrt(n * m / v)[:, None, None] / (2 * math.pi)
    of_squares = squares * scale
    chances = np.empty((len(v), len(mean), len(place), len(mean)))
    for one, v_, z_, part in zip(chances, v, z, of_squares, strict=True):
        sharp = k * (m + n / v_) / N
        before, opposite, left = _halves(k / v_, sharp, z_, mean)
        later, mirrored, right = (x if x.ndim == 1 else x.swapaxes(1, 2) for x in _halves(k - k / v_, sharp, z_, mean))
        before, opposite = before * part[:, None, :], opposite * part[:, None, :]
        same, other = before @ later + opposite @ mirrored, before @ mirrored + opposite @ later
        rest, apart = left[:, None] + right - n * mean**2 / 2, m / (2 * v_)
        for integral, distance in ((same, mean[:, None] - mean), (other, mean[:, None] + mean)):
            integral *= np.exp(np.minimum(rest - apart * distance**2, LARGEST))
        one[:] = ((same + other) * length).swapaxes(0, 1)
    return chances


def _distances(
    v: Float[np.ndarray, " V"], place: Float[np.ndarray, " A"], mean: Float[np.ndarray, " D"], n: float, m: float,
    divisor: float,
) -> tuple[Float[np.ndarray, "V A Z"], Float[np.ndarray, "V A Z"]]:  # fmt: skip
    """z = z_max sin(angle), where the squares vanish at z_max, and the weights of z with the density of the squares."""
    N, k = n + m, n * m / (n + m)
    longest, sharp = np.sqrt(divisor * np.exp(place) / k), k * (m + n / v) / N
    far = min(mean[-1], FARTHEST / math.sqrt(n * (2 - n / N)))
    ends = FAR / np.sqrt(sharp) + k * far * np.maximum(1 / v, np.abs(1 - 1 / v)) / sharp
    angles = np.arcsin(np.minimum(1.0, ends[:, None] / longest))
    widest = float((angles * longest * np.sqrt(sharp)[:, None]).max())
    u, weight = legendre(0.0, 1.0, NODES + math.ceil(MORE * widest))
    angle = angles[..., None] * u
    log_cosine = np.log(np.cos(angle))
    y = place[:, None] + math.log(divisor / 2) + 2 * log_cosine
    if m == 1:
        density = density_of_log(y, (n - 1) / 2)
    else:
        x = y - np.log(v)[:, None, None]
        both = log_density_of_sum(y.reshape(len(v), -1), x.reshape(len(v), -1), (n - 1) / 2, (m - 1) / 2)
        density = np.exp(both.reshape(y.shape))
    return longest[:, None] * np.sin(angle), density * np.exp(-log_cosine) * weight * (angles * longest)[..., None]


def _halves(
    rate: float, sharp: float, z: Float[np.ndarray, "A Z"], mean: Float[np.ndarray, " D"]
) -> tuple[Float[np.ndarray, "A D Z"], Float[np.ndarray, "A D Z"], Float[np.ndarray, " D"]]:
    """exp(+-rate mu z) with half of the square of z, relative to a bound whose logarithm is the last."""
    bound = (rate * mean) ** 2 / sharp
    common, mixed = -sharp / 4 * z[:, None, :] ** 2 - bound[:, None], rate * mean[:, None] * z[:, None, :]
    return np.exp(common + mixed), np.exp(common - mixed), bound


def _afresh(
    v: Float[np.ndarray, " V"], after: Points, means: Points, n: float, divisor: float
) -> Float[np.ndarray, "V D A D"]:
    """Of real points alone, whatever the model before."""
    (place, weight), (mean, length) = after, means
    of_variance = density_of_log(place - math.log(2 / divisor), (n - 1) / 2) * weight
    of_mean = np.exp(-n * mean**2 / 2) * math.sqrt(2 * n / math.pi) * length
    return np.broadcast_to(np.outer(of_variance, of_mean), (len(v), len(mean), len(place), len(mean))).copy()
