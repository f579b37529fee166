r"""A share of fresh real rows and sizes that vary: every fit keeps its own part of the squared error and adds its own.

$n$ real rows in a training set that grows: $1-b\approx2n/M_t$ is lost and $\sigma^2d/M_t$ added, so that the risk tends
to $\sigma^2d/2n$ if $\sum1/M_t$ is infinite, half that of the $n$ rows alone, and stays where it was if it is not.
"""

from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.varying import sizes
from theory.claims.regression.least_squares import dimension, inverse, one_fit, risk, sigma
from theory.claims.regression.real_share import kept_by_a_fit, kept_by_zonal_polynomials, kept_on_average, xi
from theory.claims.regression.unequal import COMMON, ENOUGH_ROWS_ALWAYS, setting
from theory.derivation import Derivation
from theory.laws.mixed_least_squares import lost_with_real_rows, lost_with_real_share
from theory.laws.symbols import E, M, m, t
from theory.scenario import Scenario

LAST = 100_000
NEW_REAL_ROWS = Assumption(
    "real rows are new in every generation",
    lambda s: s.retention.kind == "real_share" and s.retention.scheme != "fixed",
)
pairs = sp.Symbol("m_2", nonnegative=True)
before, share_kept = sp.Function("e")(t - 1), sp.Function("b")(t)
GROWING = {"kind": "polynomial", "size": 20, "power": 1.0}


def derive() -> Derivation:
    """What fit t keeps of an error, what it adds, and both together."""
    d = Derivation(
        "M is the size of the training set of fit t, S the Gram matrix of its rows, S_2 that of the rows that model "
        "t - 1 labels, on average m rows and m_2 ordered pairs of them. The fit errs by e_t = S^(-1) (S_2 e_(t-1) + X' "
        "epsilon)."
    )
    factor = (pairs + xi * (m * (M - 1) - pairs)) / (M * (M - 1))
    kept_by_a_fit(d, m, pairs, factor, "m_2 is m (m-1), or M (M-1) (1-alpha)^2 where rows are real by chance")
    added = one_fit.subs(M, sizes[t])
    step = d.algebra(
        before - (1 - share_kept) * before + added, share_kept * before + added,
        because="fit t keeps the part b(t) of the squared error and adds that of a fit to M_t real rows; b(1) = 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), step.rhs, evaluate=False))


def share_at(scenario: Scenario, size: int) -> Fraction:
    """The chance of one of so many rows to be real."""
    retention = scenario.retention
    return Fraction(retention.real, size) if retention.share is None else Fraction(repr(retention.share))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, the risk of the model before from the recursion, exactly."""
    d, noise = scenario.source.dimension, exact(scenario.source.noise_variance)

    def kept(fit: int) -> sp.Rational:
        size, retention = scenario.sample_size.at(fit), scenario.retention
        if fit == 1:
            return sp.Integer(0)
        by_number = retention.scheme == "stratified"
        lost = (
            lost_with_real_rows(size, d, retention.real_points(size))
            if by_number
            else lost_with_real_share(size, d, share_at(scenario, size))
        )
        return 1 - sp.Rational(lost.numerator, lost.denominator)

    risks = [sp.Integer(0)]
    for fit in range(1, int(generation)):
        risks.append(kept(fit) * risks[-1] + noise * d / (scenario.sample_size.at(fit) - d - 1))
    return {
        sizes: [sp.Integer(int(size)) for size in scenario.sample_size.schedule(int(generation))],
        dimension: d, sigma: sp.sqrt(noise), t: generation, sp.Function("e"): lambda fit: risks[int(fit)],
        sp.Function("b"): lambda fit: kept(int(fit)),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits. Steps through all of them."""
    d, noise, retention = scenario.source.dimension, scenario.source.noise_variance, scenario.retention
    size = scenario.sample_size.schedule(int(generations.max(initial=0))).astype(np.float64)
    share = np.full(size.shape, retention.share) if retention.real is None else retention.real / size
    if retention.scheme == "stratified":
        rows = size - np.round(share * size)
        couples = rows * (rows - 1)
    else:
        rows, couples = size * (1 - share), size * (size - 1) * (1 - share) ** 2
    itself = (d + 2) * (size - 2) / ((size + 2) * (size - d - 1))
    kept = (couples + itself * (rows * (size - 1) - couples)) / (size * (size - 1))
    risks = [0.0]
    for part, added in zip(kept.tolist(), (noise * d / (size - d - 1)).tolist(), strict=True):
        risks.append(part * risks[-1] + added)
    return np.array(risks)[generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence, what is kept by zonal polynomials and what is added by quadrature."""
    d = scenario.source.dimension
    with mpmath.workdps(DIGITS):
        noise, value = mpf(repr(scenario.source.noise_variance)), mpf(0)
        for fit in range(1, int(generation) + 1):
            size = scenario.sample_size.at(fit)
            value = _kept(scenario, size) * value + noise * d * chi_square_mean(inverse, size - d + 1)
        return value


def _kept(scenario: Scenario, size: int) -> mpf:
    d = scenario.source.dimension
    if scenario.retention.scheme == "stratified":
        return kept_by_zonal_polynomials(size, d, size - scenario.retention.real_points(size))
    return kept_on_average(size, d, share_at(scenario, size))


def shares(scheme: str, **share: float) -> dict:
    """A retention policy for the examples."""
    return {"kind": "real_share", "scheme": scheme, **share}


CLAIM = Claim(
    id="regression-real-share-unequal-excess-risk",
    title="With sizes that vary and fresh real rows, by number or by chance, fit t keeps the part b(t) of the excess "
    "risk and adds sigma^2 d/(M_t-d-1) (t from 1 on)",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("real_share"), NEW_REAL_ROWS, ENOUGH_ROWS_ALWAYS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: LAST,
    examples=(
        Example(setting({"kind": "explicit", "sizes": [20, 12, 30]}, shares("stratified", real=4), 5), t=(1, 2, 3)),
        Example(setting(GROWING, shares("stratified", real=3)), t=(1, 2, 8), simulate=False),
        Example(setting(GROWING, shares("iid", share=0.25)), t=(1, 2, 8), simulate=False),
        Example(setting(GROWING, shares("iid", real=3)), t=(0, 20), algebra=False, simulate=False),
        Example(setting({"kind": "geometric", "size": 9, "ratio": 2.0}, shares("stratified", real=0)), t=(1, 5),
                simulate=False),
    ),
)  # fmt: skip
