"""Points that are really drawn: every policy, sampler and estimator against a plain recursion, known moments, edges."""

import jax
import numpy as np
import pytest
from budget import declare, normal_limit
from points_twin import point_twin
from scipy import stats
from scipy.special import ndtri
from suites import every_run

from simulations.ensemble import Requested, estimate, run_ensemble, trajectories
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.choice import chosen
from simulations.kernels.method import Question
from simulations.kernels.points.points_pool import swapped
from theory.scenario import InputError, parse_scenario

TWINS = declare("drawn points against chains of plain arrays", 1e-8)
KNOWN = declare("drawn points against closed forms", 2e-9)
CHAINS, GENERATIONS = 2**13, 3

MLE, UNBIASED = ({"kind": "moments", "divisor": divisor} for divisor in ("mle", "unbiased"))
REPLACE = {"kind": "replace"}
GROWING = {"kind": "explicit", "sizes": [6, 9, 13]}


def share(scheme, share=0.3):
    return {"kind": "real_share", "scheme": scheme, "share": share}


def subsample(replacement):
    return {"kind": "accumulate_subsample", "replacement": replacement}


def pool(**budget):
    return {"kind": "pool", "real": [5, 2, 3], "synthetic": [0, 4, 5], **budget}


def best_of(k, **reward):
    return {"kind": "best_of", "k": k, **reward}


def scenario(retention=REPLACE, size=10, estimator=MLE, sampler=None, mean=0.0, variance=1.0):
    sizes = {"kind": "constant", "size": size} if isinstance(size, int) else size
    tables = {
        "source": {"kind": "gaussian", "mean": mean, "variance": variance},
        "sample_size": sizes,
        "retention": retention,
        "estimator": estimator,
        "sampler": sampler,
    }
    return parse_scenario({name: table for name, table in tables.items() if table is not None})


NARROW = {"kind": "truncated", "cutoff": 1.2}
BIASED = {"first_fit": "biased"}
FIXED_WIDTH, OWN_WIDTH = {"kind": "kernel", "bandwidth": 0.5}, {"kind": "kernel", "relative": 0.4}

CASES = {
    "replace": scenario(estimator=UNBIASED, mean=3.0, variance=4.0),
    "iid": scenario(share("iid"), GROWING),
    "stratified": scenario(share("stratified"), 10),
    "fixed": scenario(share("fixed"), 10, UNBIASED),
    "accumulate": scenario({"kind": "accumulate", "first": 4}, 7),
    "truncated in a window": scenario({"kind": "window", "length": 2}, GROWING, UNBIASED, NARROW, 2.0, 9.0),
    "truncated and forgotten": scenario({"kind": "forgetting", "rate": 0.4}, 6, MLE, NARROW),
    "truncated and weighted": scenario(
        {"kind": "weighted", "weight": 0.3, "real": 5, "synthetic": 7}, None, UNBIASED, NARROW
    ),
    "truncated pool": scenario(pool(), None, MLE, NARROW),
    "truncated in a window with real points": scenario(
        {"kind": "window", "length": 2, "real": 2}, 6, MLE, NARROW, 2.0, 9.0
    ),
    "scaled in a window": scenario({"kind": "window", "length": 3}, 6, MLE, {"kind": "scaled", "variance_factor": 0.5}),
    "truncated from the first fit on": scenario(subsample(True), 6, UNBIASED, NARROW | BIASED, 2.0, 9.0),
    "nearest of 3 from the first fit on": scenario(
        {"kind": "accumulate"}, 6, MLE, best_of(3, reward="quadratic", centre=2.0) | BIASED, 1.0, 4.0
    ),
    "largest of 4": scenario(share("stratified"), 10, MLE, best_of(4, reward="value"), 1.0, 4.0),
    "nearest of 3": scenario(REPLACE, 6, UNBIASED, best_of(3, reward="quadratic", centre=2.0), 1.0, 4.0),
    "subset without replacement": scenario(subsample(False), GROWING, UNBIASED, None, 1.0, 2.0),
    "subset with replacement": scenario(subsample(True), 6),
    "pool with a budget": scenario(pool(budget=7), None),
    "kernel of fixed width": scenario(REPLACE, GROWING, FIXED_WIDTH, None, 1.0, 4.0),
    "kernel relative to the points as they are": scenario(REPLACE, 5, OWN_WIDTH | {"sd": "mle"}, None, 1.0, 4.0),
    "kernel relative to the model": scenario(share("fixed"), 10, OWN_WIDTH | {"sd": "model"}, None, 1.0, 4.0),
    "kernel of relative width": scenario(share("stratified"), 10, OWN_WIDTH, None, 1.0, 4.0),
    "kernel with fixed points": scenario(share("fixed"), 10, OWN_WIDTH),
    "kernel by coins": scenario(share("iid"), 6, FIXED_WIDTH),
    "kernel on everything": scenario(pool(), None, OWN_WIDTH, None, 1.0, 4.0),
    "kernel on a subset": scenario(subsample(False), 6, OWN_WIDTH),
    "kernel on draws from everything": scenario(subsample(True), 6, FIXED_WIDTH),
}


