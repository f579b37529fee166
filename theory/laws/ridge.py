r"""A regression that is fitted again with a ridge, $w_{t+1}=(S+\lambda I)^{-1}(Sw_t+X'\epsilon)$, S = X'X.

With x an eigenvalue of S a fit keeps the part $a=x/(x+\lambda)$ of the coefficients along its direction and adds noise
of variance $\sigma^2x/(x+\lambda)^2$. New rows in every generation turn the directions anew, so that means over x of
one fit are enough; on one design they stay, and the mean is taken at the end.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from theory.laws.wishart_spectrum import gram_spectrum

Times = Float[np.ndarray, " T"]


class OneFit(NamedTuple):
    """Means over an eigenvalue: 1 - a, (1 - a)^2 less its mean squared, 1 - a^2, and x/(x+lambda)^2."""

    lost: float
    uneven: float
    lost_of_square: float
    added: float


def one_ridge_fit(M: int, d: int, ridge: float) -> OneFit:
    """Of a fit to M >= d rows."""
    x, weight = gram_spectrum(M, d)
    away = ridge / (x + ridge)
    lost = float(weight @ away)
    square = float(weight @ (away * (2 * x + ridge) / (x + ridge)))
    return OneFit(lost, float(weight @ (away - lost) ** 2), square, float(weight @ (x / (x + ridge) ** 2)))


def many_rows(M: int, d: int, ridge: float) -> OneFit:
    """The same for M and d that grow in proportion, ridge/M fixed: from the law of Marchenko and Pastur."""
    phi, level = d / M, ridge / M
    half = (1 - phi + level) / 2
    root = np.sqrt(half**2 + phi * level)
    away = level / (half + root)  # E 1 - a: the positive solution of phi z^2 + (1 - phi + level) z = level
    square = away - level * (1 - away) / (2 * root)
    return OneFit(away, square - away**2, 2 * away - square, (away - square) / ridge)


def risk_on_new_rows(fit: OneFit, signal: float, noise: float, t: Times) -> Times:
    """E|w_t - w*|^2 with |w*|^2 = ``signal`` and sigma^2 d = ``noise``; t may be inf."""
    kept = np.log1p(-fit.lost) if fit.lost < 0.5 else np.log(1 - fit.lost)
    ends = np.isinf(t)
    fits = np.where(ends, 0.0, t)
    lost = np.where(ends, 1.0, -np.expm1(fits * kept))
    squared = np.log1p(-fit.lost_of_square)
    uneven = fits * np.log1p(fit.uneven * np.exp(-2 * kept))  # log of E a^2 over (E a)^2, to the power t
    once = np.exp(2 * fits * kept)
    beside = np.where(uneven < 1, once * np.expm1(np.minimum(uneven, 1.0)), np.exp(fits * squared) - once)
    shaken = np.where(ends, 1.0, -np.expm1(fits * squared))
    return signal * (lost**2 + beside) + noise * fit.added * shaken / fit.lost_of_square


def risk_on_one_design(M: int, d: int, ridge: float, signal: float, noise: float, t: Times) -> Times:
    """The same where every generation labels the rows of the first; t may be inf."""
    x, weight = gram_spectrum(M, d)
    with np.errstate(divide="ignore", over="ignore"):
        kept = -np.log1p(ridge / x)
    spread = x / (ridge * (2 * x + ridge))
    return np.array([float(weight @ (signal * np.expm1(one * kept) ** 2 - noise * spread * np.expm1(2 * one * kept)))
                     for one in t])  # fmt: skip
