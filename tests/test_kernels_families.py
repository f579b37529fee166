"""Uniform, exponential, Poisson, mixture and regression chains: plain recursions, known laws, edges, long runs."""

import jax.numpy as jnp
import numpy as np
import pytest
from budget import declare, normal_limit
from points_twin import one_parameter_twin, regression_twin
from scipy import stats
from scipy.special import digamma, logsumexp
from suites import every_run

from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.host_bits import generator
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.families.branching import LARGEST_DIRECT, poisson
from simulations.kernels.families.mixture_fit import FEWEST_POINTS, Components, likeliest
from theory.scenario import parse_scenario

TWINS = declare("small families against chains of plain arrays", 1e-8)
KNOWN = declare("small families against closed forms", 2e-9)
LAWS = declare("uniform chains and large Poisson numbers against their laws", 2e-9)

REPLACE, ACCUMULATE = {"kind": "replace"}, {"kind": "accumulate", "first": 4}
SHARES = {name: {"kind": "real_share", "scheme": name, "share": 0.3} for name in ("iid", "stratified", "fixed")}
POOL = {"kind": "pool", "real": [5, 2, 3], "synthetic": [0, 4, 5]}
SOURCES = {
    "uniform": {"kind": "uniform", "upper": 3.0},
    "exponential": {"kind": "exponential", "mean": 0.5},
    "poisson": {"kind": "poisson", "rate": 1.5},
}


def scenario(source, retention=REPLACE, size=10):
    tables = {"source": source, "retention": retention}
    if retention["kind"] not in ("pool", "weighted"):
        tables["sample_size"] = {"kind": "constant", "size": size}
    return parse_scenario(tables)


def regression(d, design, noise_variance=1.0):
    return {"kind": "regression", "dimension": d, "noise_variance": noise_variance, "design": design}


def chains(s, statistic, generations, replicates, record=None):
    return trajectories(
        s,
        generations=generations,
        replicates=replicates,
        seed=1,
        statistics=[Requested(statistic)],
        record=record or [generations],
    )[0]


def agree(x, y, limit):
    assert stats.ks_2samp(x, y, method="asymp").pvalue > limit
    z = (x.mean() - y.mean()) / np.sqrt(x.var() / len(x) + y.var() / len(y))
    assert abs(z) < normal_limit(limit)


CASES = [
    *((family, retention) for family in SOURCES for retention in (REPLACE, ACCUMULATE, *SHARES.values(), POOL)),
    ("poisson", {"kind": "window", "length": 2}),
    ("poisson", {"kind": "forgetting", "rate": 0.4}),
]


SECONDARY = ("uniform accumulate", "uniform stratified", "uniform pool", "poisson accumulate", "poisson stratified")


def named(case):
    family, retention = case
    return f"{family} {retention.get('scheme', retention['kind'])}"


NAMED = {named(case): case for case in CASES}


@pytest.mark.parametrize("name", every_run(NAMED, [name for name in NAMED if name not in SECONDARY]))
def test_one_parameter_chains_have_the_law_of_a_plain_recursion(name):
    family, retention = NAMED[name]
    s = scenario(SOURCES[family], retention, 10)
    ours = chains(s, "log_variance", 3, 2**11 if family == "poisson" else 2**14)[0]
    parameter = one_parameter_twin(s, 3, 2**14, seed=2)[-1]
    factor, power = {"uniform": (1 / 12, 2), "exponential": (1.0, 2), "poisson": (1.0, 1)}[family]
    alive = np.isfinite(ours)
    assert not (parameter <= 0).any() or family == "poisson"
    agree(ours[alive], np.log(factor * parameter[parameter > 0] ** power), TWINS / (2 * len(CASES) + 30))


def test_the_largest_of_uniform_points_shrinks_by_a_gamma_number_of_nats():
    s, t, M = scenario(SOURCES["uniform"], REPLACE, 10), 7, 10
    log_v = chains(s, "log_variance", t, 2**14)[0]
    lost = 0.5 * (np.log(9.0 / 12.0) - log_v)
    assert stats.kstest(lost, lambda x: stats.gamma.cdf(x, t, scale=1 / M)).pvalue > LAWS / 4


MEANS = {
    "exponential": (
        scenario(SOURCES["exponential"]),
        20,
        "log_variance",
        40 * (digamma(10) - np.log(10)) + np.log(0.25),
    ),
    "uniform": (scenario(SOURCES["uniform"]), 5, "variance", 0.75 * (10 / 12) ** 5),
    "fresh rows": (scenario(regression(5, "fresh"), REPLACE, 20), 6, "excess_risk", 30 / 14),
    "the same rows": (scenario(regression(5, "reused"), REPLACE, 20), 6, "excess_risk", 30 / 14),
    "all rows": (
        scenario(regression(5, "fresh"), {"kind": "accumulate"}, 20),
        6,
        "excess_risk",
        5 * sum(1 / (i * (20 * i - 6)) for i in range(1, 7)),
    ),
    "all of the same rows": (
        scenario(regression(5, "reused"), {"kind": "accumulate"}, 20),
        6,
        "excess_risk",
        5 / 14 * sum(1 / i**2 for i in range(1, 7)),
    ),
}