def chains(s, generations=GENERATIONS, replicates=CHAINS, record=None, method="points"):
    return trajectories(
        s,
        generations=generations,
        replicates=replicates,
        seed=1,
        statistics=[Requested("log_variance"), Requested("mean_squared_error")],
        record=record or [generations],
        method=method,
    )


FAST = (
    "replace",
    "iid",
    "fixed",
    "accumulate",
    "truncated in a window",
    "truncated and forgotten",
    "truncated and weighted",
    "largest of 4",
    "nearest of 3 from the first fit on",
    "nearest of 3",
    "subset without replacement",
    "pool with a budget",
    "kernel on a subset",
)


@pytest.mark.parametrize("name", every_run(CASES, FAST))
def test_chains_have_the_law_of_a_plain_recursion(name):
    s, limit = CASES[name], TWINS / (len(CASES) * 3)
    log_v, error = chains(s)
    mean, variance = point_twin(s, GENERATIONS, CHAINS, seed=2)
    with np.errstate(divide="ignore"):
        theirs = np.log(np.where(variance[-1] > 1e-25, variance[-1], 0.0)), (mean[-1] - s.source.mean) ** 2
    ours = log_v[-1], error[-1]
    for x, y in zip(ours, theirs, strict=True):
        assert stats.ks_2samp(x, y, method="asymp").pvalue > limit
    products = [error * np.exp(-np.maximum(logs, -50.0)) for logs, error in (ours, theirs)]
    assert stats.ks_2samp(*products, method="asymp").pvalue > limit


def known_mean(s, generations, replicates, statistic):
    result = run_ensemble(
        s,
        generations=generations,
        replicates=replicates,
        seed=1,
        statistics=[Requested(statistic)],
        record=[generations],
        method="points",
    )
    return result.mean[0, 0], result.standard_error[0, 0]


def subset_variance(M, t):
    apart = 1.0
    for k in range(2, t + 1):
        apart *= 1 - (3 * M - 1) / (k * M * (k * M - 1))
    return (1 - 1 / M) * apart


TAU = 0.6230154841
CUT = {"kind": "truncated", "cutoff": float(ndtri(0.95))}

MOMENTS = {
    "truncated at nine tenths": (scenario(REPLACE, 20, UNBIASED, CUT), 4, "variance", TAU**3),
    "its mean": (scenario(REPLACE, 20, UNBIASED, CUT), 4, "mean_squared_error", (1 - TAU**4) / (20 * (1 - TAU))),
    "fixed width": (scenario(REPLACE, 20, {"kind": "kernel", "bandwidth": 0.3}), 15, "variance", 1.8 - 0.8 * 0.95**15),
    "relative width": (scenario(REPLACE, 20, {"kind": "kernel", "relative": 0.2}), 15, "variance", 0.99**15),
    "subset": (scenario(subsample(False), 5), 10, "variance", subset_variance(5, 10)),
    "mean of a subset": (scenario(subsample(False), 5), 10, "mean_squared_error", 1 - subset_variance(5, 10)),
}


