"""Gaussian chains in several dimensions: exact moments, rates, ranks, long runs, the same bits in any company."""

import numpy as np
import pytest
from budget import declare, normal_limit
from scipy import special, stats
from suites import every_run
from test_kernels_wishart import CASES, STATISTICS, chains, scenario, share

from simulations.ensemble import Requested, trajectories
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.choice import chosen
from simulations.kernels.method import Question
from simulations.lyapunov import last_models, lyapunov_spectrum
from simulations.readout import readouts
from theory.scenario import InputError, parse_scenario

PROJECTION = declare("a direction of a Gaussian chain against a chain on the line", 1e-9)
MOMENTS = declare("second moments and log-determinant in three dimensions", 2e-9)
SPECTRUM = declare("Lyapunov spectrum in three dimensions", 2e-9)
LONG = declare("log-determinant after ten thousand generations", 1e-9)

THREE = np.diag([1.0, 2.0, 3.0]).tolist()


def test_moments_in_three_dimensions_are_the_exact_ones():
    M, t = 10, 5
    value = chains(scenario("replace", M, covariance=THREE), t, 2**14, seed=3, record=[0, t])
    found = np.stack(
        [value[name] for name in ("trace_of_square", "square_of_trace", "log_determinant", "mean_squared_error")]
    )
    wide, narrow = (2 * 14 + 36) * (1 + 2 / (M - 1)) ** t, (36 - 14) * (1 - 1 / (M - 1)) ** t
    rates = special.digamma((M - np.arange(1, 4)) / 2) - np.log((M - 1) / 2)
    expected = np.array([(wide - narrow) / 3, (wide + 2 * narrow) / 3, np.log(6) + t * rates.sum(), t / M * 6])
    assert expected == pytest.approx([54.115, 66.324, -2.02868, 3.0], abs=1e-3)
    assert found[:, 0, 0] == pytest.approx([14, 36, np.log(6), 0], abs=1e-12)
    z = (found[:, 1].mean(-1) - expected) / found[:, 1].std(-1) * 2**7
    assert np.abs(z).max() < normal_limit(MOMENTS, 4)


@pytest.mark.parametrize("divisor", every_run(("mle", "unbiased"), ("mle",)))
def test_a_direction_is_a_chain_on_the_line(divisor):
    s = scenario("replace", 6, divisor)
    u, t, replicates = np.array([0.3, -1.0, 0.8]), 4, 2**14
    model, source = last_models(s, t, replicates, seed=4), kernel_for(s, t).tables.source
    row = np.einsum("i,ij,rjk->rk", u, source.factor, model.unit * np.exp(model.log_scale)[:, None, :])
    line = parse_scenario(
        s.dump()
        | {"source": {"kind": "gaussian", "mean": 0.0, "variance": float(u @ s.source.covariance_matrix() @ u)}}
    )
    log_v, error = trajectories(
        line, generations=t, replicates=replicates, seed=5, record=[t],
        statistics=[Requested("log_variance"), Requested("mean_squared_error")],
    )[:, 0]  # fmt: skip
    ours = np.log((row**2).sum(-1)), (model.shift @ source.factor.T @ u) ** 2
    for x, y in zip(ours, (log_v, error), strict=True):
        assert stats.ks_2samp(x, y, method="asymp").pvalue > PROJECTION / 4


def test_directions_are_lost_at_the_rates_of_the_spectrum():
    M, t, replicates = 10, 200, 2**11
    spectrum = lyapunov_spectrum(scenario("replace", M, covariance=THREE), t, replicates, seed=6)
    a = (M - np.arange(1, 4)) / 2
    z = (spectrum.mean(0) - special.digamma(a) + np.log((M - 1) / 2)) / np.sqrt(
        special.polygamma(1, a) / (t * replicates)
    )
    assert np.abs(z).max() < normal_limit(SPECTRUM, 3)
    assert stats.norm.isf(SPECTRUM / 6) * np.sqrt(special.polygamma(1, a) / (t * replicates)).max() < 0.006