@pytest.mark.parametrize("name", every_run(MEANS, ("exponential", "uniform", "all of the same rows")))
def test_means_are_those_of_closed_forms(name):
    s, t, statistic, expected = MEANS[name]
    result = run_ensemble(s, generations=t, replicates=2**13, seed=1, statistics=[Requested(statistic)], record=[t])
    z = (result.mean[0, 0] - expected) / result.standard_error[0, 0]
    assert abs(z) < normal_limit(KNOWN, len(MEANS) + 2)


def test_poisson_chains_die_out_as_a_branching_process_does():
    result = run_ensemble(
        scenario({"kind": "poisson", "rate": 2.0}, REPLACE, 5),
        generations=10,
        replicates=2**12,
        seed=1,
        statistics=[Requested("variance_cdf", 0.0), Requested("variance")],
        record=[10],
    )
    generating = 0.0
    for _ in range(9):
        generating = np.exp(generating - 1.0)
    expected = np.array([np.exp(10 * (generating - 1.0)), 2.0])
    assert expected[0] == pytest.approx(0.178611, abs=1e-6)
    z = (result.mean[:, 0] - expected) / result.standard_error[:, 0]
    assert np.abs(z).max() < normal_limit(KNOWN, len(MEANS) + 2)


@pytest.mark.parametrize("mean", [3 * LARGEST_DIRECT, 1e13])
def test_large_poisson_numbers_are_normal_to_six_digits(mean):
    key = np.array([1, 2], np.uint32)
    counts = np.array([poisson(generator(key, 1, i), mean) for i in range(4000)])
    z = (counts - mean) / np.sqrt(mean)
    assert stats.kstest(z, stats.norm.cdf).pvalue > LAWS / 4
    assert set(counts % 2) == {0, 1}
    assert poisson(generator(key, 1, 0), 0.0) == 0


TRAINED = {
    "replace": REPLACE,
    "accumulate": {"kind": "accumulate"},
    **SHARES,
    "forgetting": {"kind": "forgetting", "rate": 0.4},
    "weighted": {"kind": "weighted", "weight": 0.6, "real": 6, "synthetic": 9},
}
DESIGNS = [(design, policy) for design in ("fresh", "reused") for policy in TRAINED if policy != "weighted"]
DESIGNS.append(("fresh", "weighted"))
ONE_DESIGN = [
    ("fresh", "replace"),
    ("fresh", "iid"),
    ("fresh", "fixed"),
    ("reused", "accumulate"),
    ("reused", "stratified"),
    ("fresh", "weighted"),
]


@pytest.mark.parametrize("rows", every_run(DESIGNS, ONE_DESIGN), ids=" ".join)
def test_regressions_have_the_law_of_numpy_on_all_rows(rows):
    design, policy = rows
    s = scenario(regression(3, design, 4.0), TRAINED[policy], 10)
    ours, theirs = chains(s, "excess_risk", 3, 2**11)[0], regression_twin(s, 3, 600, seed=2)[-1]
    agree(np.log(ours), np.log(theirs), TWINS / (2 * len(CASES) + 30))


@pytest.mark.parametrize(("design", "policy"), [("fresh", "replace"), ("reused", "stratified")])
def test_a_ridge_is_the_one_of_a_linear_solve(design, policy):
    source = {**regression(3, design, 4.0), "signal": 9.0}
    tables = {"source": source, "retention": TRAINED[policy], "estimator": {"kind": "least_squares", "ridge": 5.0}}
    s = parse_scenario({**tables, "sample_size": {"kind": "constant", "size": 10}})
    ours, theirs = chains(s, "excess_risk", 3, 2**11)[0], regression_twin(s, 3, 600, seed=2)[-1]
    agree(np.log(ours), np.log(theirs), TWINS / (2 * len(CASES) + 30))


def test_as_many_rows_as_coefficients_and_no_noise():
    assert np.isfinite(chains(scenario(regression(4, "fresh"), REPLACE, 4), "excess_risk", 3, 500)).all()
    assert (chains(scenario(regression(1, "reused", 0.0), REPLACE, 1), "excess_risk", 3, 10) == 0).all()


def mixture(**changes):
    return {"kind": "mixture", "weights": [0.3, 0.7], "means": [-50, 50], "variances": [1, 9]} | changes


