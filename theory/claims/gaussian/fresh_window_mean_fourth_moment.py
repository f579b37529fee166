r"""A window with fresh real points in every batch: the fourth moment of the error of the mean, by four batch means.

The mean of the model is that of the batch means, and a batch mean is $1-\alpha$ times that of its model and a normal
error of variance $(\alpha v_0+(1-\alpha)v)/M$, which knows of the batch's squares. What multiplies it in a product of
four is of earlier batches: products settle with those of squares and distances.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import fresh_window_variance_second_moment as square
from theory.claims.gaussian.fresh_window import FRESH_WINDOW, real_points, setting
from theory.claims.gaussian.fresh_window_squares import products_of_four_means
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_stratified_variance_second_moment import two_kinds
from theory.claims.gaussian.window import batches, first
from theory.claims.gaussian.window_mean_fourth_moment import C4, last
from theory.derivation import Derivation
from theory.laws.symbols import E, W, i, j, k, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """A batch of two kinds of points; powers of its mean; the mean of the window."""
    d = Derivation(square.INTRODUCTION)
    two_kinds(d)
    square.squared(d)
    a, x = sp.symbols("a x", real=True)
    h = sp.Symbol("h", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    for power, moment in ((3, a**3 + 3 * a * h), (4, a**4 + 6 * a**2 * h + 3 * h**2)):
        d.algebra(
            sp.Integral((a + sp.sqrt(h) * x) ** power * density, (x, -sp.oo, sp.oo)), moment,
            because=f"the power {power} of the error of a batch mean, a = (1-alpha) d that of its model's share: d and "
            "h are of earlier batches, so that products of batch means are products of earlier means, squares and "
            "distances",
        )  # fmt: skip
    over = ((i, first, t), (j, first, t), (k, first, t), (last, first, t))
    alike, all_four = sp.Sum(C4(i, i, j, k), *over[:3]), sp.Sum(C4(i, j, k, last), *over)
    said = d.algebra(
        alike / batches**4 + (all_four - alike) / batches**4, all_four / batches**4,
        because="so the mean of the fourth power of the mean of the window: C_4 is the mean product of the errors of "
        "four batch means about mu_0, of which the first two are of one batch or of different ones",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and C_4 by following each kind of points to its model."""
    size, length = scenario.sample_size.constant, scenario.retention.length
    products = products_of_four_means(size, length, real_points(scenario), offset_of(scenario))
    unit = exact(scenario.source.variance) ** 2
    return {W: length, t: generation, C4: lambda *four: unit * products(*(int(one) for one in four))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits. Takes 50 ms at t = 10^4 if W = 4, 1 s if W = 6."""
    return square.values_of(scenario, generations, 1)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, infinite unless the largest eigenvalue of the recursion is below 1."""
    return square.limit_of(scenario, 1)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums and sums of squares of single points of both kinds about mu_0; at t = inf those of late fits."""
    return square.by_points(scenario, generation, 1)


CLAIM = Claim(
    id="gaussian-fresh-window-mean-fourth-moment",
    title="With fresh real points in every batch of a window the fourth moment of the error of the mean is the average "
    "over all products of four batch means, which obey a linear recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=FRESH_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=square.settles,
    reach=square.reach,
    examples=(
        Example(setting(40, 3, "mle", real=8), t=(2, 3, 4)),
        Example(setting(5, 3, "mle", real=1), t=(1, 2, 3, 4), simulate=False),
        Example(setting(10, 4, "unbiased", share=0.2), t=(1, 2, 3), simulate=False),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5, real=2), t=(1, 3, 6), simulate=False),
        Example(setting(10, 1, "mle", real=3), t=(1, 2, 8), simulate=False),
        Example(setting(6, 2, "unbiased", real=6), t=(1, 2, 4), simulate=False),
        Example(setting(3, 2, "unbiased", real=0), t=(1, 3), simulate=False),
        Example(setting(6, 3, "mle", real=2), t=(0, 8), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "unbiased", real=1), t=(1, 2, 6), algebra=False, simulate=False),
        Example(setting(5, 1, "unbiased", real=4), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 2, "mle", real=4), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 1, "unbiased", real=1), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
