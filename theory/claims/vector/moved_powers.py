r"""What claims about powers of a covariance share where all data are kept or models forget.

Each zonal polynomial is multiplied by a number in every fit; the independent route is the recurrence of the means of
all products of traces, by pairings of vectors.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Example
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector import minors, powers
from theory.claims.vector.independent_moves import INDEPENDENT_MOVES, forgets, replaces
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.paired_traces import mean_products
from theory.claims.vector.powers import DIGITS, Partition, at_source, how_many, number, values0, whole_order
from theory.claims.vector.source import PLANE, SHEET, SPACE, exact_covariance
from theory.claims.vector.whitened import setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws import zonal, zonal_moves
from theory.laws.accumulated_factors import Fits
from theory.laws.symbols import E, j, k, t
from theory.scenario import Scenario

COVERED = (SEVERAL_DIMENSIONS, MOMENTS, *INDEPENDENT_MOVES, FAITHFUL, UNDISTURBED)
factors = sp.Function("f_kappa", nonnegative=True)
ROUNDING = 1e-40
FITS = range(8, 49, 4)  # after which the reference takes what is analytic in one over the pool
Move = tuple[int, mpf, mpf, mpf]  # degrees of freedom, what is kept, the weight of the error of the mean, the divisor


def zonal_moments(d: Derivation, name: sp.Symbol, weight: sp.Expr) -> sp.Expr:
    """The steps to the mean of a sum of zonal polynomials; those of degree 2 by algebra. Returns the right side."""
    p1, p2, s1, s2, c = sp.symbols("p_1 p_2 s_1 s_2 c", positive=True)
    square = c**2 * p2 + 2 * c * s1 * p2 + s1**2 * p2 + s2 * (p1**2 + p2)
    squared = c**2 * p1**2 + 2 * c * s1 * p1**2 + s1**2 * p1**2 + 2 * s2 * p2
    scatter_is_wishart(d)
    d.algebra(
        2 * square + squared, ((c + s1) ** 2 + 2 * s2) * (2 * p2 + p1**2),
        because="a fit makes (c Sigma + G)/L of Sigma, G a sum of outer products of normal vectors of covariance Sigma "
        "with weights, which and whose squares add up to s_1 and s_2: with p_1 and p_2 the traces of Sigma and of its "
        "square, Isserlis' theorem gives the mean of the trace of the square and of the squared trace; twice the first "
        "and the second, a zonal polynomial of order 2, are multiplied by a number",
    )  # fmt: skip
    d.algebra(
        squared - square, ((c + s1) ** 2 - s2) * (p1**2 - p2),
        because="and so is their difference. Where all data are kept and M points join a pool, making it P, c = L - M "
        "and the weights are 1 of M - 1 vectors and 1 - M/P of the error of their mean; under forgetting c = (1-g) "
        "L/g, over L/g, and the weights are 1; for replaced data c = 0",
    )  # fmt: skip
    d.given(
        E(sp.Symbol(r"C_\kappa(\Sigma_k)")), factors(j, k) * sp.Symbol(r"C_\kappa(\Sigma_{k-1})"),
        source="muirhead1982", check=numbers_by_pairings,
        because="of any order r: the zonal polynomial of the j-th partition kappa of r, by generalised binomial "
        "coefficients of 1 + X and the mean of a quadratic form in normal vectors",
    )  # fmt: skip

    def said(until: sp.Expr) -> sp.Expr:
        return sp.Sum(weight * values0[j] * sp.Product(factors(j, k), (k, 1, until)), (j, 1, how_many))

    return d.solves(
        E(name), said(t), index=t, initial=(0, sp.Sum(weight * values0[j], (j, 1, how_many))),
        next_value=sp.Sum(said(t).function * factors(j, t + 1), (j, 1, how_many)),
        because="so every term is a product over fits, which are independent",
    ).rhs  # fmt: skip


def moves(scenario: Scenario, fits: Iterable[float]) -> list[Move]:
    """What each of these fits does, from the first on."""
    size, first, shift = scenario.sample_size.constant, scenario.first_size, offset_of(scenario)
    offset, found = number(shift), []
    if replaces(scenario):
        sizes = [int(size) for size in scenario.sample_size.schedule(max([1, *map(int, fits)]))]
        return [(sizes[int(fit) - 1] - 1, mpf(0), mpf(0), sizes[int(fit) - 1] - 1 + offset) for fit in fits]
    for fit in fits:
        if fit == 1:
            found.append((first - 1, mpf(0), mpf(0), first - 1 + offset))
        elif forgets(scenario):
            rate = mpf(repr(scenario.retention.rate))
            divisor = (size - 1 + offset) / rate
            found.append((size - 1, (1 - rate) * divisor, mpf(0), divisor))
        else:
            P = mpf(first) + (fit - 1) * mpf(size)
            found.append((size - 1, P - 1 + offset - size, 1 - size / P, P - 1 + offset))
    return found


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The partitions in order, with the value of each polynomial at the source."""
    found = at_source(scenario, whole_order(at))
    with mpmath.workdps(DIGITS):
        done = moves(scenario, range(1, int(generation) + 1))

        def multiplier(place: sp.Integer, fit: sp.Integer) -> sp.Float:
            return sp.Float(zonal_moves.factor(list(found)[int(place) - 1], *done[int(fit) - 1]), DIGITS)

        return {
            t: int(generation), how_many: len(found), values0: [sp.Float(value, DIGITS) for value in found.values()],
            factors: multiplier, powers.weights: [powers.rational(zonal.in_trace_of_power(kappa)) for kappa in found],
        }  # fmt: skip


