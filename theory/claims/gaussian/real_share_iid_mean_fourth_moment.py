r"""With each point real by its own coin the mean of a fit is not normal given the model, and its fourth power closes.

The points are a sample of one mixture, whose third and fourth central moments are polynomials in the variance and the
displacement $d$ of the model: $E(\mu_t-\mu_0)^4$ follows from the means of $1,v,d^2,v^2,vd^2$ and $d^4$ a fit earlier,
and settles where the spectral radius of their recursion is below 1.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_fourth, real_share_squares
from theory.claims.gaussian.mixed_fit import b
from theory.claims.gaussian.real_share import gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_iid_variance_second_moment import CENTRAL, FOURTH, WITH_MEAN, m2, m3, m4, one_fit
from theory.claims.gaussian.real_share_iid_variance_second_moment import derive as derive_square
from theory.claims.gaussian.real_share_squares import FOURTH as PLACE
from theory.claims.gaussian.real_share_squares import dev
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import iid_step
from theory.laws.symbols import L, M
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the second moment of the variance; the mean of the points and its powers with their squares."""
    square = derive_square()
    d = Derivation(square.introduction)
    d.steps += square.steps
    shift, total = b * dev, sp.Symbol("T")
    d.algebra(
        (shift + total / M) ** 4,
        shift**4 + 4 * shift**3 * total / M + 6 * shift**2 * total**2 / M**2 + 4 * shift * total**3 / M**3
        + total**4 / M**4,
        because="the new mean from mu_0, to the fourth power: T is the sum of the centred points, with E T = 0",
    )  # fmt: skip
    d.algebra(
        (M * m4 + 3 * M * (M - 1) * m2**2) / M**4, FOURTH,
        because="E T^4 over M^4; E T^2 = M m_2 and E T^3 = M m_3, as products with a single point of their own vanish",
    )  # fmt: skip
    d.algebra(
        M * m3 - M * m3 / M, (M - 1) * m3,
        because="E (P - T^2/M) T, P the sum of squares of the centred points",
    )  # fmt: skip
    written = (
        (shift**2 * (M - 1) * m2 + 2 * shift * (M - 1) * m3 / M + WITH_MEAN) / L,
        shift**4 + 6 * shift**2 * m2 / M + 4 * shift * m3 / M**2 + FOURTH,
    )
    return real_share_fourth.two_more_means(d, tuple(mean.subs(CENTRAL) for mean in written), one_fit())


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share_squares.bindings(one_fit, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits."""
    return real_share_fourth.evaluated(iid_step, scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1. Share 0 is replacement."""
    return real_share_fourth.settled(iid_step, scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """That of fits with fixed numbers of real points, by quadrature, averaged over the coins of each generation."""
    return real_share_squares.reference(scenario, generation, place=PLACE)


CLAIM = Claim(
    id="gaussian-iid-real-share-mean-fourth-moment",
    title="With each point real by chance the fourth moment of the error of the mean follows a linear recursion of six "
    "means (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=gaussian_with_real_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("iid", 12, "unbiased", share=0.4), t=(0, 1, 2), algebra=False),
        Example(setting("iid", 6, "mle", share=0.25), t=(1, 2, 5, 20), simulate=False),
        Example(setting("iid", 8, "offset", offset=0.5, share=0.5), t=(1, 8), simulate=False),
        Example(setting("iid", 20, "mle", share=0.1), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 10, "unbiased", share=0.05), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 2, "mle", share=0.5), t=(1, 2, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 1, "mle", share=0.25), t=(1, 2, 9, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 5, "mle", share=0.0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 1, "mle", share=0.0), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 5, "unbiased", share=1.0), t=(1, 2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
