"""Verdicts on statements about verifiers and watermarks, which laws decide that belong to no scenario."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from jaxtyping import Float
from scipy import optimize, special

from paper.published_judgement import Found, as_a_rate, as_stated, the_same
from theory.laws.mixture_information import chi_square_divergence, corrected_loss, marked_size, unassisted_size
from theory.laws.verifier import accepted_mean, breakdown_error

RATES = ((0.9, 0.3), (0.7, 0.05), (0.5, 0.5), (0.2, 0.8))  # a right label is kept, a wrong one


def kept_labels() -> Found:
    """Where the rule of a linear classifier turns round, from the four kinds of labelled points, beside p*."""
    turns = [turning_error(right, wrong) for right, wrong in RATES]
    ten = turning_error(*RATES[0], labels=10)
    return the_same([breakdown_error(*rates) for rates in RATES], turns, turn=turns[0], ten=ten)


def turning_error(right: float, wrong: float, labels: int = 2) -> float:
    """The error of the generator at which the right label is kept as often as each of the wrong ones."""

    def lead(error: float) -> float:
        masses = [(1 - error) * right] + [error / (labels - 1) * wrong] * (labels - 1)
        return masses[0] - max(masses[1:])

    return float(optimize.brentq(lead, 0.0, 1.0, xtol=1e-15, rtol=1e-14))  # type: ignore[arg-type]


def verifier_centre() -> Found:
    """Every round of verification brings the slope nearer to the centre, on the same side, from wherever it starts."""
    starts = np.geomspace(1e-6, 20, 25)
    kept = {width: verified_slope(starts, *width) / starts for width in ((0.2, 0.1), (0.0, 1.0), (1.0, 2.0))}
    nearer = all((part > 0).all() and (part < 1).all() for part in kept.values())
    return as_stated(nearer, narrow=float(kept[0.2, 0.1][0]), wide=float(kept[1.0, 2.0][0]))


def verified_slope(shifts: Float[np.ndarray, " T"], r: float, slack: float) -> Float[np.ndarray, " T"]:
    """The mean slope of accepted responses less that of the centre: inputs standard normal, noise 1, many points."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    x = 4.5 * (nodes + 1)
    weight, width = weights * np.exp(-x * x / 2), r * x + slack
    found = []
    for shift in shifts:
        accepted = weight * (special.ndtr(width - x * shift) - special.ndtr(-width - x * shift))
        means = np.array([accepted_mean(float(a * shift), float(b)) for a, b in zip(x, width, strict=True)])
        found.append((accepted * x * means).sum() / (accepted * x * x).sum())
    return np.array(found)


def marked_points() -> Found:
    """Fisher's information about p in a point and its mark, in units of that in a real point, beside the formula."""
    stated, exact = [], []
    for share, error in product((0.01, 0.1, 0.5), (0.0, 0.2, 0.5)):
        real, synthetic = (1 - error, error), (error, 1 - error)
        a, e = share / (1 - share), error / (1 - error)
        printed = (1 - 2 * error) * (1 / (a + e) - (1 / (a + 1 / e) if e else 0.0))
        stated += [marked_size([1], [share], real, synthetic), 1 + printed]
        exact += [information(share, real, synthetic), 1 + chi_square_divergence(real, share, synthetic)]
    good, poor = (1 + chi_square_divergence((1 - error, error), 0.01, (error, 1 - error)) for error in (0.01, 0.2))
    return the_same(stated, exact, good=good, poor=poor)


def information(share: float, real: Sequence[float], synthetic: Sequence[float], p: float = 0.3) -> float:
    """Of a token and its mark about p, the rest drawn from a right estimate; in units of 1/(p (1-p))."""
    total = 0.0
    for chance, slope in ((p, 1.0), (1 - p, -1.0)):
        for marked, forged in zip(real, synthetic, strict=True):
            mass = chance * (share * marked + (1 - share) * forged)
            total += (slope * share * marked) ** 2 / mass if mass else 0.0
    return total * p * (1 - p)


def unmarked_points() -> Found:
    """The constant of the upper bound, 3, beside what a simple estimate attains for the uniform law of 3 tokens."""
    sizes, shares = [1000, *[100] * 200], [1.0, *[0.1] * 200]
    attained = corrected_loss(sizes, shares, 2 / 3) * unassisted_size(sizes, shares)
    return as_a_rate(1 / 3, 1 / attained, attained=attained)
