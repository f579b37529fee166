"""Claims in several dimensions: accuracy by region, the rates of chains, numbers known from elsewhere, edges."""

import math
from itertools import product

import mpmath
import numpy as np
import pytest
from budget import declare, normal_limit

from simulations.ensemble import Requested, run_ensemble
from simulations.lyapunov import last_models, lyapunov_spectrum
from theory.claims import claims
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.vector.perpetuity import tail_of_length
from theory.claims.vector.source import PLANE, SHEET, SPACE, log_determinant, square_and_minors, vector_setting
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.wishart import log_mean_inverse_factor, log_mean_pivots
from theory.plan import plan
from theory.predict import NotCovered, predict, statistics_of
from theory.scenario import InputError

SETTLED = declare("where means of isotropic chains end, against the perpetuity", 2e-9)
BETWEEN = declare("distances in five dimensions between their bounds", 2e-9)
RATES = declare("rates of chains in several dimensions against their claim", 2e-9)

SIZES = {"small": (2, 3, 10), "medium": (100, 10_000), "large": (1_000_000, 1_000_000_000)}
TIMES = {"few": (1, 10), "many": (1_000, 1_000_000)}
DIVISORS = ({"divisor": "mle"}, {"divisor": "unbiased"}, {"divisor": "offset", "offset": 0.5})
PUBLISHED = {
    #                       small M       medium M      large M
    #                       few    many   few    many   few    many
    "trace-of-square":      (5e-15, 1e-13, 2e-15, 1e-13, 2e-15, 2e-15),
    "square-of-trace":      (5e-15, 1e-13, 2e-15, 1e-13, 2e-15, 2e-15),
    "log-determinant":      (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "determinant":          (2e-15, 2e-13, 2e-15, 2e-13, 2e-15, 2e-15),
    "mean-squared-error":   (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "kl-reverse":           (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "kl-forward":           (2e-15, 2e-13, 2e-15, 5e-14, 2e-15, 2e-15),
}  # fmt: skip
CELLS = [
    (name, sizes, times, promised)
    for name, row in PUBLISHED.items()
    for (sizes, times), promised in zip(product(SIZES, TIMES), row, strict=True)
]


@pytest.mark.parametrize(("name", "sizes", "times", "promised"), CELLS, ids=lambda value: str(value))
def test_published_accuracy(name, sizes, times, promised):
    claim = claims()[f"vector-replace-{name}"]
    covariances = {"log-determinant": ((1.0, 0.0), (0.0, 1.0))}
    worst = 0.0
    for size, divisor in product(SIZES[sizes], DIVISORS):
        scenario = vector_setting(size, covariance=covariances.get(name, PLANE), **divisor)
        values = claim.evaluate(scenario, np.array(TIMES[times]))
        worst = max(worst, *(error(name, claim, scenario, *row) for row in zip(TIMES[times], values, strict=True)))
    assert worst <= promised <= 1e-12


def error(name, claim, scenario, t, value):
    """The relative error, of the logarithm where the value leaves the range of float64; 0 where both are infinite."""
    with mpmath.workdps(50):
        truth = claim.reference(scenario, t)
        if mpmath.isinf(truth) or truth == 0:
            return 0.0 if value == truth else math.inf
        obtained = mpmath.mpf(float(value))
        if not 1e-290 < abs(truth) < 1e290:
            truth, obtained = mpmath.log(truth), mpmath.mpf(logarithm(name, scenario, t))
        return float(abs(obtained - truth) / abs(truth))


def logarithm(name, scenario, t):
    """The logarithm of a value that is very large or small, by the leading term in t."""
    M, offset = size_and_offset(scenario)
    if name == "kl-forward":  # in two dimensions
        return t * log_mean_inverse_factor(M, offset, 2) + math.log1p((M - 1 + offset) / ((3 + offset) * M))
    if name == "determinant":
        return log_determinant(scenario) + t * log_mean_pivots(M, offset, 2).sum()
    square, minors, unit = square_and_minors(scenario)
    return t * log_mean_squared_factor(M, offset) + math.log(square + minors / 3) + 2 * math.log(unit)


@pytest.mark.parametrize(
    ("scenario", "generations"),
    [
        (vector_setting(10, "unbiased", SPACE), 200),
        (vector_setting(12, "mle"), 200),
        (vector_setting(3, "mle", SPACE), 100),
        (vector_setting(8, "offset", SHEET, offset=0.4), 200),
    ],
    ids=["space", "plane", "few points", "singular source"],
)
def test_chains_lose_directions_at_the_rates_of_the_claim(scenario, generations):
    rates = predict(scenario, "lyapunov_exponents").value[0]
    assert rates.shape == (scenario.source.dimension,)
    assert (np.diff(rates[np.isfinite(rates)]) < 0).all()
    found = lyapunov_spectrum(scenario, generations, 2**10, seed=11)
    rates = rates[: found.shape[1]]
    assert ((found == -np.inf) == (rates == -np.inf)).all()
    kept = np.isfinite(rates)
    found, rates = found[:, kept], rates[kept]
    error, most = found.std(0, ddof=1) / math.sqrt(len(found)), normal_limit(RATES / 4, 3)
    assert np.abs((found.mean(0) - rates) / error).max() < most
    assert (most * error < 0.1 * np.abs(rates)).all()


@pytest.mark.parametrize(("divisor", "offset"), [("unbiased", 0.0), ("mle", 1.0)])
def test_means_of_chains_end_where_the_perpetuity_says(divisor, offset):
    """After 40 M fits of 10 points in three dimensions; what is left to move is below e^-10 of a deviation."""
    levels, replicates = (0.5, 1.0, 3.0), 2**14
    scenario = vector_setting(10, divisor, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    shift = last_models(scenario, 400, replicates, seed=12).shift
    length = np.sqrt((shift**2).sum(-1))
    for level in levels:
        truth = tail_of_length(10, offset, 3, level)
        error = math.sqrt(truth * (1 - truth) / replicates)
        assert abs((length > level).mean() - truth) < normal_limit(SETTLED, 2 * len(levels)) * error
        assert error * normal_limit(SETTLED, 6) < 0.2 * truth


def test_the_limit_of_the_mean_is_approached_as_one_over_the_size():
    """M times the difference from the law at finite M settles; in one dimension it is Student's t with 2 degrees."""
    claim = claims()["vector-replace-mean-tail-limit"]
    excess = []
    for size in (20, 40, 80):
        scenario = vector_setting(size, "unbiased", ((1.0, 0.0), (0.0, 1.0)))
        excess.append(size * (float(claim.reference(scenario, math.inf, 1.0)) - claim.limit(scenario, 1.0)))
    assert excess[1:] == pytest.approx([excess[2]] * 2, rel=0.02)
    assert excess[0] == pytest.approx(excess[2], rel=0.05)
    assert predict(scenario, "mean_tail", [math.inf], 1.0).value[0] == pytest.approx(2 / 3)
    assert predict(scenario, "mean_tail", [math.inf], -1.0).value[0] == 1.0
    assert predict(scenario, "mean_tail", [10], 1.0).kind == ("upper bound",)
    leaning = predict(vector_setting(20, "unbiased"), "mean_tail", [math.inf], 1.0)
    assert leaning.claim == ("vector-replace-mean-tail-limit-directions",)


def test_distances_in_five_dimensions_lie_between_the_bounds():
    scenario = vector_setting(12, "mle", tuple(tuple((i + 1.0) * (i == j) for j in range(5)) for i in range(5)))
    record = [1, 4, 20]
    result = run_ensemble(
        scenario,
        generations=20,
        replicates=2**12,
        seed=13,
        record=record,
        statistics=[Requested("wasserstein2_squared")],
    )
    bounds = predict(scenario, "wasserstein2_squared", record)
    error = normal_limit(BETWEEN, 6) * result.standard_error[0]
    assert (bounds.lower - error < result.mean[0]).all()
    assert (result.mean[0] < bounds.upper + error).all()
    assert (np.diff(bounds.upper / bounds.lower) < 0).all()
    assert predict(scenario, "wasserstein2_squared", [math.inf]).value[0] == pytest.approx(30.0, rel=1e-14)


def test_the_leading_term_of_the_distance_is_the_one_of_chains_and_of_the_line():
    """Chains of one fit to 10^4 points in five dimensions; on a source of one direction, 3/2 of its variance t/M."""
    scenario = vector_setting(
        10_000, "unbiased", tuple(tuple((i + 1.0) * (i == j) for j in range(5)) for i in range(5))
    )
    result = run_ensemble(
        scenario, generations=1, replicates=2**12, seed=14, record=[1], statistics=[Requested("wasserstein2_squared")]
    )
    claim = claims()["vector-replace-wasserstein2-leading-order"]
    leading = claim.evaluate(scenario, np.array([1]))[0]
    error = normal_limit(BETWEEN, 6) * result.standard_error[0, 0]
    assert abs(result.mean[0, 0] - leading) < error + claim.error(scenario, 1) * leading
    assert error < 0.1 * leading
    one = vector_setting(1000, "mle", ((1.0, 2.0), (2.0, 4.0)))
    assert claim.evaluate(one, np.array([3]))[0] == pytest.approx(1.5 * 5.0 * 3 / 1000, rel=1e-12)


def test_on_one_direction_the_lower_bound_is_the_distance():
    line, flat = setting(10, "unbiased", variance=5.0), vector_setting(10, "unbiased", ((1.0, 2.0), (2.0, 4.0)))
    bounds, exact = (predict(s, "wasserstein2_squared", [0, 1, 10, 1000]) for s in (flat, line))
    np.testing.assert_allclose(bounds.lower, exact.value, rtol=1e-13)
    np.testing.assert_allclose(bounds.upper, exact.value, rtol=1e-13)


def test_numbers_of_a_small_catalogue():
    """d = 3, M = 10, five fits, covariance diag(1, 2, 3), unbiased: by hand from the closed forms."""
    scenario = vector_setting(10, "unbiased", SPACE)
    known = {"trace_of_square": 54.115, "square_of_trace": 66.324, "log_determinant": -2.02868, "determinant": 0.94769}
    for statistic, number in known.items():
        assert predict(scenario, statistic, [5]).value[0] == pytest.approx(number, abs=6e-4)
    assert predict(scenario, "lyapunov_exponents").value[0] == pytest.approx([-0.11521, -0.24796, -0.40092], abs=6e-6)
    assert predict(scenario, "mean_squared_error", [5]).value[0] == pytest.approx(3.0, rel=1e-14)


def test_the_formulas_of_several_dimensions_meet_those_of_the_line():
    """On a source of rank one in the plane every statistic with a meaning there is that of the line."""
    line, flat = setting(10, "mle", variance=5.0), vector_setting(10, "mle", ((1.0, 2.0), (2.0, 4.0)))
    for statistic in ("mean_squared_error", "kl_reverse"):
        value, there = (predict(s, statistic, [0, 1, 7, 1000]).value for s in (line, flat))
        np.testing.assert_allclose(there, value, rtol=1e-13)
    second = predict(line, "variance_second_moment", [0, 1, 7, 1000]).value
    for statistic in ("trace_of_square", "square_of_trace"):
        np.testing.assert_allclose(predict(flat, statistic, [0, 1, 7, 1000]).value, second, rtol=1e-13)
    rates = predict(flat, "lyapunov_exponents").value[0]
    assert rates[1] == -math.inf
    assert rates[0] == pytest.approx(predict(line, "log_variance", [10**6]).value[0] / 10**6, rel=1e-5)


def test_effective_rank_falls_to_one():
    scenario = vector_setting(20, "unbiased", SPACE)
    t = [0, 1, 10, 100, 1000]
    ratio = predict(scenario, "square_of_trace", t).value / predict(scenario, "trace_of_square", t).value
    assert ratio[0] == pytest.approx(36 / 14)
    assert (np.diff(ratio) < 0).all()
    assert ratio[-1] == pytest.approx(1.0, abs=1e-12)


def test_lines_and_planes_do_not_answer_for_each_other():
    line, plane = setting(10, "mle"), vector_setting(10, "mle")
    anywhere = {"gaussian-cumulative-squared-error", "gaussian-effective-real-size"}  # stand on other claims
    for name, claim in claims().items():
        if name in anywhere:
            assert claim.covers(line)
            assert claim.covers(plane)
            continue
        assert claim.covers(line) <= (not name.startswith("vector-")), name
        assert claim.covers(plane) <= (not name.startswith(("gaussian-", "tokens-"))), name
    with pytest.raises(NotCovered, match="nearest is vector-replace-trace-of-square, which assumes that the source"):
        predict(line, "trace_of_square", [1])
    with pytest.raises(NotCovered, match="assumes that the source is a one-dimensional Gaussian"):
        predict(plane, "log_variance", [1])
    assert "lyapunov_exponents" in statistics_of(plane)


def test_a_vector_is_not_planned_for():
    with pytest.raises(InputError, match=r"^statistic lyapunov_exponents must have a single value .* vector$"):
        plan(vector_setting(10, "mle"), "sample_size.size", "lyapunov_exponents", "above", -0.1)