def evaluated(scenario: Scenario, t_: Float[np.ndarray, " T"], at: float, of_trace: bool) -> Float[np.ndarray, " T"]:
    """The mean power of the trace, or trace of the power; t = inf where all data are kept."""
    order = whole_order(at)
    found = at_source(scenario, order)
    total = np.zeros(len(t_))
    with np.errstate(over="ignore", invalid="ignore"):
        for kappa, logarithm in _logarithms(scenario, order).items():
            weight = float(found[kappa] if of_trace else found[kappa] * number(zonal.in_trace_of_power(kappa)))
            if weight:
                later = 0.0 if logarithm is None else np.exp(logarithm(np.maximum(t_, 1.0)))
                total += weight * np.where(t_ > 0, later, 1.0)
    return np.where(np.isnan(total), np.inf, total)  # the term of (r), of weight 1, is the largest by far


def settled(scenario: Scenario, at: float, of_trace: bool) -> float:
    """The product where all data are kept; under forgetting 0 or infinite as the largest factor is below or above 1."""
    if scenario.retention.kind == "accumulate":
        return float(evaluated(scenario, np.array([np.inf]), at, of_trace)[0])
    with mpmath.workdps(DIGITS):
        first, rate = (zonal_moves.factor((whole_order(at),), *move) for move in moves(scenario, range(1, 3)))
        once = first * at_source(scenario, whole_order(at))[(whole_order(at),)]
    return float(once) if abs(rate - 1) < ROUNDING else 0.0 if rate < 1 else np.inf


Logarithm = Callable[[Float[np.ndarray, " T"]], Float[np.ndarray, " T"]]


@lru_cache(maxsize=16)
def _logarithms(scenario: Scenario, order: int) -> dict[Partition, Logarithm | None]:
    """The sum over fits 1 to t of the logarithm of each factor; none where the first is 0."""
    if replaces(scenario):
        return {kappa: _replaced(scenario, kappa) for kappa in zonal.partitions(order)}
    found: dict[Partition, Logarithm | None] = {}
    with mpmath.workdps(30):
        first, second = moves(scenario, range(1, 3))
        kept = scenario.retention.kind == "accumulate"
        fits = Fits(scenario.first_size / scenario.sample_size.constant)
        later = moves(scenario, fits.number) if kept else [second]
        for kappa in zonal.partitions(order):
            once = zonal_moves.factor(kappa, *first)
            if not once:
                found[kappa] = None
                continue
            logarithms = [mpmath.log(once), *(mpmath.log(zonal_moves.factor(kappa, *move)) for move in later)]
            start, *others = (float(x) for x in logarithms)
            found[kappa] = fits.summed(start, np.array(others)) if kept else _line(start, others[0])
    return found


