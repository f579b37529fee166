"""What claims about sample sizes that vary share: conditions, examples, and the recurrence that checks them."""

import itertools
import math
from collections.abc import Callable

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.one_fit import moments_of_small_samples, v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace import setting as constant_setting
from theory.claims.gaussian.replace import size_and_offset
from theory.derivation import Derivation, Step
from theory.laws.symbols import delta, t, v0
from theory.laws.varying_sizes import Sizes, running_sums
from theory.scenario import InputError, Scenario, parse_scenario
from theory.scenario.sample_size import Geometric, Polynomial, Schedule

Terms = Callable[[Sizes], Float[np.ndarray, " T"]]
ADDED = 20_000  # terms of a polynomial schedule that are added one by one
ROUNDED = 2e-13  # what the rounding of late sizes may change
LATE = 1e5  # a size at which the second order of a term is seen well above rounding
ENORMOUS = 1e14  # from this size on terms are their leading order

sizes = sp.IndexedBase("M")
VARYING = Assumption(
    "the sample size is not the same in every generation",
    lambda s: s.sample_size is not None and s.sample_size.constant is None,
)
GAUSSIAN_REPLACE_VARYING = (
    GAUSSIAN, MOMENTS, retains("replace"), VARYING, sample_size_at_least(2), FAITHFUL, UNDISTURBED
)  # fmt: skip
MOST_FITS = 1_000_000


def setting(sample_size: dict, divisor: str = "unbiased", variance: float = 2.25, **offset: float) -> Scenario:
    """A scenario of replaced data with these sizes."""
    constant = constant_setting(2, divisor, variance, **offset).dump()
    return parse_scenario({**constant, "sample_size": sample_size})


def cochran(d: Derivation) -> Step:
    """One fit to M_{t+1} points."""
    return d.given(
        (sizes[t + 1] - 1 + delta) * v(t + 1) / v(t), sp.Symbol(r"\chi^2_{M_{t+1}-1}"), relation=r"\sim",
        source="cochran1934", check=moments_of_small_samples,
        because="one fit to M_(t+1) points of N(mu_t, v_t), with the offset delta of the divisor",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Sizes to 60 digits: exact half-integers would be expanded."""
    listed = [sp.Float(int(size), 60) for size in scenario.sample_size.schedule(max(int(generation), 1))]
    offset = exact(size_and_offset(scenario)[1])
    return {sizes: listed, delta: offset, t: generation, v0: exact(scenario.source.variance)}


def sums(schedule: Schedule, term: Terms, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The sum of term(M_k) over k = 1 ... t, for each t."""
    latest = int(generations.max(initial=0))
    added = np.concatenate([[0.0], running_sums(term(schedule.schedule(latest).astype(np.float64)))])
    return added[generations]


def total(schedule: Schedule, term: Terms, leading: float) -> float:
    """The sum over all k, where term(M) = leading/M + O(1/M^2); infinite with the sign of ``leading``, or 0.

    Raises InputError where the sizes end, or are rounded from a power that is so little above 1 that late sizes count.
    """
    if isinstance(schedule, Polynomial):
        if schedule.power <= 1:
            return math.copysign(math.inf, leading) if leading else 0.0
        if schedule.power != int(schedule.power):
            return _rounded_total(schedule, term, leading)
        first = term(np.array(schedule.leading_sizes(ADDED), dtype=np.float64))
        return float(math.fsum(first)) + leading * float(special.zeta(schedule.power, len(first) + 1)) / schedule.size
    if isinstance(schedule, Geometric):
        count = max(1, math.ceil(math.log(ENORMOUS / schedule.size) / math.log(schedule.ratio)) + 1)
        first = term(schedule.schedule(count).astype(np.float64))
        return float(math.fsum(first)) + leading / schedule.at(count) / (schedule.ratio - 1)
    raise InputError("t must be finite where sample_size.sizes are listed: the list ends")


def _rounded_total(schedule: Polynomial, term: Terms, leading: float) -> float:
    """Sizes that are rounded: those left out change the sum by at most leading/2 times the sum of 1/(M_1 k^a)^2."""
    a, size = schedule.power, schedule.size
    for count in (ADDED, 10 * ADDED, 100 * ADDED):
        if abs(leading) * float(special.zeta(2 * a, count + 1)) / size**2 / 2 <= ROUNDED:
            break
    else:
        raise InputError("t must be finite where sample_size.power is so little above 1 that rounded sizes count")
    k = np.arange(1.0, count + 1)
    exact_sizes = size * k**a
    listed = np.floor(exact_sizes + 0.5)[exact_sizes < ENORMOUS]
    count, late = len(listed), np.minimum(listed[-1:], LATE)
    second = float(((term(late) * late - leading) * late)[0])
    rest = leading * float(special.zeta(a, count + 1)) / size + second * float(special.zeta(2 * a, count + 1)) / size**2
    return float(math.fsum(term(listed))) + rest


def added(scenario: Scenario, generation: int, moment: Callable[[int, mpf], mpf]) -> mpf:
    """The sum of moment(nu, divisor) over the fits, each by quadrature."""
    offset = mpf(str(size_and_offset(scenario)[1]))
    with mpmath.workdps(DIGITS):
        listed = scenario.sample_size.schedule(int(generation))
        return mpmath.fsum(moment(int(size) - 1, int(size) - 1 + offset) for size in listed)


def extrapolated(value: Callable[[int], mpf], first: int, count: int) -> mpf:
    """The limit of value(t) over t = first 2^i by Richardson's method in 1/t: smooth, fast growing sizes."""
    row = [value(first * 2**i) for i in range(count)]
    for order in range(1, count):
        row = [(2**order * later - earlier) / (2**order - 1) for earlier, later in itertools.pairwise(row)]
    return row[-1]


def log_mean(nu: int) -> mpf:
    """E log chi-square."""
    return chi_square_mean(mpmath.log, nu)
