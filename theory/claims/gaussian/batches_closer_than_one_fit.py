r"""Which of two models of one chain is closer to the source, for batches of all kinds: the growth of the error decides.

To first order mean and standard deviation err alike: by the same linear recursion, one with twice the variance of the
other. So one number decides, $\rho=(R-1)^2/(R-b^2)$, $R$ the growth of the mean squared error of the mean since the
first fit, and $b$ the part of the first error that is kept: 1 without further real data, $(1-w)^{t-1}$ with weights. In
a window, or fitted to draws from all points, model t is closer less often than not; weighted real data can make it
closer more often than not.
"""

import math
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import FAITHFUL, refreshed
from theory.claims.exact_claims import exact_claim, reach_of
from theory.claims.exact_claims import settles as limits_known
from theory.claims.gaussian import accumulate, kept_closer_than_one_fit, pool, weighted, window
from theory.claims.gaussian.moment_bounds import ERROR, GAUSSIAN_FITS, MEAN_ERROR, moment
from theory.claims.gaussian.nearly_normal import SPREAD_OUT
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.varying_closer_than_one_fit import (
    W1,
    P,
    Wt,
    closer_by_normal_steps,
    deviations,
    ratio,
    variance_of_a_step,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.closeness import closer_by_errors, closer_probability
from theory.laws.symbols import t
from theory.notation import Asymptotically
from theory.scenario import Scenario

ANGLES, RING, FARTHEST, LAGUERRE = 24, 28, 7.5, 14
MIXED = Assumption(
    'the retention policy is "window" without fresh real points, "accumulate_subsample", "weighted" with a weight '
    'above 0, or "pool" without a budget',
    lambda s: (
        (s.retention.kind == "window" and not refreshed(s))
        or s.retention.kind == "accumulate_subsample"
        or (s.retention.kind == "weighted" and s.retention.weight > 0)
        or (s.retention.kind == "pool" and s.retention.budget is None)
    ),
)
grown = sp.Symbol("s_R", real=True)


def derive() -> Derivation:
    """Equal recursions, a quadratic form, its eigenvalues, and the case that is known."""
    d = Derivation(
        "To first order the errors (x_1, x_2) of mean and standard deviation after the first fit, and (b x_1 + y_1, "
        "b x_2 + y_2) after t fits, are normal, y independent of x. R is the mean square of b x_1 + y_1 over that of "
        "x_1, and the same of the other pair."
    )
    d.given(
        sp.Symbol(r"\operatorname{Var}x_1/\operatorname{Var}x_2"), sp.Integer(2), relation=r"\to",
        source="cramer1946", check=variance_of_a_step,
        because="a training set of several batches has, to first order, the average of their means and of their "
        "variances, with the same weights, and a batch of M points errs by v/M in the mean square of its mean and by "
        "2 v^2/M in that of its variance: both errors have the same recursion, so R and b are the same",
    )  # fmt: skip
    b, R, e, root = sp.symbols("b R lambda_e s", positive=True)
    d.algebra(
        (b**2 - 1 - e) * (root**2 - e) - b**2 * root**2, e**2 - (b**2 - 1 + root**2) * e - root**2,
        because="(b x + s z)^2 - x^2 is a quadratic form of two standard normals, s^2 = R - b^2; its eigenvalues have "
        "the sum R - 1 and the product -(R - b^2)",
    )  # fmt: skip
    d.algebra(
        sp.Subs((R - 1) ** 2 / (R - b**2), (R, b), (1 + ratio, 1)), ratio,
        because="model t is closer where a positive eigenvalue times z_1^2 + z_2^2/2 is below a negative one times "
        "another such sum: their quotient alone decides, a function of (R - 1)^2/(R - b^2), which is rho_t for b = 1 "
        "and R = 1 + rho_t. Where R < 1 the two change places",
    )  # fmt: skip
    closer = closer_by_normal_steps(d).xreplace({sp.sqrt(ratio): grown * sp.sqrt(ratio)})
    chance = d.given(
        P(sp.Lt(Wt, W1)), closer, relation=r"\sim", source="cramer1946", check=quotients,
        because="so for every b and R, s_R = 1 where R is at least 1 and else -1, which takes each half less a part to "
        "a half and as much",
    )  # fmt: skip
    return d.concludes(Asymptotically(chance.lhs, chance.rhs))


def quotients() -> list[Verdict]:
    """The quotient of two sums z_1^2 + z_2^2/2 below r, by their two angles, for rho = 1 and 9."""
    a = 1 - np.sin((np.arange(64) + 0.5) * np.pi / 64) ** 2 / 2
    found = []
    for rho in (1.0, 9.0):
        root = math.sqrt(1 + 4 / rho)
        r = (root - 1) / (root + 1)
        found.append(agree((r * a / (a[:, None] + r * a)).mean(), closer_probability(np.array([rho]))[0], 1e-11))
    return found


def errors(scenario: Scenario, generations: Float[np.ndarray, " T"]) -> tuple[np.ndarray, np.ndarray]:
    """R and b for t from 1 on."""
    first = scenario.source.variance / scenario.first_size
    growth = moment(scenario, ERROR, generations) / first
    if scenario.retention.kind == "weighted":
        return growth, (1 - scenario.retention.weight) ** (generations - 1)
    if scenario.retention.kind != "pool":
        return growth, np.ones(len(generations))
    retention, points, kept = scenario.retention, scenario.first_size, [1.0, 1.0]
    for k in range(2, int(generations.max(initial=1)) + 1):
        drawn = points + retention.synthetic_points(k)
        points = drawn + retention.real_points(k)
        kept.append(kept[-1] * drawn / points)
    return growth, np.array(kept)[generations.astype(np.int64)]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """rho_t and the sign, from the statement of the claim that knows the error."""
    claim = exact_claim(scenario, ERROR)
    first = exact(scenario.source.variance) / scenario.first_size
    growth = sp.Float(claim.algebra_value(scenario, int(generation)), 40) / first
    kept = sp.Float(errors(scenario, np.array([float(generation)]))[1][0], 40)
    return {t: generation, ratio: (growth - 1) ** 2 / (growth - kept**2), grown: 1 if growth >= 1 else -1}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """P(W_t < W_1); 1 at t = 0 and 0 at t = 1, where it is known; t counts fits."""
    later = closer_by_errors(*errors(scenario, np.maximum(generations, 2).astype(np.float64)))
    return np.where(generations > 1, later, np.where(generations == 0, 1.0, 0.0))


def limit(scenario: Scenario, at: None = None) -> float:
    """With weighted real data, of which each fit has its own."""
    return float(closer_by_errors(*errors(scenario, np.array([np.inf])))[0])


def settles(scenario: Scenario) -> bool:
    return scenario.retention.kind == "weighted" and limits_known(ERROR)(scenario)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """Three times the mean squared errors of both models, in units of the variance of the source."""
    growth = errors(scenario, np.array([max(float(generation), 1.0)]))[0]
    return 3 * float(1 + growth[0]) / scenario.first_size


def reach(scenario: Scenario) -> float:
    """Without further real data as many fits as there are points, beyond which the first order says nothing."""
    lasting = scenario.retention.kind in ("weighted", "pool")
    return min(reach_of(ERROR)(scenario), math.inf if lasting else scenario.first_size)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The probability itself for t = 2, by quadrature: of weighted data here, of a pool of two batches as if kept."""
    if generation != 2:
        raise ValueError(f"the probability is added up for two fits, got {generation}")
    if scenario.retention.kind == "weighted":
        return mpf(_closer_after_two(scenario))
    first, offset = scenario.first_size, float(offset_of(scenario))
    joined = scenario.retention.synthetic_points(2) if scenario.retention.kind == "pool" else first
    kept = accumulate.setting(joined, first=first, divisor="offset", offset=offset)
    return kept_closer_than_one_fit.reference(kept, 2)


@cache
def _closer_after_two(scenario: Scenario) -> float:
    """The second mean is normal given the first model; its variance is a sum of two independent chi-squares."""
    w, n, m = (getattr(scenario.retention, name) for name in ("weight", "real", "synthetic"))
    of_real, of_drawn = (scenario.estimator.divide_by(count) for count in (n, m))
    phi, width = np.polynomial.legendre.leggauss(ANGLES)
    steps, step_width = np.polynomial.legendre.leggauss(RING)
    length = (steps + 1) * FARTHEST / 2  # of the first model about its mean, both coordinates made normal
    around = (np.arange(RING) + 0.5) * 2 * np.pi / RING
    weight = (step_width * length * np.exp(-(length**2) / 2) * FARTHEST / 2 / RING)[:, None]
    x = length[:, None] * np.cos(around) / math.sqrt(n)
    v = deviations(n, float(offset_of(scenario)), length[:, None] * np.sin(around)) ** 2
    radius = np.sqrt(x**2 + (np.sqrt(v) - 1) ** 2)
    own, chances = special.roots_genlaguerre(LAGUERRE, (n - 3) / 2)
    scale = np.sqrt(w**2 / n + (1 - w) ** 2 * v / m)
    total = 0.0
    for angle, part in zip(phi * np.pi / 2, width * np.pi / 2, strict=True):
        height = radius * math.cos(angle)
        z = (radius * math.sin(angle) - (1 - w) * x) / scale
        between = 0.0
        for Q, chance in zip(2 * own, chances / chances.sum(), strict=True):
            low, high = (
                special.gammainc((m - 1) / 2, np.maximum(root**2 - w * Q / of_real, 0) * of_drawn / (2 * (1 - w) * v))
                for root in (np.maximum(1 - height, 0), 1 + height)
            )
            between = between + chance * (high - low)
        density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) / scale
        total += part * float((weight * density * height * between).sum())
    return total


CLAIM = Claim(
    id="gaussian-batches-closer-than-one-fit",
    title="In a window, fitted to draws from all points, in a pool or with weighted real data, the growth of the mean "
    "squared error says to first order how often model t is closer to the source than model 1",
    kind=Kind.ASYMPTOTIC,
    statistic="closer_than_one_fit",
    assumptions=(*GAUSSIAN_FITS, FAITHFUL, MIXED, SPREAD_OUT, MEAN_ERROR),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    limit=limit,
    settles=settles,
    error=relative_error,
    regime="all numbers of points grow in proportion",
    examples=(
        Example(weighted.setting(50, 100, 0.5, "mle"), t=(2,), algebra=False, simulate=False),
        Example(weighted.setting(200, 100, 0.8, "unbiased"), t=(2,), algebra=False, simulate=False),
        Example(window.setting(40, 3, "mle"), t=(2,), algebra=False, simulate=False),
        Example(pool.setting([100, 0], [0, 60], "unbiased"), t=(2,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "xu2025probabilistic", "", "reported", "not compared",
            "that a model trained on models' data beats the one trained on real data with probability below 1/2, for "
            "every schedule of replaced data, in the Gaussian case",
        ),
    ),
)  # fmt: skip