@pytest.mark.parametrize("name", every_run(MOMENTS, ("fixed width", "subset")))
def test_means_are_those_of_closed_forms(name):
    s, t, statistic, expected = MOMENTS[name]
    value, error = known_mean(s, t, 2**16, statistic)
    assert abs(value - expected) < normal_limit(KNOWN, len(MOMENTS)) * error
    assert error < 0.01 * expected


LONG = {
    "truncated": scenario(REPLACE, 40, UNBIASED, NARROW),
    "window": scenario({"kind": "window", "length": 2}, 3, UNBIASED, NARROW),
    "nearest": scenario(REPLACE, 5, MLE, best_of(3, reward="quadratic", centre=1.0)),
    "kernel": scenario(REPLACE, 6, {"kind": "kernel", "relative": 0.05}),
}


@pytest.mark.parametrize("name", every_run(LONG, ("window", "kernel")))
def test_fifteen_hundred_generations_do_not_underflow(name):
    log_v, error = chains(LONG[name], 1500, 2, record=[500, 1000, 1500])
    assert np.isfinite(log_v).all()
    assert np.isfinite(error).all()
    assert (np.diff(log_v, axis=0) < -30).all()
    assert (log_v[-1] < -100).all()


def test_a_kernel_that_is_wide_grows_without_end():
    log_v, error = chains(scenario(REPLACE, 6, {"kind": "kernel", "relative": 3.0}), 1000, 8, record=[1000])
    assert (log_v > 1500).all()
    assert not np.isnan(error).any()


ONE = (REPLACE, subsample(True), subsample(False), {"kind": "accumulate"})


@pytest.mark.parametrize("retention", every_run(ONE, (REPLACE,)))
def test_one_point_is_a_model_without_spread(retention):
    log_v, error = chains(scenario(retention, 1), 4, 20, record=[1, 4])
    assert (log_v == -np.inf).all()
    assert (error[0] > 0).all()
    assert error[1] == pytest.approx(error[0], rel=1e-12)


def test_real_points_are_not_cut_unless_the_first_fit_is_biased():
    cut = kernel_for(scenario(sampler=CUT), 2, method="points")
    assert cut.rows(1).sampler.within[0] == 1.0
    assert cut.rows(2).sampler.within[0] == pytest.approx(0.9)
    biased = kernel_for(scenario(sampler=CUT | BIASED), 2, method="points")
    assert biased.rows(1).sampler.within[0] == pytest.approx(0.9)


@pytest.mark.parametrize(
    "s",
    [
        CASES["truncated in a window"],
        pytest.param(scenario(subsample(False), GROWING, OWN_WIDTH), marks=pytest.mark.slow),
    ],
)
def test_a_longer_run_extends_a_shorter_one(s):
    assert (chains(s, 2, 100, [1, 2]) == chains(s, 3, 100, [1, 2])).all()


def test_points_are_chosen_where_no_law_of_a_batch_is_known():
    assert kernel_for(scenario(sampler=NARROW)).measures == "gaussian"
    assert kernel_for(scenario(estimator=OWN_WIDTH)).measures == "gaussian_density"


