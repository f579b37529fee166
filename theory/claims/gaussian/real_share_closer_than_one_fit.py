r"""With fresh real points in every fit, too, a later model is closer to the source than the first less often than not.

To first order both errors keep the part $b=(1-\alpha)^{t-1}$ of the first fit's and grow to $R=1+b'^2+b'^4+\dots$,
$b'=1-\alpha$, t terms, in the mean square. $R>1$ for every share below 1: real points in every fit slow the loss and
never make up for it; with half of them the probability is 0.44 after one more fit.
"""

import math
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL
from theory.claims.exact_claims import exact_claim, reach_of
from theory.claims.gaussian.batches_closer_than_one_fit import derive as derive_mixed
from theory.claims.gaussian.batches_closer_than_one_fit import grown
from theory.claims.gaussian.moment_bounds import ERROR, GAUSSIAN_FITS, MEAN_ERROR, moment
from theory.claims.gaussian.nearly_normal import SPREAD_OUT
from theory.claims.gaussian.real_share import offset_of, setting, share_of
from theory.claims.gaussian.real_share_law import FRESH
from theory.claims.gaussian.varying_closer_than_one_fit import deviations, ratio
from theory.derivation import Derivation
from theory.laws.closeness import closer_by_errors
from theory.laws.fresh_chain import binomial_nodes
from theory.laws.symbols import alpha, t
from theory.scenario import Scenario

ANGLES, RING, FARTHEST, LAGUERRE, NORMAL, NUMBERS = 20, 24, 7.5, 10, 5, 4
SOME_REAL = Assumption(
    "some of the points are real, or expected to be, and some are not",
    lambda s: s.retention.kind == "real_share" and s.sample_size is not None and s.sample_size.constant is not None
    and 0 < share_of(s) < 1,
)  # fmt: skip


def derive() -> Derivation:
    """Two errors with the same recursion and what decides between them; that recursion for a share of real points."""
    mixed = derive_mixed()
    d = Derivation(mixed.introduction)
    d.steps += mixed.steps
    x, y = sp.symbols("x y", real=True)
    growth = sp.Symbol("R", positive=True)
    d.algebra(
        sp.Subs(1 + (1 - alpha) ** 2 * growth, growth, 1 / (alpha * (2 - alpha))), 1 / (alpha * (2 - alpha)),
        because="a fit keeps the part 1 - alpha of an error and adds one as large as the first fit's, as all points "
        "have nearly the variance v_0: R_(t+1) = 1 + (1-alpha)^2 R_t, above 1 for t > 1, ends here; b is "
        "(1-alpha)^(t-1)",
    )  # fmt: skip
    d.algebra(
        (alpha * x**2 + (1 - alpha) * y**2) - (alpha * x + (1 - alpha) * y) ** 2, alpha * (1 - alpha) * (x - y) ** 2,
        because="the variance that the distance of the two means adds is of the second order; so is what the number of "
        "real points does under scheme iid, whose mean error is alpha x + (1 - alpha) y too",
    )  # fmt: skip
    said = mixed.conclusion
    assert said is not None
    return d.concludes(said)


def errors(scenario: Scenario, generations: Float[np.ndarray, " T"]) -> tuple[np.ndarray, np.ndarray]:
    """R and b for t from 1 on."""
    growth = moment(scenario, ERROR, generations) * scenario.first_size / scenario.source.variance
    return growth, (1 - float(share_of(scenario))) ** (generations - 1)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """rho_t and the sign, from the statement of the claim that knows the error."""
    claim = exact_claim(scenario, ERROR)
    assert claim is not None
    growth = sp.Float(claim.algebra_value(scenario, int(generation)), 40) * scenario.first_size
    growth /= exact(scenario.source.variance)
    share = share_of(scenario)
    kept = (1 - sp.Rational(share.numerator, share.denominator)) ** (int(generation) - 1)
    return {t: generation, ratio: (growth - 1) ** 2 / (growth - kept**2), grown: 1 if growth >= 1 else -1}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """P(W_t < W_1); 1 at t = 0 and 0 at t = 1, where it is known; t counts fits."""
    later = closer_by_errors(*errors(scenario, np.maximum(generations, 2).astype(np.float64)))
    return np.where(generations > 1, later, np.where(generations == 0, 1.0, 0.0))


