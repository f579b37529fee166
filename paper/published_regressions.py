"""Verdicts on statements about regressions with a ridge, without enough rows, or with labels that are mixed."""

import math

import numpy as np
from jaxtyping import Float
from scipy import optimize

from paper.published_judgement import Found, all_of, as_stated, the_same, value
from theory.claims.regression.ridge import setting
from theory.laws.ridge import one_ridge_fit
from theory.laws.wishart_spectrum import gram_spectrum

GOLDEN = (math.sqrt(5) - 1) / 2
SHAPES = ((20, 5, 2.0), (8, 8, 0.1), (400, 3, 50.0))  # rows, coefficients, ridge


def linear_errors() -> Found:
    """Least squares t - 1 times and a ridge in the last fit, from the recursion; and a ridge in every fit."""
    rows, d, level = SHAPES[0]
    fit, added = one_ridge_fit(rows, d, level), d / (rows - d - 1)
    kept = 1 - fit.lost_of_square
    once = fit.uneven + fit.lost**2 + d * fit.added
    stated = [once + (t - 1) * kept * added for t in (1, 2, 10)]
    plain = setting(rows, d, 0.0, noise=1.0)
    found = [once + kept * value(plain, "excess_risk", t - 1) for t in (1, 2, 10)]
    one = value(setting(rows, d, level, noise=1.0, length=1.0), "excess_risk", 1)
    every = value(setting(rows, d, level, noise=1.0, length=1.0), "excess_risk", math.inf)
    last = the_same([*stated, once], [*found, one])
    return all_of(last, as_stated(True, read_beyond=math.isinf(every), every=every, slope=kept * added))


def lost_signal() -> Found:
    """Fewer new rows than coefficients and no noise: what the least-norm fits keep of the coefficients."""
    rows, d = 6, 9
    X = np.random.default_rng(1).standard_normal((rows, d))
    kept = float(np.trace(np.linalg.pinv(X) @ X)) / d  # of any direction, as none is special in new rows
    stated = [1 - (rows / d) ** t for t in (1, 5, 20)]
    return the_same(stated, [1 - kept**t for t in (1, 5, 20)], kept=rows / d)


def golden_labels() -> Found:
    """The best share of real labels by the covariance of the fits, with more rows than coefficients and with fewer."""
    best = [optimize.minimize_scalar(lambda w, X=X: _floor(X, w), bounds=(0.3, 0.9), method="bounded",
                                     options={"xatol": 1e-12}).x  # type: ignore[attr-defined]
            for X in (_rows(5, 8), _rows(12, 4))]  # fmt: skip
    return as_stated(all(abs(w - GOLDEN) < 1e-6 for w in best), golden=GOLDEN)


def _rows(n: int, d: int) -> Float[np.ndarray, "n d"]:
    return np.random.default_rng(n).standard_normal((n, d)) @ np.diag(np.linspace(0.2, 3.0, d))


def _floor(X: Float[np.ndarray, "n d"], w: float) -> float:
    """What labels of the source, weighed w, and of the model leave of noise after 200 least-norm fits to one design."""
    inverse = np.linalg.pinv(X)
    kept, covariance = (1 - w) * inverse @ X, np.zeros((X.shape[1],) * 2)
    added = (w**2 + (1 - w) ** 2) * inverse @ inverse.T
    for _ in range(200):
        covariance = kept @ covariance @ kept.T + added
    return float(np.trace(covariance))


def half_of_the_labels() -> Found:
    """The best share with a ridge, over ridges, noises and spectra."""
    shares = np.linspace(0.0, 1.0, 1001)
    best = [
        float(shares[np.argmin(_ridge_floor(rows, d, level, noise, shares))])
        for rows, d, level in SHAPES for noise in (1e-3, 1.0, 1e3)
    ]  # fmt: skip
    return as_stated(min(best) >= 0.5, least=min(best), most=max(best))


def _ridge_floor(
    rows: int, d: int, level: float, noise: float, share: Float[np.ndarray, " W"]
) -> Float[np.ndarray, " W"]:
    """The risk in the end on one design, |w*| = 1, labels of the source weighed with the share."""
    x, weight = gram_spectrum(rows, d)
    a, w = (x / (x + level))[:, None], share[None, :]
    bias = ((1 - a) / (1 - a * (1 - w))) ** 2
    spread = noise * d * (a**2 / x[:, None]) * (w**2 + (1 - w) ** 2) / (1 - (a * (1 - w)) ** 2)
    return weight @ (bias + spread)
