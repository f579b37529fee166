"""What claims about powers of a covariance share: zonal polynomials of any degree, and a route by pairing vectors.

The route is the recurrence of the means of all products of traces of powers: of W, a sum of M - 1 outer products z z',
a product of traces is a sum over pairings of the factors z, which link traces of Sigma and close circles of vectors.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from jaxtyping import Float
from mpmath import mpf
from numpy import array, errstate, ndarray

from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.source import exact_covariance
from theory.derivation import Derivation, Verdict, agree
from theory.laws import zonal
from theory.laws.symbols import E, k, nu, t
from theory.scenario import InputError, Scenario

LARGEST_ORDER = 8
DIGITS = 50
Partition = tuple[int, ...]
values0, factors, weights = (sp.IndexedBase(name) for name in ("C", "varphi", "omega"))
how_many = sp.Symbol("P_r", integer=True, positive=True)


def whole_order(at: float) -> int:
    """The order, or an InputError where it is not a whole number from 1 to 8."""
    if at != int(at) or not 1 <= at <= LARGEST_ORDER:
        raise InputError(f"at must be a whole order from 1 to {LARGEST_ORDER} for a covariance, got {at:.15g}")
    return int(at)


def zonal_moments(d: Derivation, name: sp.Symbol, weight: sp.Expr) -> sp.Expr:
    """The steps to the mean of a sum of zonal polynomials; those of degree 3 by algebra. Returns the right side."""
    p1, p2, p3 = sp.symbols("p_1 p_2 p_3", positive=True)  # traces of powers
    named = {(1, 1, 1): p1**3, (2, 1): p1 * p2, (3,): p3}
    after = {shape: sum(x * nu**power * named[other] for other, power, x in _paired(shape)) for shape in named}
    degree3 = {
        "C_3": ({(1, 1, 1): 1, (2, 1): 6, (3,): 8}, 15, nu * (nu + 2) * (nu + 4)),
        "C_21": ({(1, 1, 1): 3, (2, 1): 3, (3,): -6}, 5, nu * (nu + 2) * (nu - 1)),
        "C_111": ({(1, 1, 1): 1, (2, 1): -3, (3,): 2}, 3, nu * (nu - 1) * (nu - 2)),
    }
    scatter_is_wishart(d)
    parts = []
    for (polynomial, (terms, scale, grown)), share in zip(
        degree3.items(), (1, sp.Rational(-1, 4), sp.Rational(1, 4)), strict=True
    ):
        before = sp.Mul(sp.Rational(1, scale), sum(x * named[shape] for shape, x in terms.items()), evaluate=False)
        d.algebra(
            sum(x * after[shape] for shape, x in terms.items()) / scale, grown * before,
            because=f"of order 3: the mean of {polynomial} of the scatter, by Isserlis' theorem for products of its "
            "entries, nu = M - 1: what pairings of vectors leave of products of traces p_k of powers",
            source="muirhead1982",
        )  # fmt: skip
        parts.append((before, sp.Mul(share, before, evaluate=False)))
    whole, cubes = (sp.Add(*some, evaluate=False) for some in zip(*parts, strict=True))
    d.algebra(whole, p1**3, because="the three add up to the cube of the trace")
    d.algebra(cubes, p3, because="and with the weights 1, -1/4, 1/4 to the trace of the cube")
    d.given(
        E(sp.Symbol(r"C_\kappa(\Sigma_{t+1})")), factors[k] * sp.Symbol(r"C_\kappa(\Sigma_t)"), source="muirhead1982",
        check=_powers_of_a_trace,
        because="of any order r: for every partition of r, the k-th of them kappa, one zonal polynomial, which add up "
        "to the power of the trace; a fit multiplies its mean by a number",
    )  # fmt: skip
    said = sp.Sum(weight * values0[k] * factors[k] ** t, (k, 1, how_many))
    return d.solves(
        E(name), said, index=t, initial=(0, said.subs(t, 0)),
        next_value=sp.Sum(weight * values0[k] * factors[k] ** t * factors[k], (k, 1, how_many)),
        because="so every term is a power",
    ).rhs  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The partitions in order, with the value of each polynomial at the source."""
    found = at_source(scenario, whole_order(at))
    size, offset = scenario.sample_size.constant, offset_of(scenario)
    return {
        t: int(generation), how_many: len(found), values0: [sp.Float(value, DIGITS) for value in found.values()],
        factors: [rational(zonal.factor(kappa, size, offset)) for kappa in found],
        weights: [rational(zonal.in_trace_of_power(kappa)) for kappa in found],
    }  # fmt: skip


def evaluated(scenario: Scenario, generations: ndarray, at: float, of_trace: bool) -> Float[ndarray, " T"]:
    """The mean power of the trace, or trace of the power, in 50 digits; some 0.1 ms for each t and partition."""
    found = at_source(scenario, whole_order(at))
    size, offset = scenario.sample_size.constant, offset_of(scenario)
    with mpmath.workdps(DIGITS):
        terms = [
            (
                value if of_trace else value * number(zonal.in_trace_of_power(kappa)),
                number(zonal.factor(kappa, size, offset)),
            )
            for kappa, value in found.items()
        ]
        sums = [mpmath.fsum(x * mpmath.power(f, int(fits)) for x, f in terms) for fits in generations]
        with errstate(over="ignore"):
            return array([float(x) for x in sums])