def _replaced(scenario: Scenario, kappa: Partition) -> Logarithm:
    def logarithm(t_: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        sizes = scenario.sample_size.schedule(int(t_.max())).astype(np.float64)
        terms = zonal_moves.log_fitted(kappa, sizes, float(offset_of(scenario)))
        return np.cumsum(terms)[t_.astype(np.int64) - 1]

    return logarithm


def _line(first: float, later: float) -> Logarithm:
    return lambda t_: first + (t_ - 1) * later


def reference(scenario: Scenario, generation: float, at: float, of_trace: bool) -> mpf:
    """The recurrence of the means of all products of traces; late where all data are kept, by a polynomial."""
    with mpmath.workdps(DIGITS):
        if scenario.retention.kind == "accumulate" and generation > FITS[-1]:
            first, size = mpf(scenario.first_size), scenario.sample_size.constant
            values = _means(scenario, FITS, whole_order(at), of_trace)
            places = [1 / (first + (fit - 1) * size) for fit in FITS]
            end = mpf(0) if generation == mpmath.inf else 1 / (first + (int(generation) - 1) * size)
            return polynomial(places, values, end)
        if generation == mpmath.inf:
            early, late = _means(scenario, range(2, 4), whole_order(at), of_trace)
            return early if early == late else mpf(0) if late < early else mpmath.inf
        return _means(scenario, range(int(generation), int(generation) + 1), whole_order(at), of_trace)[0]


def _means(scenario: Scenario, fits: range, order: int, of_trace: bool) -> list[mpf]:
    covariance, shapes = exact_covariance(scenario), zonal.partitions(order)
    traces = {power: (covariance**power).trace() for power in range(1, order + 1)}
    starts = [mpmath.fprod(mpf(int(traces[part].p)) / int(traces[part].q) for part in shape) for shape in shapes]
    state, found = mpmath.matrix(starts), {}
    for fit, move in enumerate([None, *moves(scenario, range(1, fits[-1] + 1))]):
        state = state if move is None else mean_products(order, *move) * state
        if fit in fits:
            found[fit] = state[len(shapes) - 1 if of_trace else 0]
    return list(found.values())


def numbers_by_pairings() -> list[Verdict]:
    """Orders 2 to 4 at the covariance diag(1, 3, 7): every zonal polynomial, its mean after a fit by pairings."""
    spectrum, verdicts = (mpf(1), mpf(3), mpf(7)), []
    move = 3, mpf(2), mpf(1) / 3, mpf(5)
    for order in (2, 3, 4):
        shapes, before = zonal.partitions(order), zonal.values(spectrum, order)
        traces = {power: mpmath.fsum(x**power for x in spectrum) for power in range(1, order + 1)}
        step = mean_products(order, *move)
        start = mpmath.matrix([mpmath.fprod(traces[part] for part in shape) for shape in shapes])
        after = step * start
        grown = {kappa: zonal_moves.factor(kappa, *move) * value for kappa, value in before.items()}
        verdicts.append(agree(mpmath.fsum(grown.values()), after[len(shapes) - 1]))
        of_power = mpmath.fsum(number(zonal.in_trace_of_power(kappa)) * value for kappa, value in grown.items())
        verdicts.append(agree(of_power, after[0]))
    return verdicts


GROWING, LISTED = {"kind": "polynomial", "size": 5, "power": 1.0}, {"kind": "explicit", "sizes": [20, 2, 10**9]}
KEPT, FORGOTTEN = {"kind": "accumulate"}, {"kind": "forgetting", "rate": 0.3}
EXAMPLES = (
    Example(setting(KEPT, "mle", PLANE, 10), t=(0, 1, 2), at=3),
    Example(setting(KEPT | {"first": 25}, "unbiased", SPACE, 8), t=(2, 5), at=2, simulate=False),
    Example(setting(KEPT | {"first": 4}, "offset", SPACE, 1, offset=0.5), t=(3,), at=4, algebra=False, simulate=False),
    Example(setting(KEPT | {"first": 2}, "mle", SHEET, 3), t=(1, 3), at=3, algebra=False, simulate=False),
    Example(setting(KEPT, "mle", PLANE, 10), t=(300, np.inf), at=3, algebra=False, simulate=False),
    Example(setting(FORGOTTEN, "mle", PLANE, 10), t=(1, 2, 5), at=3),
    Example(setting(FORGOTTEN, "unbiased", SPACE, 6), t=(1, 20), at=4, algebra=False, simulate=False),
    Example(minors.setting({"kind": "replace"}, GROWING, "unbiased", SPACE), t=(0, 1, 5), at=3, simulate=False),
    Example(minors.setting({"kind": "replace"}, LISTED, "mle"), t=(1, 3), at=4, algebra=False, simulate=False),
    Example(setting(FORGOTTEN, "mle", PLANE, 10), t=(np.inf,), at=1, algebra=False, simulate=False),
    Example(setting(FORGOTTEN, "unbiased", PLANE, 10), t=(np.inf,), at=3, algebra=False, simulate=False),
)  # fmt: skip