@pytest.mark.parametrize(
    ("s", "line"),
    [
        (
            scenario({"kind": "window", "length": 2}, 6, OWN_WIDTH),
            'retention.kind = "window" with estimator.kind "kernel"; '
            'covered: "replace", "real_share", "accumulate", "accumulate_subsample" or "pool"',
        ),
        (
            scenario({"kind": "accumulate"}, 6, OWN_WIDTH | {"sd": "model"}),
            'retention.kind = "accumulate" with estimator.sd "model"; covered: "replace" or "real_share"',
        ),
        (
            scenario(REPLACE, 6, {"kind": "known_mean"}),
            'estimator.kind = "known_mean" for a gaussian source; covered: "moments" or "kernel"',
        ),
        (
            scenario(REPLACE, 6, OWN_WIDTH, NARROW),
            'sampler.kind = "truncated" with estimator.kind "kernel"; covered: "faithful"',
        ),
    ],
)
def test_what_is_not_covered_is_said_in_one_line(s, line):
    with pytest.raises(NoKernel) as refusal:
        kernel_for(s, method="points")
    assert refusal.value.lines == (f'method "points" does not cover {line}',)


@pytest.mark.parametrize("M", [10**5, 10**7])
def test_batches_larger_than_a_lane_are_chosen_and_cost_what_they_draw(M):
    s = scenario(REPLACE, M, UNBIASED, NARROW)
    question = Question(s, 5, (5,))
    method = chosen(question)
    assert method.name == "points"
    cost = method.cost(question)
    assert cost.width == kernel_for(s, 5, (5,)).width == 2
    assert cost.nanoseconds > M
    assert cost.lane_bytes > 2 * 8 * M


def test_a_batch_larger_than_a_lane_runs():
    (log_v, error) = chains(scenario(REPLACE, 10**5, UNBIASED, NARROW), 2, 3, record=[1, 2])
    assert np.abs(log_v[0]).max() < 0.05
    assert (np.diff(log_v, axis=0) < -0.5).all()
    assert (error < 1e-3).all()


def test_more_draws_than_counters_are_refused():
    s = scenario(REPLACE, 10**4, MLE, best_of(10**5, reward="quadratic", centre=1.0))
    with pytest.raises(InputError, match=r"among at most 268435456 draws in one generation, got 1024000000: lower"):
        kernel_for(s)


def test_a_pool_beyond_memory_is_refused():
    with pytest.raises(
        InputError, match="a chain of points must hold at most 67108864 points, got 100000000 within 100"
    ):
        kernel_for(scenario(subsample(False), 10**6), 100)


@pytest.mark.parametrize(("n", "length"), [(1, 1), (2, 2), (4, 5), (7, 9), (7, 60)])
def test_swaps_all_at_once_are_swaps_one_by_one(n, length):
    rng, at_once = np.random.default_rng(n), jax.jit(swapped)
    for _ in range(100):
        partner = rng.integers(np.arange(n), length).astype(np.int32)
        one_by_one = np.arange(length)
        for i, j in enumerate(partner):
            one_by_one[[i, j]] = one_by_one[[j, i]]
        head, moved, place = (np.asarray(part) for part in at_once(partner))
        found, inside = np.arange(length), place < length
        found[place[inside]] = moved[inside]
        found[:n] = head
        assert np.array_equal(found, one_by_one)
        assert len(set(place)) == n


@pytest.mark.parametrize("replacement", [True, False])
def test_the_estimate_knows_that_a_pool_grows(replacement):
    """Each generation passes on a pool that is ten times as large; the start of the program is left out."""
    setting = scenario(subsample(replacement), 20)
    costs = [estimate(setting, T, 2048, [Requested("variance")], [T]).seconds - 1.5 for T in (100, 1000)]
    assert costs[1] > 25 * costs[0]


def test_the_estimate_knows_that_sizes_grow():
    growing, constant = scenario(estimator=FIXED_WIDTH, size={"kind": "explicit", "sizes": [10, 1000]}), 10
    costs = [
        estimate(one, 2, 10**6, [Requested("variance")], [2]).seconds - 1.5
        for one in (growing, scenario(estimator=FIXED_WIDTH, size=constant))
    ]
    assert costs[0] > 20 * costs[1]
