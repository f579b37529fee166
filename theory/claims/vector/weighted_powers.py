r"""What claims about powers of a covariance share where real and drawn points have weights of their own.

In coordinates of the source the model is $Q=aW_n+b\,Q_-^{1/2}W_mQ_-^{1/2}$, $Q_-$ the one before. Its law does not
change under rotations: all that counts is $q_\kappa=E\,C_\kappa(Q)/C_\kappa(I)$ for partitions up to the order.
"""

from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Example
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED, retains
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import linear_iterate
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.paired_traces import two_kinds
from theory.claims.vector.powers import DIGITS, at_source, how_many, number, rational, values0, weights
from theory.claims.vector.source import exact_covariance
from theory.claims.vector.whitened import setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws import zonal, zonal_sums
from theory.laws.symbols import E, dim, j, t
from theory.scenario import InputError, Scenario

LARGEST, LAST = 6, 100_000
COVERED = (SEVERAL_DIMENSIONS, MOMENTS, FAITHFUL, UNDISTURBED, retains("weighted"))
means = sp.Function("q_C", nonnegative=True)


def whole_order(at: float) -> int:
    """The order, or an InputError where it is not a whole number from 1 to 6."""
    if at != int(at) or not 1 <= at <= LARGEST:
        raise InputError(f"at must be a whole order from 1 to {LARGEST} with weights on real points, got {at:.15g}")
    return int(at)


def zonal_moments(d: Derivation, name: sp.Symbol, weight: sp.Expr) -> sp.Expr:
    """The steps to the mean of a sum of zonal polynomials; those of degree 2 by algebra. Returns the right side."""
    p1, p2, a, b, n, m = sp.symbols("p_1 p_2 a b n m", positive=True)
    square = a**2 * (n**2 * dim + n * (dim**2 + dim)) + 2 * a * b * n * m * p1 + b**2 * (m**2 * p2 + m * (p1**2 + p2))
    squared = a**2 * (n**2 * dim**2 + 2 * n * dim) + 2 * a * b * n * m * dim * p1 + b**2 * (m**2 * p1**2 + 2 * m * p2)
    scatter_is_wishart(d)
    d.algebra(
        2 * square + squared,
        a**2 * dim * (dim + 2) * n * (n + 2) + 2 * a * b * n * m * (dim + 2) * p1
        + b**2 * m * (m + 2) * (p1**2 + 2 * p2),
        because="in coordinates in which the source is N(0, I): a times a Wishart matrix of n degrees of freedom and b "
        "times one of m of the model's covariance, of the traces p_1 and p_2 of it and its square. By Isserlis' "
        "theorem twice the mean trace of the square and that of the squared trace, a zonal polynomial of order 2, "
        "depend on the same polynomial before, and on one of order 1",
    )  # fmt: skip
    d.algebra(
        squared - square,
        a**2 * dim * (dim - 1) * n * (n - 1) + 2 * a * b * n * m * (dim - 1) * p1 + b**2 * m * (m - 1) * (p1**2 - p2),
        because="and so does their difference, the other one",
    )  # fmt: skip
    said = sp.Sum(weight * values0[j] * means(j, t), (j, 1, how_many))
    return d.given(
        E(name), said, source="muirhead1982", check=sums_by_pairings,
        because="of any order: the mean of C(X + H Y H') over rotations H is a sum of products of zonal polynomials of "
        "X and of Y, with the coefficients g by which these multiply; and as the law of Q knows no directions, the "
        "mean of C(A Q A') is C(A A') times that of C(Q) over C(I)",
    ).rhs  # fmt: skip


def degrees_and_weights(scenario: Scenario) -> tuple[int, Fraction, int, Fraction]:
    """n - 1, a, m - 1 and b."""
    retention, offset = scenario.retention, offset_of(scenario)
    weight, n, m = Fraction(repr(retention.weight)), retention.real - 1, retention.synthetic - 1
    return n, weight / (n + offset), m, (1 - weight) / (m + offset)