def settled(scenario: Scenario, at: float) -> float:
    """0, infinite, or the one zonal polynomial whose factor is the largest, where that is 1."""
    first = (whole_order(at),)
    rate = zonal.factor(first, scenario.sample_size.constant, offset_of(scenario))
    if rate != 1:
        return 0.0 if rate < 1 else float("inf")
    return float(at_source(scenario, first[0])[first])


def reference(scenario: Scenario, generation: float, at: float, of_trace: bool) -> mpf:
    """The recurrence of the means of all products of traces of this order."""
    order, covariance = whole_order(at), exact_covariance(scenario)
    shapes = zonal.partitions(order)
    with mpmath.workdps(DIGITS + 15):
        nu_ = scenario.sample_size.constant - 1
        divisor = nu_ + number(offset_of(scenario))
        step = mpmath.zeros(len(shapes))
        for row, shape in enumerate(shapes):
            for other, power, x in _paired(shape):
                step[row, shapes.index(other)] += x * mpf(nu_) ** power / divisor**order
        traces = {power: (covariance**power).trace() for power in range(1, order + 1)}
        start = [mpmath.fprod(mpf(int(traces[k_].p)) / int(traces[k_].q) for k_ in shape) for shape in shapes]
        place = len(shapes) - 1 if of_trace else 0
        if generation == mpmath.inf:
            return at_infinity(lambda later: linear_iterate(step, start, later)[place])
        return linear_iterate(step, start, int(generation))[place]


@cache
def _paired(shape: Partition) -> tuple[tuple[Partition, int, int], ...]:
    """The mean of a product of traces of powers of W: products of traces of Sigma, the power of M - 1, how often.

    Vector i has the ends 2i and 2i + 1. In the product ends 2i + 1 and 2j stand side by side where j follows i in its
    trace. A pairing of ends puts Sigma in the place of each pair; circles of vectors, which need be the same, count
    M-1."""
    r = sum(shape)
    beside, first = {}, 0
    for length in shape:
        for i in range(length):
            one, other = 2 * (first + i) + 1, 2 * (first + (i + 1) % length)
            beside[one], beside[other] = other, one
        first += length
    own = {end: end ^ 1 for end in range(2 * r)}
    counted: dict[tuple[Partition, int], int] = {}
    for pairing in pairings(tuple(range(2 * r))):
        traces = tuple(sorted(_circles(pairing, beside), reverse=True))
        key = traces, len(_circles(pairing, own))
        counted[key] = counted.get(key, 0) + 1
    return tuple((traces, power, x) for (traces, power), x in counted.items())


def pairings(ends: tuple[int, ...]) -> Iterator[dict[int, int]]:
    if not ends:
        yield {}
        return
    for i in range(1, len(ends)):
        for rest in pairings(ends[1:i] + ends[i + 1 :]):
            yield rest | {ends[0]: ends[i], ends[i]: ends[0]}


def _circles(one: dict[int, int], other: dict[int, int]) -> list[int]:
    """Lengths of the circles that two pairings make, in pairs of either."""
    left, lengths = set(one), []
    while left:
        start = end = min(left)
        length = 0
        while True:
            left -= {end, one[end]}
            end, length = other[one[end]], length + 1
            if end == start:
                break
        lengths.append(length)
    return lengths


def _powers_of_a_trace() -> list[Verdict]:
    """Orders 2 to 4 at the covariance diag(1, 2, 5) with three degrees of freedom, by pairings."""
    spectrum, verdicts = (1, 2, 5), []
    for order in (2, 3, 4):
        values = zonal.values(tuple(Fraction(x) for x in spectrum), order)
        grown = sum(zonal.factor(kappa, 4, Fraction(-2)) * value for kappa, value in values.items())  # divisor 1
        traces = {power: sum(x**power for x in spectrum) for power in range(1, order + 1)}
        by_pairs = 0
        for shape, power, x in _paired((1,) * order):
            product = x * 3**power
            for part in shape:
                product *= traces[part]
            by_pairs += product
        verdicts.append(agree(mpf(grown.numerator) / grown.denominator, by_pairs))
    return verdicts


@cache
def _of_spectrum(rows: tuple, order: int) -> dict[Partition, mpf]:
    with mpmath.workdps(DIGITS + 15):
        matrix = mpmath.matrix([[mpf(int(x.p)) / int(x.q) for x in row] for row in rows])
        spectrum = tuple(mpmath.eigsy(matrix, eigvals_only=True))
        return zonal.values(spectrum, order)


def at_source(scenario: Scenario, order: int) -> dict[Partition, mpf]:
    """C_kappa(Sigma_0) for all partitions of the order."""
    covariance = exact_covariance(scenario)
    return _of_spectrum(tuple(tuple(covariance.row(i)) for i in range(covariance.rows)), order)


def number(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator


def rational(x: Fraction) -> sp.Float:
    return sp.Float(sp.Rational(x.numerator, x.denominator), DIGITS)
