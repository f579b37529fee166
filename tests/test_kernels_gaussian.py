"""Gaussian kernels: the law of chains that draw every point, exact edges, no underflow, a clear word on the rest."""

import numpy as np
import pytest
from budget import declare, normal_limit
from scipy import special, stats
from twins import gaussian_replay, gaussian_twin

from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.kernels import NoKernel, kernel_for
from theory.scenario import parse_scenario

TWINS = declare("Gaussian kernels against chains that draw every point", 1e-8)
FIRST = declare("log-variance of two million first fits", 1e-9)
LONG = declare("log-variance after ten thousand generations", 1e-9)
STATIONARY = declare("chi-square of chains made of real points alone", 1e-9)
GENERATIONS, CHAINS, TWIN_CHAINS = 3, 2**16, 2**15


def scenario(retention, size=10, divisor="unbiased", mean=0.0, variance=1.0, **offset):
    sizes = {"kind": "explicit", "sizes": size} if isinstance(size, list) else {"kind": "constant", "size": size}
    if isinstance(size, dict):
        sizes = size
    return parse_scenario(
        {
            "source": {"kind": "gaussian", "mean": mean, "variance": variance},
            "sample_size": sizes,
            "retention": retention,
            "estimator": {"kind": "moments", "divisor": divisor, **offset},
        }
    )


def share(scheme, share):
    return {"kind": "real_share", "scheme": scheme, "share": share}


REPLACE, ACCUMULATE = {"kind": "replace"}, {"kind": "accumulate"}

CASES = {
    "replace": scenario(REPLACE),
    "replace two points": scenario(REPLACE, 2, "mle"),
    "replace in other units": scenario(REPLACE, 12, "offset", 3.0, 4.0, offset=0.7),
    "replace on a list of sizes": scenario(REPLACE, [9, 3, 14], "mle"),
    "replace on growing sizes": scenario(REPLACE, {"kind": "geometric", "size": 5, "ratio": 1.5}),
    "stratified": scenario(share("stratified", 0.2), 10, "mle", -1.0, 0.25),
    "stratified on growing sizes": scenario(share("stratified", 0.5), {"kind": "polynomial", "size": 4, "power": 1.0}),
    "one fresh real point": scenario({"kind": "real_share", "scheme": "stratified", "real": 1}, 6),
    "fixed": scenario(share("fixed", 0.3), 10, "mle", 2.0, 9.0),
    "one fixed point on other sizes": scenario({"kind": "real_share", "scheme": "fixed", "real": 1}, [4, 7, 5], "mle"),
    "iid": scenario(share("iid", 0.15), 12, "unbiased", 1.0, 2.0),
    "iid with few points": scenario(share("iid", 0.5), 3, "mle"),
    "accumulate": scenario(ACCUMULATE, 8, "mle", 5.0, 2.0),
    "accumulate after two points": scenario({"kind": "accumulate", "first": 2}, 6),
    "accumulate on a list of sizes": scenario(ACCUMULATE, [7, 2, 9]),
}


def chains(s, generations=GENERATIONS, replicates=CHAINS, seed=1, statistics=("log_variance", "mean_squared_error")):
    return trajectories(
        s,
        generations=generations,
        replicates=replicates,
        seed=seed,
        statistics=[Requested(name) for name in statistics],
        record=range(1, generations + 1),
    )


@pytest.mark.parametrize("name", CASES)
def test_chains_have_the_law_of_chains_that_draw_every_point(name):
    s = CASES[name]
    limit = TWINS / (len(CASES) * GENERATIONS * 5)
    log_v, error = chains(s)
    mean, variance = gaussian_twin(s, GENERATIONS, TWIN_CHAINS, seed=2)
    twin_log_v, twin_error = np.log(variance), (mean - s.source.mean) ** 2
    for t in range(GENERATIONS):
        ours = (log_v[t], error[t], error[t] * np.exp(-log_v[t]))
        theirs = (twin_log_v[t], twin_error[t], twin_error[t] * np.exp(-twin_log_v[t]))
        for x, y in zip(ours, theirs, strict=True):
            assert stats.ks_2samp(x, y, method="asymp").pvalue > limit
        for x, y in ((ours[0], theirs[0]), (np.sqrt(ours[1]), np.sqrt(theirs[1]))):
            z = (x.mean() - y.mean()) / np.sqrt(x.var() / len(x) + y.var() / len(y))
            assert abs(z) < normal_limit(limit)


@pytest.mark.parametrize("name", CASES)
def test_chains_follow_their_random_bits(name):
    """The same bits through scipy's quantiles and plain sums of squares, over two blocks where the sizes last."""
    s = CASES[name]
    generations = 70 if s.sample_size.constant else GENERATIONS
    mean, variance = gaussian_replay(s, generations, 5, seed=3)
    log_v, error = chains(s, generations, 5, seed=3)
    assert np.abs(log_v - np.log(variance)).max() < 1e-10
    assert np.sqrt(error) == pytest.approx(np.abs(mean - s.source.mean), rel=1e-9, abs=1e-11)


