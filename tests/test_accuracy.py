"""The promised digits of the evaluators for replaced Gaussian data (theory.accuracy), measured against 50 digits.

Each region is compared with the claim's independent route: the recurrence where it is a mean over chains, convolution
or a straight contour for the law of the variance, integrals over a frequency for the time of collapse.
"""

import importlib
import math
from itertools import product

import mpmath
import numpy as np
import pytest
from suites import every_run

from theory.accuracy import POLICIES, PROMISED, REGIONS, REMARKS, SIZES, TARGET, TIMES, accuracy_rows
from theory.claim import Claim
from theory.claims import claims
from theory.claims.gaussian import accumulate, log_convolution, replace, scaled, varying
from theory.laws import log_chi_square_sum as law
from theory.laws.chi_square import log_mean_factor, log_mean_squared_factor
from theory.laws.varying_sizes import log_factor_variances, log_mean_factors, mean_log_factors, running_sums

DIVISORS = ({"divisor": "mle"}, {"divisor": "unbiased"}, {"divisor": "offset", "offset": 0.5})
VARIANCE, SQUARE = "gaussian-replace-variance", "gaussian-replace-variance-second-moment"
LAW, TIME, TAIL, RISE, FIRST = (
    "gaussian-replace-variance-cdf",
    "gaussian-replace-collapse-time",
    "gaussian-replace-mean-tail",
    "gaussian-replace-variance-ever-above",
    "gaussian-accumulate-variance-any-first-batch",
)
LOGARITHM = {VARIANCE: (log_mean_factor, 1), SQUARE: (log_mean_squared_factor, 2)}  # log E per fit, power of v_0
CELLS = [(name, *region) for name, row in PROMISED.items() for region in REGIONS[: len(row)]]
HEAVY = (LAW, TIME, TAIL, RISE, FIRST)  # in every run one region of these
FAST = [cell for cell in CELLS if cell[0] not in HEAVY or cell[1:] == ("medium", "many")]


@pytest.mark.parametrize("cell", every_run(CELLS, FAST), ids=" ".join)
def test_promised_accuracy(cell):
    name, sizes, times = cell
    worst = {LAW: worst_of_law, TIME: worst_of_time, TAIL: worst_of_tail, RISE: worst_of_rise}.get(name, worst_of_mean)(
        name, SIZES[sizes], TIMES[times]
    )
    promised = PROMISED[name][REGIONS.index((sizes, times))]
    assert worst <= promised
    assert promised <= TARGET or name in REMARKS


def test_table_is_whole():
    """A row for each claim, a promise for each region, and every remark is about a row."""
    assert {len(row) for row in accuracy_rows()} == {1 + len(REGIONS)}
    assert not set(PROMISED) & set(POLICIES)
    assert set(PROMISED | POLICIES) <= set(claims())
    assert set(REMARKS) <= set(PROMISED | POLICIES)


