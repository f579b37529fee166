r"""With a constant share of real data some model is wider than $x$, however large $x$ is: in almost every chain.

Fresh real points have a spread of their own in every generation. It alone makes the variance exceed $x$ with a chance
of at least $p>0$, whatever the models before, and of infinitely many such chances one comes true. Real points that stay
never let the variance vanish; then the synthetic ones do the same.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.gaussian import real_share, weighted
from theory.claims.gaussian.highest_variance import P, risen
from theory.claims.gaussian.real_share import share_of
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import m, n
from theory.scenario import Scenario


def _real_for_ever(scenario: Scenario) -> bool:
    retention = scenario.retention
    if retention.kind == "weighted":
        return retention.weight > 0 and retention.real >= 2
    if retention.kind != "real_share" or scenario.sample_size is None or scenario.sample_size.constant is None:
        return False
    size = scenario.sample_size.constant
    if retention.scheme == "fixed":
        return 2 <= retention.real_points(size) < size
    return size >= 2 and retention.share_of(size) > 0


REAL_FOR_EVER = Assumption(
    "in every generation a constant number of points, at least 2, has a real share: fresh points, stratified or by "
    "chance; weighted ones, at least 2; or at least 2 that stay, with synthetic ones",
    _real_for_ever,
)


def derive() -> Derivation:
    """What real points add to the squares of a training set, and infinitely many chances."""
    Qa, Qb, Sa, Sb = sp.symbols("Q_a Q_b S_a S_b", real=True)
    d = Derivation(
        "A training set has n real points (a) and m synthetic ones (b). L is the divisor; with weights the real points "
        "have one of their own and their part is w times the variance that they have among themselves."
    )
    d.algebra(
        (Qa + Qb) - (Sa + Sb) ** 2 / (n + m),
        (Qa - Sa**2 / n) + (Qb - Sb**2 / m) + n * m / (n + m) * (Sa / n - Sb / m) ** 2,
        because="the centred sum of squares, L v_t, from sums S and sums of squares Q; no term is negative. Fresh real "
        "points: if n is 2 or more the first exceeds L x, and if n = 1 the last, with a chance that has a bound p > 0 "
        "whatever the synthetic points are",
    )  # fmt: skip
    v, c = sp.symbols("v c", positive=True)
    d.algebra(
        n * m / (n + m) * (v / m) - n / (n + m) * c, n / (n + m) * (v - c),
        because="real points that stay: their squares Q_n hold v_t up, at c = Q_n/L or more. The mean of the synthetic "
        "points is off by a normal error of variance v/m, so that the last term is, for any place of the others, "
        "least in law as n v/(n+m) times a chi-square with 1 degree of freedom: p is at least its chance with v = c",
    )  # fmt: skip
    k, p = sp.Symbol("k", integer=True, nonnegative=True), sp.Symbol("p_x", positive=True)
    d.solves(
        P(sp.Symbol("T", positive=True) > k), (1 - p) ** k, index=k, initial=(0, sp.Integer(1)),
        next_value=(1 - p) * P(sp.Symbol("T", positive=True) > k),
        because="an upper bound of the chance that none of k models is wider than x, each of which would be with a "
        "chance of p or more given all before",
    )  # fmt: skip
    sure = d.given(
        P(risen), sp.Integer(1), source="asmussen2003", check=chances_in_one_generation,
        because="the bound vanishes as k grows; with points that stay, given their squares, which are almost surely "
        "positive",
    )  # fmt: skip
    return d.concludes(sp.Eq(sure.lhs, sure.rhs, evaluate=False))


def chances_in_one_generation() -> list[Verdict]:
    """p in four settings, positive; and the chance of no wider model in 10/p generations, at most e^-10."""
    chances = [chance_of_one(example.scenario, 4.0) for example in CLAIM.examples[:4]]
    return [
        at_most(mpmath.exp(10 / p * mpmath.log1p(-p)), mpmath.exp(-10) * (1 + mpf(10) ** -12)) for p in chances if p > 0
    ]


def chance_of_one(scenario: Scenario, at: float) -> mpf:
    """A lower bound of P(v_(t+1) > at) given the past; for points that stay, given that their squares are median."""
    retention, level = scenario.retention, mpf(repr(at)) / mpf(repr(scenario.source.variance))
    divide = scenario.estimator.divide_by
    if retention.kind == "weighted":
        squares = level * mpf(repr(divide(retention.real))) / mpf(repr(retention.weight))
        return _beyond(retention.real - 1, squares)
    size = scenario.sample_size.constant
    squares = level * mpf(repr(divide(size)))
    if retention.scheme == "fixed":
        kept = retention.real_points(size)
        floor = mpf(kept - 1) / 2 / mpf(repr(divide(size)))  # half of the mean is below the median here
        return _beyond(1, squares * size / (kept * floor))
    share, real = share_of(scenario), retention.real_points(size)
    if retention.scheme == "iid":
        return (mpf(share.numerator) / share.denominator) ** size * _beyond(size - 1, squares)
    return _beyond(real - 1, squares) if real > 1 else _beyond(1, squares * size / (size - 1))


def _beyond(nu: int, squares: mpf) -> mpf:
    """P(chi-square > squares)."""
    with mpmath.workdps(30):
        return mpmath.gammainc(mpf(nu) / 2, squares / 2, mpmath.inf, regularized=True)


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    return {}


def limit(scenario: Scenario, at: float) -> float:
    """Certain, at every level."""
    return 1.0


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.ones(generations.shape)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """1 - (1 - p)^k at a number of generations k after which the second term is nothing, p a lower bound."""
    if at < scenario.source.variance:
        return mpf(1)
    p = chance_of_one(scenario, at)
    return -mpmath.expm1(mpmath.log1p(-p) * (200 / p)) if p > 0 else mpf("nan")


CLAIM = Claim(
    id="gaussian-real-share-variance-ever-above",
    title="With a constant number of points that have a real share in every generation, some model is wider than any x "
    "in almost every chain",
    kind=Kind.EXACT,
    statistic="variance_ever_above",
    assumptions=(GAUSSIAN, MOMENTS, FAITHFUL, UNDISTURBED, REAL_FOR_EVER),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(np.inf,), at=9.0, simulate=False),
        Example(real_share.setting("stratified", 2, "unbiased", real=1), t=(np.inf,), at=4.0, simulate=False),
        Example(real_share.setting("fixed", 10, "mle", real=3), t=(np.inf,), at=4.0, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(np.inf,), at=3.0, simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(np.inf,), at=4.0, simulate=False),
        Example(real_share.setting("iid", 5, "mle", share=0.5), t=(np.inf,), at=-1.0, simulate=False),
        Example(real_share.setting("stratified", 1000, "mle", share=1.0), t=(np.inf,), at=1e3, simulate=False),
    ),
)  # fmt: skip