def test_chains_of_a_run_and_models_of_a_run_are_the_same():
    s = scenario("replace", 5, covariance=THREE)
    log_determinant = chains(s, 70, 3, record=[70])["log_determinant"][0]
    model = last_models(s, 70, 3, seed=1)
    assert np.log(6) + 2 * model.log_scale.sum(-1) == pytest.approx(log_determinant, rel=1e-12)


@pytest.mark.parametrize("M", [2, 3])
def test_few_points_lose_directions_at_once_and_for_good(M):
    s = scenario("replace", M, "mle", covariance=THREE)
    model = last_models(s, 100, 40, seed=7)
    assert (np.isfinite(model.log_scale).sum(-1) == M - 1).all()
    assert np.isfinite(model.shift).all()
    value = chains(s, 3, 40)
    assert (value["log_determinant"][1:] == -np.inf).all()
    assert (value["kl_reverse"][1:] == np.inf).all()
    assert (value["kl_forward"][1:] == np.inf).all()
    assert np.isfinite(value["wasserstein2_squared"]).all()
    assert (value["trace_of_square"] > 0).all()


def test_one_point_is_where_a_chain_ends():
    s = scenario("replace", 1, "mle", covariance=THREE)
    value = chains(s, 3, 20)
    assert (value["square_of_trace"][1:] == 0).all()
    assert (value["mean_squared_error"][1:] == value["mean_squared_error"][1]).all()


def test_ten_thousand_generations_do_not_underflow():
    M, t, replicates = 6, 10_000, 64
    value = chains(scenario("replace", M, covariance=THREE), t, replicates, record=[100, t])
    assert all(np.isfinite(value[name]).all() for name in value if name != "kl_forward")
    a = (M - np.arange(1, 4)) / 2
    rate, variance = (special.digamma(a) - np.log((M - 1) / 2)).sum(), special.polygamma(1, a).sum()
    for place, n in enumerate((100, t)):
        z = (value["log_determinant"][place].mean() - np.log(6) - n * rate) / np.sqrt(n * variance / replicates)
        assert abs(z) < normal_limit(LONG, 2)
    assert value["log_determinant"][1].max() < -10_000


NARROW = {
    "window": {"kind": "window", "length": 3},
    "forgetting": {"kind": "forgetting", "rate": 0.8},
    "iid": share("iid", 0.0),
}


@pytest.mark.parametrize("name", every_run(NARROW, ()))
def test_narrow_chains_of_other_policies_do_not_underflow(name):
    value = chains(scenario(NARROW[name], 4, "mle"), 1280, 8, record=[640, 1280])
    width, error = value["log_determinant"], value["mean_squared_error"]
    assert np.isfinite(width).all()
    assert np.isfinite(error).all()
    assert (width[1] < 1.5 * width[0]).all()
    assert (width[1] < -400).all()
    assert np.abs(error[1] / error[0] - 1).max() < 1e-6


@pytest.mark.slow
def test_a_real_point_widens_a_chain_that_had_lost_all_width():
    """One point in two thousand is real: in between a chain of four points loses hundreds of orders of magnitude."""
    value = chains(scenario(share("iid", 5e-4), 4, "mle"), 1280, 64)
    width = value["log_determinant"]
    assert np.isfinite(width).all()
    assert width.min() < -2000
    grown = np.diff(np.log(np.maximum(value["square_of_trace"], 1e-300)), axis=0) > 200
    assert grown.any()
    assert (np.diff(width, axis=0)[grown] > 90).all()


