r"""With a known variance fresh real points hold the mean: its squared error settles at $\frac{v_0}{M\alpha(2-\alpha)}$.

A fit keeps $\rho=(1-\alpha)^2$ of the squared error and adds $v_0/M$; where each point is real by its own coin it keeps
$\frac{\alpha(1-\alpha)}M$ more. Unlike a variance that is estimated, none is lost or won beside it.
"""

from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.gaussian.known_variance import KNOWN_VARIANCE, setting
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import share_of
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.derivation import Derivation
from theory.laws.known_variance import mixed
from theory.laws.symbols import E, M, alpha, t, v0
from theory.scenario import Scenario

FRESH = Assumption(
    'the retention policy is "real_share" with scheme "stratified" or "iid"',
    lambda s: s.retention.kind == "real_share" and s.retention.scheme in ("stratified", "iid"),
)
kept = sp.Symbol("rho_d", positive=True)


def derive() -> Derivation:
    """The new mean under both schemes, and the recursion of its squared error."""
    d = Derivation(
        "The variance is known to be v_0; model t is N(mu_t, v_0). rho is what a fit keeps of the squared error of the "
        "mean, d = mu_(t-1) - mu_0."
    )
    dev = sp.Symbol("d", real=True)
    b = 1 - alpha
    d.algebra(
        (b * dev) ** 2 + alpha**2 * v0 / (alpha * M) + b**2 * v0 / (b * M), b**2 * dev**2 + v0 / M,
        because="the mean square of alpha xbar + (1 - alpha) ybar about mu_0, the means of alpha M real and "
        "(1 - alpha) M synthetic points: rho = (1 - alpha)^2",
    )  # fmt: skip
    d.algebra(
        (b * dev) ** 2 + (v0 + alpha * (b * dev) ** 2 + b * (dev - b * dev) ** 2) / M,
        (b**2 + alpha * b / M) * dev**2 + v0 / M,
        because="the same where each of M points is real with the chance alpha: their mean is at (1 - alpha) d, and "
        "the variance of one is v_0 and that of the mean it is drawn about",
    )  # fmt: skip
    error = E(squared_error)
    said = d.solves(
        error, v0 * (1 - kept**t) / (M * (1 - kept)), index=t, initial=(0, sp.Integer(0)),
        next_value=kept * error + v0 / M, because="so D(t+1) = rho D(t) + v_0/M, from 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers."""
    share, size = share_of(scenario), scenario.sample_size.constant
    a = sp.Rational(share.numerator, share.denominator)
    both = a * (1 - a) / size if scenario.retention.scheme == "iid" else sp.Integer(0)
    return {kept: (1 - a) ** 2 + both, M: size, v0: exact(scenario.source.variance), t: generation}


def lost(scenario: Scenario) -> float:
    """1 - rho, without a difference."""
    a, size = float(share_of(scenario)), scenario.sample_size.constant
    if scenario.retention.scheme == "iid":
        return a * (1 + (1 - a) * (1 - 1 / size))
    return a * (2 - a)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    t_ = np.asarray(generations, dtype=np.float64)
    return scenario.source.variance * mixed(scenario.sample_size.constant, lost(scenario), t_)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0/(M (1 - rho)); infinity without real data."""
    per_fit = lost(scenario) * scenario.sample_size.constant
    return scenario.source.variance / per_fit if per_fit else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence for every number of real points of a generation, averaged over its coins, iterated."""
    size, share = scenario.sample_size.constant, share_of(scenario)
    chances = {int(share * size): Fraction(1)}
    if scenario.retention.scheme == "iid":
        chances = {
            n: int(mpmath.binomial(size, n)) * share**n * (1 - share) ** (size - n) for n in range(size + 1)
        }  # fmt: skip
    rate = sum(chance * Fraction(size - n, size) ** 2 for n, chance in chances.items())
    with mpmath.workdps(2 * DIGITS):
        step = mpmath.matrix([[mpmath.mpf(rate.numerator) / rate.denominator, 1 / mpmath.mpf(size)], [0, 1]])
        unit = mpmath.mpf(str(scenario.source.variance))

        def value(fits: int) -> mpmath.mpf:
            return unit * (step**fits)[0, 1]

        return at_infinity(value) if generation == mpmath.inf else value(int(generation))


def _shared(scheme: str, size: int, variance: float = 2.25, **real: float) -> Scenario:
    return setting(size, variance, kind="real_share", scheme=scheme, **real)


CLAIM = Claim(
    id="gaussian-known-variance-real-share-mean-squared-error",
    title="With a known variance and fresh real points the squared error of the mean settles at v_0/(M alpha (2 - "
    "alpha)) for a fixed number of them, and above it where each point is real by chance",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(GAUSSIAN, KNOWN_VARIANCE, FRESH, CONSTANT_SIZE, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_shared("stratified", 10, share=0.3), t=(0, 1, 5)),
        Example(_shared("iid", 12, share=0.4), t=(1, 2, 6)),
        Example(_shared("iid", 1, 1e-6, share=0.25), t=(1, 3), simulate=False),
        Example(_shared("stratified", 10, real=1), t=(100, np.inf), algebra=False, simulate=False),
        Example(_shared("iid", 40, share=1e-3), t=(1000, 10**6, np.inf), algebra=False, simulate=False),
        Example(_shared("stratified", 10, real=0), t=(7, np.inf), algebra=False, simulate=False),
        Example(_shared("stratified", 10, real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
