r"""The nearest of k standard normals to a point $\delta$: how far it is from there, and its variance.

$P(\min_j|Z_j-\delta|>r)=G(r)^k$ with $G(r)=P(|Z-\delta|>r)$. At $\delta=0$ the variance is
$w_k=E\min_jZ_j^2$: $w_2=1-\frac2\pi$, $w_3=0.19280$; far away it is that of the largest of k.
"""

import math
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import special

FAR = 12.0  # beyond, the nearest is the largest
PANEL, NODES = 0.5, 20


def nearest_square(k: int) -> float:
    """w_k, the mean of the least of k squares: 1, 0.363380, 0.192795, ..."""
    return float(nearest(k, np.zeros(1))[0][0])


def nearest(k: int, delta: Float[np.ndarray, " D"]) -> tuple[Float[np.ndarray, " D"], Float[np.ndarray, " D"]]:
    """E min (Z_j - delta)^2, and the variance of the nearest, for 0 <= delta."""
    r, weight = _radii(k)
    place = np.minimum(delta, FAR)[:, None]
    start = np.maximum(place - 10.0, 0.0)
    r = start + r
    above, below = special.ndtr(-place - r), special.ndtr(place - r)
    beyond = (above + below) ** (k - 1)
    left, right = (np.exp(-((place + sign * r) ** 2) / 2) / math.sqrt(2 * math.pi) for sign in (-1, 1))
    chance = k * weight * beyond
    square = np.sum(chance * r**2 * (left + right), axis=1)
    apart = np.sum(chance * r * (right - left), axis=1)
    return square, square - apart**2


@cache
def _radii(k: int) -> tuple[Float[np.ndarray, " R"], Float[np.ndarray, " R"]]:
    """Gauss-Legendre panels from 0 on, narrower near 0, where many draws crowd."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    ends = np.concatenate(
        [[0.0], PANEL * 2.0 ** -np.arange(2 + math.ceil(math.log2(k)), 0, -1), PANEL * np.arange(1, 47)]
    )
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()


def second_fit(M: int, offset: float, k: int) -> float:
    """E v_2/v_0 where the first fit sees M real points about the centre, the second the nearest of k draws each.

    (E S)^2 times the mean variance of the nearest at delta = T sqrt(L/(M (M+1))), T a Student variable of M + 1 degrees
    of freedom: the first variance, for a weight, has two degrees of freedom more.
    """
    u = np.arange(0.0, 45.0 / (M + 1) + 9.0 / math.sqrt(M + 1), 0.04 / math.sqrt(M + 1))
    chance = np.cosh(u) ** -(M + 1.0)
    chance[0] /= 2
    delta = np.sinh(u) * math.sqrt((M - 1 + offset) / M)
    return ((M - 1) / (M - 1 + offset)) ** 2 * float(chance @ nearest(k, delta)[1] / chance.sum())