def _first(scenario: Scenario) -> Fraction:
    """What the scatter of the first fit is divided by."""
    return scenario.retention.real - 1 + offset_of(scenario)


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The partitions in order, q by exact rationals."""
    order = whole_order(at)
    found, every = at_source(scenario, order), zonal_sums.up_to(order)
    n, a, m, b = degrees_and_weights(scenario)
    state = dict.fromkeys(every, Fraction(1))
    for fit in range(1, int(generation) + 1):
        after = {kappa: zonal_sums.rising(kappa, n) / _first(scenario) ** sum(kappa) for kappa in every}
        if fit > 1:
            after = dict.fromkeys(every, Fraction(0)) | {(): Fraction(1)}
            for r, s in ((whole, part) for whole in range(1, order + 1) for part in range(whole + 1)):
                for (sigma, tau), g in zonal_sums.products(r, s).items():
                    drawn = zonal_sums.rising(sigma, n) * a**s * zonal_sums.rising(tau, m) * b ** (r - s)
                    for kappa, x in zip(zonal.partitions(r), g, strict=True):
                        after[kappa] += comb(r, s) * x * drawn * state[tau]
        state = after
    kept = [rational(state[kappa]) for kappa in found]
    return {
        t: int(generation), how_many: len(found), values0: [sp.Float(value, DIGITS) for value in found.values()],
        means: lambda place, _: kept[int(place) - 1],
        weights: [rational(zonal.in_trace_of_power(kappa)) for kappa in found],
    }  # fmt: skip


def evaluated(scenario: Scenario, generations: np.ndarray, at: float, of_trace: bool) -> Float[np.ndarray, " T"]:
    """The mean power of the trace, or trace of the power."""
    order = whole_order(at)
    every, matrix = zonal_sums.up_to(order), _step(scenario, order)
    n, first, read = scenario.retention.real - 1, _first(scenario), _reading(scenario, order, of_trace)
    state = np.array([float(zonal_sums.rising(kappa, n) / first ** sum(kappa)) for kappa in every])
    values = [float(read.sum())]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(int(generations.max(initial=0))):
            values.append(float(read @ state))
            state = matrix @ state
    found = np.array(values)[generations]
    return np.where(np.isnan(found), np.inf, found)


def settled(scenario: Scenario, at: float, of_trace: bool) -> float:
    """What a fit leaves as it is; infinite where the largest factor of an order up to this one reaches 1."""
    order = whole_order(at)
    ends = zonal_sums.settled(_step(scenario, order))
    return float(_reading(scenario, order, of_trace) @ ends) if np.isfinite(ends).all() else np.inf


def settles(scenario: Scenario) -> bool:
    """With some weight on real points."""
    return scenario.retention.weight > 0


def reach(scenario: Scenario) -> float:
    """Fits that are made one by one."""
    return LAST


def _step(scenario: Scenario, order: int) -> Float[np.ndarray, "P P"]:
    n, a, m, b = degrees_and_weights(scenario)
    return zonal_sums.step(order, n, m, float(a), float(b))


def _reading(scenario: Scenario, order: int, of_trace: bool) -> Float[np.ndarray, " P"]:
    """The weights of all q, of which only those of this order count."""
    found = at_source(scenario, order)
    terms = [value if of_trace else value * number(zonal.in_trace_of_power(kappa)) for kappa, value in found.items()]
    return np.array([0.0] * (len(zonal_sums.up_to(order)) - len(terms)) + [float(x) for x in terms])


def reference(scenario: Scenario, generation: float, at: float, of_trace: bool) -> mpf:
    """For a source with the same variance everywhere: the recurrence of the means of all products of traces."""
    order, covariance = whole_order(at), exact_covariance(scenario)
    d, unit = covariance.rows, covariance[0, 0]
    if covariance != unit * sp.eye(d):
        raise ValueError("the route by pairings needs a covariance that is a multiple of the identity")
    with mpmath.workdps(DIGITS):
        shapes = [(), *(shape for r in range(1, order + 1) for shape in zonal.partitions(r))]
        n, a, m, b = degrees_and_weights(scenario)
        once, later = (
            two_kinds(order, d, (n, number(one)), (m, number(other)))
            for one, other in ((1 / _first(scenario), Fraction(0)), (a, b))
        )
        state = [mpf(d) ** len(shape) for shape in shapes]
        if generation:
            fits = LATE if generation == mpmath.inf else int(generation)
            state = linear_iterate(later, list(once * mpmath.matrix(state)), fits - 1)
        place = len(shapes) - 1 if of_trace else shapes.index((order,))
        return state[place] * (mpf(int(unit.p)) / int(unit.q)) ** order


LATE = 2**12  # fits after which the examples have settled


def sums_by_pairings() -> list[Verdict]:
    """Orders 2 and 3 in three dimensions: a fit and another one, by zonal polynomials and by pairings."""
    verdicts = []
    for order in (2, 3):
        every = zonal_sums.up_to(order)
        matrix = zonal_sums.step(order, 4, 6, 0.1, 0.125)
        found = zonal.values((mpf(1), mpf(1), mpf(1)), order)
        twice = (matrix @ matrix @ np.ones(len(every)))[-len(found) :]
        step = two_kinds(order, 3, (4, mpf("0.1")), (6, mpf("0.125")))
        shapes = [(), *(shape for r in range(1, order + 1) for shape in zonal.partitions(r))]
        by_pairs = step * step * mpmath.matrix([mpf(3) ** len(shape) for shape in shapes])
        total = mpmath.fsum(x * mpf(q) for x, q in zip(found.values(), twice, strict=True))
        verdicts.append(agree(total, by_pairs[len(shapes) - 1], 1e-13))
    return verdicts


ROUND, BALL = ((2.0, 0.0), (0.0, 2.0)), ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
WEIGHTED = {"kind": "weighted", "weight": 0.3, "real": 10, "synthetic": 15}
EXAMPLES = (
    Example(setting(WEIGHTED, "mle", BALL), t=(0, 1, 2, 5), at=3),
    Example(setting(WEIGHTED, "unbiased", ROUND), t=(2, 30, np.inf), at=4, algebra=False, simulate=False),
    Example(setting(WEIGHTED | {"real": 2}, "offset", BALL, offset=0.5), t=(1, 3), at=3, simulate=False),
    Example(setting(WEIGHTED | {"weight": 0.9}, "mle", ROUND), t=(1, 4), at=2, simulate=False),
)  # fmt: skip