def limit(scenario: Scenario, at: None = None) -> float:
    """R is 1/(alpha (2 - alpha)) to first order, and nothing is left of the first fit."""
    return float(closer_by_errors(*errors(scenario, np.array([np.inf])))[0])


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """The mean squared errors of both models, in units of the variance of the source."""
    growth = errors(scenario, np.array([max(float(generation), 1.0)]))[0]
    return float(1 + growth[0]) / scenario.first_size


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The probability itself for t = 2, by quadrature of chi-square and normal laws."""
    if generation != 2:
        raise ValueError(f"the probability is added up for two fits, got {generation}")
    return mpf(_closer_after_two(scenario))


@cache
def _closer_after_two(scenario: Scenario) -> float:
    """The second mean is normal given the first model, and given both the distance of the batch means is."""
    size, offset, share = scenario.first_size, float(offset_of(scenario)), float(share_of(scenario))
    numbers = ((1.0, share * size),) if scenario.retention.scheme != "iid" else binomial_nodes(size, share, NUMBERS)
    phi, width = np.polynomial.legendre.leggauss(ANGLES)
    steps, step_width = np.polynomial.legendre.leggauss(RING)
    normal, chance = np.polynomial.hermite_e.hermegauss(NORMAL)
    length = (steps + 1) * FARTHEST / 2  # of the first model about its mean, both coordinates made normal
    around = (np.arange(RING) + 0.5) * 2 * np.pi / RING
    weight = (step_width * length * np.exp(-(length**2) / 2) * FARTHEST / 2 / RING)[:, None]
    x = length[:, None] * np.cos(around) / math.sqrt(size)
    v = deviations(size, offset, length[:, None] * np.sin(around)) ** 2
    radius = np.sqrt(x**2 + (np.sqrt(v) - 1) ** 2)
    total = 0.0
    for likely, n in numbers:
        m = size - n
        own, part_of_own = special.roots_genlaguerre(LAGUERRE, (n - 3) / 2)
        both = np.outer(chance / chance.sum(), part_of_own / part_of_own.sum())
        h, slope = (n + m * v) / size**2, (v - 1) / size / ((n + m * v) / size**2)
        rest = np.sqrt(1 / n + v / m - slope**2 * h)
        for angle, part in zip(phi * np.pi / 2, width * np.pi / 2, strict=True):
            height, away = radius * math.cos(angle), radius * math.sin(angle) - m / size * x
            z = (x + slope * away)[..., None] + rest[..., None] * normal
            squares = 2 * own + n * m / size * z[..., None] ** 2
            low, high = (
                special.gammainc((m - 1) / 2, np.maximum(top - squares, 0) / (2 * v[..., None, None]))
                for top in (
                    (size - 1 + offset) * (np.maximum(1 + s * height, 0) ** 2)[..., None, None] for s in (-1, 1)
                )
            )
            density = np.exp(-(away**2) / (2 * h)) / np.sqrt(2 * np.pi * h)
            total += likely * part * float((weight * density * height * ((high - low) * both).sum((-1, -2))).sum())
    return total


CLAIM = Claim(
    id="gaussian-real-share-closer-than-one-fit",
    title="With fresh real points in every fit model t is closer to the source than model 1 with a probability below "
    "1/2, to first order, for every share below 1",
    kind=Kind.ASYMPTOTIC,
    statistic="closer_than_one_fit",
    assumptions=(*GAUSSIAN_FITS, FAITHFUL, FRESH, SOME_REAL, SPREAD_OUT, MEAN_ERROR),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach_of(ERROR),
    limit=limit,
    error=relative_error,
    regime="M grows, the share stays",
    examples=(
        Example(setting("stratified", 50, "mle", share=0.2), t=(2,), algebra=False, simulate=False),
        Example(setting("stratified", 100, "unbiased", share=0.8), t=(2,), algebra=False, simulate=False),
        Example(setting("iid", 50, "unbiased", share=0.5), t=(2,), algebra=False, simulate=False),
    ),
)  # fmt: skip