def test_components_far_apart_are_a_count_and_two_gaussians():
    """Every point belongs to one component: weights are counts, variances those of the component's own points."""
    M, R = 30, 2**11
    s = scenario(mixture(), REPLACE, M)
    ours = chains(s, "log_variance", 2, R)[0], chains(s, "heterozygosity", 2, R)[0]
    rng, theirs = np.random.default_rng(2), []
    for _ in range(2**12):
        w, m, v = np.array([0.3, 0.7]), np.array([-50.0, 50.0]), np.array([1.0, 9.0])
        for _ in range(2):
            label = rng.random(M) < w[1]
            points = np.where(label, rng.normal(m[1], np.sqrt(v[1]), M), rng.normal(m[0], np.sqrt(v[0]), M))
            groups = [points[~label], points[label]]
            if min(map(len, groups)) < FEWEST_POINTS:
                kept = int(np.argmax([len(g) for g in groups]))
                groups = [points if i == kept else points[:0] for i in range(2)]
            w = np.array([len(g) / M for g in groups])
            m, v = (np.array([f(g) if len(g) else 0.0 for g in groups]) for f in (np.mean, np.var))
        theirs.append((np.log(w @ (v + m**2) - (w @ m) ** 2), 1 - (w**2).sum()))
    for x, y in zip(ours, np.array(theirs).T, strict=True):
        agree(x.round(9), y.round(9), TWINS / (2 * len(CASES) + 30))


def plain_em(x, w, m, v, steps):
    for _ in range(steps):
        log_joint = np.log(w) - 0.5 * np.log(v) - 0.5 * (x[:, None] - m) ** 2 / v
        r = np.exp(log_joint - logsumexp(log_joint, axis=1)[:, None])
        n = r.sum(0)
        w, m = n / len(x), (r * x[:, None]).sum(0) / n
        v = (r * (x[:, None] - m) ** 2).sum(0) / n
    return w, m, v


def test_a_fit_is_where_plain_expectation_maximisation_ends():
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(-2, 1, 60), rng.normal(2, 0.5, 60)])
    w, m, v = np.array([0.5, 0.5]), np.array([-1.0, 1.0]), np.array([1.0, 1.0])
    counted = np.arange(130) < 120
    padded = np.concatenate([x, np.full(10, 77.0)])
    fit = likeliest(
        Components(w, m, 0.5 * np.log(v)), jnp.asarray((padded[:, None] - m) / np.sqrt(v)), jnp.asarray(counted)
    )
    expected = plain_em(x, w, m, v, 500)
    ours = np.array(fit.weights), np.array(fit.means), np.exp(2 * np.array(fit.log_deviations))
    for a, b in zip(ours, expected, strict=True):
        assert a == pytest.approx(b, rel=1e-3)


def test_a_component_with_fewer_than_two_points_dies_and_stays_dead():
    s = scenario(mixture(weights=[0.1, 0.9]), REPLACE, 20)
    alive = chains(s, "vocabulary", 12, 100, record=[1, 6, 12])
    assert set(np.unique(alive)) == {1.0, 2.0}
    assert (np.diff(alive, axis=0) <= 0).all()
    assert (chains(scenario(mixture(), REPLACE, 1), "log_variance", 2, 20) == -np.inf).all()


@pytest.mark.parametrize("policy", every_run(TRAINED, ("fixed",)))
def test_a_mixture_of_one_is_a_gaussian(policy):
    s = scenario(mixture(weights=[1.0], means=[2.0], variances=[4.0]), TRAINED[policy], 10)
    plain = parse_scenario(
        s.dump()
        | {
            "source": {"kind": "gaussian", "mean": 2.0, "variance": 4.0},
            "estimator": {"kind": "moments", "divisor": "mle"},
        }
    )
    ours, theirs = (chains(one, "log_variance", 3, 2**12)[0] for one in (s, plain))
    agree(ours, theirs, TWINS / (2 * len(CASES) + 30))


@pytest.mark.parametrize(
    ("source", "size"),
    [
        (SOURCES["uniform"], 2),
        (SOURCES["exponential"], 2),
        pytest.param(mixture(means=[-1, 1]), 12, marks=pytest.mark.slow),
    ],
)
def test_thousands_of_generations_do_not_underflow(source, size):
    record = [600] if source["kind"] == "mixture" else [4000]
    log_v = chains(scenario(source, REPLACE, size), "log_variance", record[0], 20)
    assert np.isfinite(log_v).all()
    assert (log_v < -30).all()


@pytest.mark.parametrize("family", ["uniform", "exponential"])
def test_one_point_and_a_million_billion(family):
    for size in (1, 10**15):
        assert np.isfinite(chains(scenario(SOURCES[family], REPLACE, size), "log_variance", 3, 50)).all()


def test_what_is_not_covered_is_said_in_one_line():
    with pytest.raises(NoKernel) as refusal:
        kernel_for(scenario(SOURCES["uniform"], {"kind": "window", "length": 2}))
    assert refusal.value.lines == (
        'no kernel yet covers retention.kind = "window" for a uniform source; '
        'covered: "replace", "real_share", "accumulate" or "pool"',
    )