def worst_of_mean(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """The largest relative error of one claim's evaluator over a region."""
    claim = claims()[name]
    return max(error for size in sizes for scenario in settings(name, size) for error in errors(claim, scenario, times))


def settings(name: str, size: int) -> list:
    """The scenarios of one sample size; the variance is 1 where a logarithm's own accuracy is in question."""
    if name.startswith("gaussian-accumulate"):
        firsts = (size, 2, 1_000_000)
        divisors = ("mle", "unbiased") if name == FIRST else ("mle",)
        return [accumulate.setting(size, divisor=divisor, first=n) for divisor in divisors for n in firsts]
    if "scaled" in name:
        return [scaled.setting(size, c, variance=1.0, **divisor) for c in (0.9, 0.99999) for divisor in DIVISORS]
    return [replace.setting(size, variance=1.0 if "log" in name else 2.25, **divisor) for divisor in DIVISORS]


def errors(claim: Claim, scenario, times: tuple[int, ...]) -> list[float]:
    """The relative error at each generation; 0 where truth and value are beyond the largest float."""
    assert claim.covers(scenario)
    found = []
    for t, value in zip(times, claim.evaluate(scenario, np.array(times)), strict=True):
        with mpmath.workdps(50):
            truth, obtained = claim.reference(scenario, t), mpmath.mpf(float(value))
            if claim.id in LOGARITHM and not 1e-290 < abs(truth) < 1e290:
                rate, power = LOGARITHM[claim.id]
                truth = mpmath.log(truth) - power * mpmath.log(mpmath.mpf(str(scenario.source.variance)))
                obtained = mpmath.mpf(t * rate(*replace.size_and_offset(scenario)))
            if abs(truth) > 1.7e308:
                assert abs(obtained) > 1.6e308
            else:
                found.append(float(abs(obtained - truth) / abs(truth)) if truth else float(abs(obtained)))
    return found or [0.0]


def worst_of_law(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """Of P(v_t <= x): the law of the sum of logarithms, against its convolution and, far out, a straight contour."""
    found = []
    for nu, t in ((size - 1, t) for size in sizes for t in times):
        mean, sd = law.log_sum_mean(nu, t), law.log_sum_sd(nu, t)
        for away in (-5, -2, 0, 2, 5):
            truth = log_convolution.log_sum_cdf(mpmath.mpf(mean + away * sd), nu, t)
            found.append(abs(law.log_sum_cdf(mean + away * sd, nu, t) / truth - 1))
        far = mean - 40 * sd
        found.append(abs(law.log_sum_log_cdf(far, nu, t) / log_of_tail(far, nu, t) - 1))
    return float(max(found))


def log_of_tail(y: float, nu: int, t: int) -> mpmath.mpf:
    """log P(Y <= y) by the trapezoidal rule on the vertical line through the saddle."""
    with mpmath.workdps(40):
        a, low, high = mpmath.mpf(nu) / 2, -mpmath.mpf(nu) / 2 * (1 - mpmath.mpf(10) ** -12), mpmath.mpf(0)
        for _ in range(100):
            c = (low + high) / 2
            above = t * (mpmath.digamma(a + c) - mpmath.log(a)) - y - 1 / c > 0
            low, high = (low, c) if above else (c, high)

        def exponent(s: mpmath.mpf) -> mpmath.mpf:
            return t * (mpmath.loggamma(a + s) - mpmath.loggamma(a) - s * mpmath.log(a)) - s * y

        step = 1 / mpmath.sqrt(t * mpmath.psi(1, a + c) + 1 / c**2) / 6
        total, k, peak = 1 / (2 * c), 0, exponent(c)
        while k == 0 or abs(term) > 1e-22 * abs(total):
            k += 1
            s = mpmath.mpc(c, k * step)
            term = mpmath.exp(exponent(s) - peak) / s
            total += term.real
        return peak + mpmath.log(-step * total / mpmath.pi)


def worst_of_time(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """Of E T, whatever t: from the threshold itself, and from far above it where the overshoot has settled."""
    claim, found = claims()[name], []
    for size, divisor in ((size, divisor) for size in sizes for divisor in DIVISORS[:2]):
        scenario = replace.setting(size, variance=1.0, **divisor)
        levels = (1.0, 1e-120) if size < 100 else (1.0, 1e-3, 1e-120)
        found += [abs(claim.limit(scenario, at) / claim.reference(scenario, math.inf, at) - 1) for at in levels]
    return float(max(found))


def worst_of_rise(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """Of P(some v_t > x), whatever t: at v_0 and far above it."""
    claim, found = claims()[name], []
    for size, divisor in product(sizes, DIVISORS):
        scenario = replace.setting(size, variance=1.0, **divisor)
        levels = (1.0, 1e80) if size < 100 else (1.0, 1e12)
        found += [abs(claim.limit(scenario, at) / claim.reference(scenario, math.inf, at) - 1) for at in levels]
    return float(max(found))


def worst_of_tail(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """Of P(|mu_t - mu_0| > x) from 1e-12 on: up to 100 fits, and in the end; sizes from 3 to 100."""
    claim, found = claims()[name], [0.0]
    generations = (1, 2, 3, 10) if times == TIMES["few"] else (100, math.inf)
    for size, t, at in product({*sizes} & {3, 10, 100}, generations, (0.03, 0.3, 1.0, 10.0)):
        if size == 100 and t == math.inf:
            continue  # beyond what the second route remembers
        scenario = replace.setting(size, variance=1.0, divisor="unbiased")
        truth = claim.reference(scenario, t, at)
        if truth > 1e-12:
            found.append(abs(float(claim.value(scenario, np.array([float(t)]), at)[0]) / truth - 1))
    return float(max(found))


@pytest.mark.parametrize("power", [0.0001, 1.0, 2.0])
def test_sums_over_varying_sizes_keep_their_digits(power):
    """A million terms, each right to 2e-15, against their exact sum."""
    sizes = np.round(20 * np.arange(1.0, 1_000_001.0) ** power)
    for terms in (mean_log_factors(sizes, 0.5), log_mean_factors(sizes, 1.0), log_factor_variances(sizes)):
        added = running_sums(terms)[[9, 999, 999_999]]
        assert added == pytest.approx([math.fsum(terms[:t]) for t in (10, 1_000, 1_000_000)], rel=1e-13, abs=0)


@pytest.mark.parametrize("name", ["log_variance", "log_variance_sd", "variance", "mean_squared_error"])
def test_terms_of_varying_sizes_keep_their_digits(name):
    """Sizes from 2 to 10^9, one fit to each, every divisor."""
    claim = importlib.import_module(f"theory.claims.gaussian.replace_varying_{name}").CLAIM
    sizes = [2, 3, 10, 100, 10_000, 1_000_000, 1_000_000_000]
    for divisor in DIVISORS:
        scenario = varying.setting({"kind": "explicit", "sizes": sizes}, variance=1.0, **divisor)
        assert max(errors(claim, scenario, tuple(range(1, len(sizes) + 1)))) <= 2e-15