def test_one_point_fitted_by_maximum_likelihood_is_where_a_chain_ends():
    log_v, error = chains(scenario(REPLACE, 1, "mle"), replicates=50)
    assert (log_v == -np.inf).all()
    assert (error == error[0]).all()
    assert (error[0] > 0).all()
    result = run_ensemble(
        scenario(REPLACE, 1, "mle", variance=4.0),
        generations=2,
        replicates=50,
        seed=0,
        statistics=[
            Requested(name) for name in ("variance", "log_variance", "kl_reverse", "kl_forward", "log_variance_sd")
        ],
        record=[0, 2],
    )
    assert result.mean[:2, 0].tolist() == [4.0, np.log(4.0)]
    assert result.mean[:4, 1].tolist() == [0.0, -np.inf, np.inf, np.inf]
    assert np.isnan(result.mean[4, 1])
    assert np.isnan(result.standard_error[1:, 1]).all()
    assert result.effective_replicates[:, 1].tolist() == [0.0, 50.0, 50.0, 50.0, 50.0]


@pytest.mark.parametrize("scheme", ["iid", "stratified"])
def test_real_points_alone_make_every_generation_a_first_one(scheme):
    log_v, _ = chains(scenario(share(scheme, 1.0), 6))
    for t in range(GENERATIONS):
        law = stats.kstest(5 * np.exp(log_v[t]), lambda x: special.chdtr(5, x))
        assert law.pvalue > STATIONARY / (2 * GENERATIONS)


@pytest.mark.parametrize("scheme", ["iid", "stratified"])
def test_no_real_points_is_replacement(scheme):
    log_v, error = chains(scenario(share(scheme, 0.0), 3, "mle"), generations=2000, replicates=20)
    assert np.isfinite(log_v).all()
    assert (log_v[-1] < -500).all()
    assert np.isfinite(error).all()
    assert (error[-1] == error[-100]).all()


def test_a_real_set_that_is_all_there_is_never_changes():
    log_v, error = chains(scenario(share("fixed", 1.0), 5), generations=6, replicates=100)
    assert np.abs(log_v - log_v[0]).max() < 1e-12
    assert np.abs(error / error[0] - 1).max() < 1e-12


def test_two_million_first_fits_tell_99_degrees_of_freedom_from_100():
    """One part in 2000 of the variance is seen, a twentieth of what M - 1 in the place of M would change."""
    M, replicates = 100, 2**21
    result = run_ensemble(
        scenario(REPLACE, M, "mle"),
        generations=1,
        replicates=replicates,
        seed=5,
        statistics=[Requested("log_variance"), Requested("log_variance_sd"), Requested("mean_squared_error")],
        record=[1],
    )
    a = (M - 1) / 2
    expected = np.array([special.digamma(a) - np.log(M / 2), np.sqrt(special.polygamma(1, a)), 1 / M])
    error = result.standard_error[:, 0]
    assert np.abs((result.mean[:, 0] - expected) / error).max() < normal_limit(FIRST, 3)
    assert normal_limit(FIRST, 3) * error[0] < 1 / 1500


def test_ten_thousand_generations_do_not_underflow():
    M, generations, replicates = 10, 10_000, 1000
    log_v, error = chains(scenario(REPLACE, M), generations, replicates)
    assert np.isfinite(log_v).all()
    assert np.isfinite(error).all()
    assert log_v[-1].max() < -800
    a = (M - 1) / 2
    mean, variance = special.digamma(a) - np.log(a), special.polygamma(1, a)
    for t in (100, generations):
        z = (log_v[t - 1].mean() - t * mean) / np.sqrt(t * variance / replicates)
        assert abs(z) < normal_limit(LONG, 2)


@pytest.mark.parametrize(
    ("retention", "changes", "line"),
    [
        (
            {"kind": "window", "length": 3},
            {},
            'no kernel yet covers retention.kind = "window" for a gaussian source; '
            'covered: "replace", "real_share" or "accumulate"',
        ),
        (
            REPLACE,
            {"source": {"kind": "gaussian", "mean": [0, 0], "covariance": [[1, 0], [0, 1]]}},
            "no kernel yet covers a gaussian source in 2 dimensions; covered: 1 dimension",
        ),
        (
            REPLACE,
            {"source": {"kind": "exponential", "mean": 1.0}, "estimator": {"kind": "likelihood"}},
            'no kernel yet covers source.kind = "exponential"; covered: "gaussian", "tokens", "zipf"',
        ),
        (
            REPLACE,
            {"estimator": {"kind": "kernel", "bandwidth": 0.1}},
            'no kernel yet covers estimator.kind = "kernel" for a gaussian source; covered: "moments"',
        ),
        (
            REPLACE,
            {"sampler": {"kind": "scaled", "variance_factor": 0.9}},
            'no kernel yet covers sampler.kind = "scaled" for a gaussian source; covered: "faithful"',
        ),
        (
            share("iid", 0.5),
            {"contamination": {"share": 0.1}},
            "no kernel yet covers contamination; covered: scenarios without it",
        ),
        (
            share("iid", 0.5),
            {"sample_size": {"kind": "explicit", "sizes": [4, 5]}},
            'no kernel yet covers sample_size.kind = "explicit" with scheme "iid" for a gaussian source; '
            "covered: sizes that stay the same",
        ),
        (
            share("iid", 0.5),
            {"sample_size": {"kind": "constant", "size": 10**8}},
            'no kernel yet covers sample_size.size = 100000000 with scheme "iid" and share 0.5 for a gaussian source; '
            "covered: sizes whose number of real points has at most 16384 likely values",
        ),
    ],
)
def test_what_no_kernel_covers_is_said_in_one_line(retention, changes, line):
    s = parse_scenario(scenario(retention).dump() | changes)
    with pytest.raises(NoKernel) as refusal:
        kernel_for(s)
    assert refusal.value.lines == (line,)