@pytest.mark.parametrize("name", every_run(("replace", "iid", "window"), ("replace",)))
def test_a_chain_is_the_same_in_any_company_and_any_run(name):
    s = CASES[name]
    T = 70 if s.sample_size.constant else 3

    def same(some, other):
        return all(np.array_equal(some[statistic], other[statistic]) for statistic in STATISTICS)

    most = chains(s, T, 17)
    for replicates in (1, 8):
        assert same(chains(s, T, replicates), {k: v[:, :replicates] for k, v in most.items()})
    assert same(chains(s, 2, 17), {k: v[:3] for k, v in most.items()})
    assert same(chains(s, T, 17, record=[T]), {k: v[T:] for k, v in most.items()})
    many = chains(s, 2, 2100, lanes=1)
    assert same(chains(s, 2, 2100, lanes=3), many)
    assert same({k: v[:, :17] for k, v in many.items()}, {k: v[:3] for k, v in most.items()})


@pytest.mark.parametrize("case", every_run(("replace", "replace on a singular source"), ("replace",)))
def test_the_source_is_at_distance_zero_of_itself(case):
    s = CASES[case]
    value = {name: float(v[0, 0]) for name, v in chains(s, 1, 1, record=[0]).items()}
    covariance = s.source.covariance_matrix()
    assert value["trace_of_square"] == pytest.approx(np.trace(covariance @ covariance))
    assert value["square_of_trace"] == pytest.approx(np.trace(covariance) ** 2)
    assert value["trace_of_power"] == pytest.approx(np.trace(covariance @ covariance @ covariance))
    assert value["power_of_trace"] == pytest.approx(np.trace(covariance) ** 3)
    assert np.exp(value["log_determinant"]) == pytest.approx(max(np.linalg.det(covariance), 0.0), abs=1e-12)
    for name in ("mean_squared_error", "wasserstein2_squared", "kl_reverse", "kl_forward", "mean_tail"):
        assert value[name] == pytest.approx(0.0, abs=1e-14), name


@pytest.mark.parametrize(
    ("retention", "size", "more", "problem"),
    [
        (
            {"kind": "accumulate_subsample", "replacement": True}, 8, {},
            'retention.kind = "accumulate_subsample" for a gaussian source in 3 dimensions; covered: "replace", '
            '"real_share", "accumulate", "weighted", "window", "forgetting" or "pool"',
        ),
        (
            share("fixed", 0.375), 8, {},
            '3 real points with scheme "fixed" for a gaussian source in 3 dimensions; '
            "covered: 4 or more, which span all of it",
        ),
        (
            share("iid", 0.5), [8, 9], {},
            'sample_size.kind = "explicit" with scheme "iid" for a gaussian source in 3 dimensions; '
            "covered: sizes that stay the same",
        ),
        (
            share("iid", 0.5), 10**8, {},
            'sample_size.size = 100000000 with scheme "iid" and share 0.5 for a gaussian source in 3 dimensions; '
            "covered: sizes whose number of real points has at most 16384 likely values",
        ),
        (
            {"kind": "pool", "real": [5, 0], "synthetic": [0, 4], "budget": 4}, 8, {},
            "retention.budget = 4 for a gaussian source in 3 dimensions; covered: pools without a budget",
        ),
        (
            share("stratified", 0.5), 8, {"contamination": {"share": 0.1}},
            "contamination; covered: scenarios without it",
        ),
    ],
)  # fmt: skip
def test_what_the_method_does_not_cover_is_said_in_one_line(retention, size, more, problem):
    s = parse_scenario(scenario(retention, size).dump() | more)
    with pytest.raises(NoKernel) as refusal:
        kernel_for(s, method="wishart")
    assert refusal.value.lines == (f'method "wishart" does not cover {problem}',)


def test_the_line_is_left_to_its_own_method_and_statistics_of_the_line_are_refused():
    line = scenario("replace").dump() | {"source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0}}
    assert chosen(Question(parse_scenario(line))).name == "moments"
    assert chosen(Question(CASES["replace"])).name == "wishart"
    with pytest.raises(InputError) as refusal:
        readouts(CASES["replace"], [Requested("log_variance"), Requested("variance_cdf", 1.0)])
    assert len(refusal.value.lines) == 2
    assert "they measure" in refusal.value.lines[0]
