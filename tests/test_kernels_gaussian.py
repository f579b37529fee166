"""Gaussian kernels: the law of chains that draw every point, exact edges, no underflow, a clear word on the rest."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from budget import declare, normal_limit
from gaussian_twins import gaussian_replay, gaussian_twin
from scipy import special, stats
from suites import every_run

from simulations.bits import chain_key, generation_key
from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.kernel import Kernel
from simulations.lane import advanced
from theory.scenario import parse_scenario

TWINS = declare("Gaussian kernels against chains that draw every point", 1e-8)
FIRST = declare("log-variance of two million first fits", 1e-9)
LONG = declare("log-variance after ten thousand generations", 1e-9)
STATIONARY = declare("chi-square of chains made of real points alone", 1e-9)
SHRINKING = declare("log-variance steps of collapsing chains, early and late", 2e-9)
KNOWN_LAWS = declare("chains with a known mean or variance beside ones that draw every point", 1e-7)
GENERATIONS, CHAINS, TWIN_CHAINS = 3, 2**16, 2**15


def scenario(retention, size=10, divisor="unbiased", mean=0.0, variance=1.0, sampler=None, **offset):
    tables = {
        "source": {"kind": "gaussian", "mean": mean, "variance": variance},
        "retention": retention,
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    }
    if retention["kind"] not in ("weighted", "pool"):
        constant = {"kind": "constant", "size": size}
        explicit = {"kind": "explicit", "sizes": size}
        tables["sample_size"] = size if isinstance(size, dict) else explicit if isinstance(size, list) else constant
    if sampler is not None:
        tables["sampler"] = sampler
    return parse_scenario(tables)


def share(scheme, share):
    return {"kind": "real_share", "scheme": scheme, "share": share}


def weighted(weight, real, synthetic):
    return {"kind": "weighted", "weight": weight, "real": real, "synthetic": synthetic}


def window(length, **real):
    return {"kind": "window", "length": length, **real}


def forgetting(rate):
    return {"kind": "forgetting", "rate": rate}


def pool(real, synthetic):
    return {"kind": "pool", "real": real, "synthetic": synthetic}


def scaled(factor):
    return {"kind": "scaled", "variance_factor": factor}


def tilt(strength, centre=None):
    if centre is None:
        return {"kind": "tilt", "strength": strength, "reward": "value"}
    return {"kind": "tilt", "strength": strength, "reward": "quadratic", "centre": centre}


REPLACE, ACCUMULATE = {"kind": "replace"}, {"kind": "accumulate"}

BIASED = {"first_fit": "biased"}
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
    "iid on a list of sizes": scenario(share("iid", 0.4), [5, 9, 2], "mle", 1.0, 2.0),
    "iid, a number of real points": scenario({"kind": "real_share", "scheme": "iid", "real": 2}, [8, 4, 6]),
    "weighted": scenario(weighted(0.3, 6, 9), divisor="unbiased", mean=1.0, variance=3.0),
    "weighted by maximum likelihood": scenario(weighted(0.6, 3, 12), divisor="mle"),
    "weighted, few real points": scenario(weighted(0.2, 2, 7), divisor="offset", offset=0.5),
    "window": scenario(window(2), 8, "mle", 1.0, 2.0),
    "window as long as the run": scenario(window(3), 5),
    "window on a list of sizes": scenario(window(2), [6, 3, 9]),
    "window with real points": scenario(window(3, real=2), 6, "mle", 1.0, 2.0),
    "window with a share on a list of sizes": scenario(window(2, share=0.5), [6, 4, 8], sampler=scaled(1.2)),
    "forgetting": scenario(forgetting(0.3), 9, "unbiased", -2.0, 0.5),
    "forgetting on growing sizes": scenario(forgetting(0.7), {"kind": "geometric", "size": 4, "ratio": 2.0}, "mle"),
    "pool": scenario(pool([6, 2, 3], [0, 5, 4]), divisor="mle", mean=2.0),
    "pool that grows": scenario(pool({"kind": "constant", "size": 4}, {"kind": "constant", "size": 7}), variance=2.0),
    "pool with empty batches": scenario(pool([3, 0, 2], [0, 4, 0]), divisor="offset", offset=0.3),
    "replace, scaled": scenario(REPLACE, 7, "mle", 1.0, 4.0, scaled(1.4)),
    "stratified, scaled": scenario(share("stratified", 0.5), 8, sampler=scaled(0.6)),
    "fixed, scaled": scenario(share("fixed", 0.5), 8, "mle", sampler=scaled(0.5)),
    "iid, scaled": scenario(share("iid", 0.5), 8, "mle", sampler=scaled(2.0)),
    "accumulate, scaled": scenario(ACCUMULATE, 6, sampler=scaled(0.7)),
    "weighted, scaled": scenario(weighted(0.4, 5, 8), sampler=scaled(0.7)),
    "window, scaled": scenario(window(2), 8, sampler=scaled(0.8)),
    "forgetting, scaled": scenario(forgetting(0.5), 6, "mle", sampler=scaled(0.8)),
    "pool, scaled": scenario(pool([4, 3, 3], [0, 6, 6]), sampler=scaled(0.5)),
    "accumulate, scaled from the first fit on": scenario(ACCUMULATE, 6, sampler=scaled(0.5) | BIASED),
    "forgetting, tilted from the first fit on": scenario(forgetting(0.5), 6, "mle", 1.0, 2.0, tilt(0.7) | BIASED),
    "window, drawn to a centre from the first fit on": scenario(
        window(2), 8, "mle", 1.0, 4.0, tilt(0.3, -1.0) | BIASED
    ),
    "replace, tilted": scenario(REPLACE, 9, "unbiased", 1.0, 2.0, tilt(0.3)),
    "window, tilted": scenario(window(2), 7, "mle", 1.0, 2.0, tilt(-0.4)),
    "replace, drawn to a centre": scenario(REPLACE, 9, "mle", 1.0, 4.0, tilt(0.3, -1.0)),
    "stratified, drawn to a centre": scenario(share("stratified", 0.5), 8, "mle", 1.0, 4.0, tilt(0.5, 3.0)),
}


def chains(s, generations=GENERATIONS, replicates=CHAINS, seed=1, statistics=("log_variance", "mean_squared_error")):
    return trajectories(
        s,
        generations=generations,
        replicates=replicates,
        seed=seed,
        statistics=[Requested(name) for name in statistics],
        record=range(1, generations + 1),
        method="moments",
    )


FAST = (
    "replace",
    "replace in other units",
    "stratified on growing sizes",
    "fixed",
    "iid",
    "accumulate on a list of sizes",
    "weighted",
    "window on a list of sizes",
    "forgetting",
    "pool with empty batches",
    "stratified, scaled",
    "window, scaled",
    "replace, tilted",
    "replace, drawn to a centre",
    "window, drawn to a centre from the first fit on",
)
"""Every policy, every sampler, every divisor, at full power."""

fast_cases = pytest.mark.parametrize("name", every_run(CASES, FAST))


@fast_cases
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


@fast_cases
def test_chains_follow_their_random_bits(name):
    """The same bits through scipy's quantiles and plain sums of squares, over two blocks where the sizes last."""
    s = CASES[name]
    generations = 70 if s.sample_size is not None and s.sample_size.constant else GENERATIONS
    if s.sampler.kind == "tilt":
        generations = GENERATIONS
    mean, variance = gaussian_replay(s, generations, 5, seed=3)
    log_v, error = chains(s, generations, 5, seed=3)
    assert np.abs(log_v - np.log(variance)).max() < 1e-10
    assert np.sqrt(error) == pytest.approx(np.abs(mean - s.source.mean), rel=1e-9, abs=1e-11)


KNOWN = {
    f"{kind}, {name}": parse_scenario(CASES[name].dump() | {"estimator": {"kind": kind}})
    for kind, names in {
        "known_mean": (
            "replace in other units", "stratified on growing sizes", "fixed", "iid", "accumulate", "weighted",
            "window on a list of sizes", "window with real points", "forgetting", "pool", "replace, scaled",
        ),
        "known_variance": (
            "replace on a list of sizes", "stratified", "fixed", "iid", "accumulate", "weighted", "window",
            "forgetting", "pool", "replace, tilted",
        ),
    }.items()
    for name in names
}  # fmt: skip


FEW_KNOWN = (
    "known_mean, replace in other units", "known_mean, iid", "known_mean, weighted",
    "known_mean, window on a list of sizes", "known_mean, forgetting", "known_variance, fixed",
    "known_variance, replace on a list of sizes",
)  # fmt: skip


@pytest.mark.parametrize("name", every_run(KNOWN, FEW_KNOWN))
def test_what_is_known_stays_and_the_rest_has_the_law_of_chains_that_draw_every_point(name):
    s, many = KNOWN[name], 2**13
    log_v, error = chains(s, replicates=many)
    mean, variance = gaussian_twin(s, GENERATIONS, many, seed=2)
    limit = KNOWN_LAWS / (len(KNOWN) * 2 * GENERATIONS)
    if s.estimator.kind == "known_mean":
        assert not error.any()
        ours, theirs = log_v, np.log(variance)
    else:
        assert (log_v == np.log(s.source.variance)).all()
        ours, theirs = error, (mean - s.source.mean) ** 2
    for x, y in zip(ours, theirs, strict=True):
        assert stats.ks_2samp(x, y, method="asymp").pvalue > limit
        z = (np.sqrt(np.abs(x)).mean() - np.sqrt(np.abs(y)).mean()) / np.sqrt(
            (np.sqrt(np.abs(x)).var() + np.sqrt(np.abs(y)).var()) / many
        )
        assert abs(z) < normal_limit(limit)


@pytest.mark.parametrize("kind", ["known_mean", "known_variance"])
@pytest.mark.parametrize(("policy", "sampler"), [({"kind": "accumulate_subsample", "replacement": True}, "faithful"),
                                                 (REPLACE, "truncated")])  # fmt: skip
def test_what_no_kernel_runs_with_something_known_is_refused_by_name(kind, policy, sampler):
    table = {"kind": "truncated", "cutoff": 2.0} if sampler == "truncated" else {"kind": sampler}
    s = parse_scenario(scenario(policy).dump() | {"estimator": {"kind": kind}, "sampler": table})
    with pytest.raises(NoKernel, match="covered: "):
        kernel_for(s)


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


@pytest.mark.parametrize("scheme", every_run(("iid", "stratified"), ("iid",)))
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


COLLAPSING = {
    "replace": scenario(REPLACE, 3),
    "forgetting": scenario(forgetting(0.5), 3, "mle"),
    "window": scenario(window(2), 3, "mle"),
    "window of many": scenario(window(40), 2, "mle"),
    "one fixed point": scenario({"kind": "real_share", "scheme": "fixed", "real": 1}, 4, "mle"),
}


@pytest.mark.parametrize("name", every_run(("window", "one fixed point"), ("window",)))
def test_a_chain_shrinks_at_one_rate_however_far_it_has_shrunk(name):
    """Differences of means far below the last digit of a mean still count: the step of log v keeps its law."""
    log_v, error = chains(COLLAPSING[name], 3500, 4096)
    assert log_v[-1].max() < -745
    assert np.isfinite(error).all()
    early, late = log_v[200] - log_v[199], log_v[-1] - log_v[-2]
    assert stats.ks_2samp(early, late, method="asymp").pvalue > SHRINKING / 2


@pytest.mark.parametrize("name", every_run(COLLAPSING, ("window",)))
def test_a_step_from_log_variance_minus_a_hundred_thousand_is_a_step_from_zero(name):
    for t in (2, 3):
        here, there = stepped(COLLAPSING[name], 0.0, t), stepped(COLLAPSING[name], -1e5, t)
        assert np.abs(there.model.log_ratio + 1e5 - here.model.log_ratio).max() < 1e-10
        assert (there.model.shift == 0.0).all()
        for a, b in zip(jax.tree.leaves(here.held), jax.tree.leaves(there.held), strict=True):
            assert np.array_equal(a, b)


@pytest.mark.parametrize(
    "name", every_run(("stratified", "iid", "weighted", "pool that grows", "window with real points"), ("iid",))
)
def test_real_points_lead_back_from_any_depth(name):
    near, far = stepped(CASES[name], -200.0, 2), stepped(CASES[name], -1e5, 2)
    some_real = np.asarray(near.model.log_ratio) > -100
    assert some_real.any()
    for a, b in zip(near.model, far.model, strict=True):
        assert np.abs(a - b)[some_real].max() < 1e-12
    assert np.isfinite(far.model.log_ratio).all()


def stepped(s, log_ratio, t, replicates=300):
    """States one step after generation t - 1 had shift 0 and this log variance."""
    kernel = kernel_for(s, 4, method="moments")
    row = jax.tree.map(lambda a: a[t - 1], kernel.rows(1))
    state = kernel.program.start()
    state = state._replace(model=state.model._replace(log_ratio=jnp.float64(log_ratio)))
    key = generation_key(chain_key(4, "depth"), np.uint32(t))
    return _stepped(kernel.program, kernel.tables, row, key, jnp.arange(replicates, dtype=jnp.uint32), state)


@partial(jax.jit, static_argnames="program")
def _stepped(program, tables, row, key, replicates, state):
    return jax.vmap(lambda r: program.step(tables, row, key, r, state))(replicates)


@pytest.mark.parametrize(
    "retentions",
    [
        (REPLACE,),
        (ACCUMULATE, {"kind": "accumulate", "first": 7}, forgetting(0.3), forgetting(1.0)),
        (share("stratified", 0.5), weighted(0.2, 3, 70), weighted(0.9, 900, 2), pool([3, 2], [0, 5])),
        ({"kind": "real_share", "scheme": "fixed", "real": 1}, share("fixed", 0.75)),
        (share("iid", 0.1), share("iid", 0.9)),
        (window(3),),
        (window(2, share=0.25), window(2, real=0)),
    ],
)
def test_one_program_serves_every_size_divisor_and_share(retentions):
    """A program is compiled once for each set of parts (with "iid", for each padded size of its tables)."""
    grid = [
        scenario(retention, size, divisor, sampler=sampler)
        for retention in retentions
        for size in ((4, 100) if retention.get("scheme") == "iid" else (4, 100, 100_000))
        for divisor, sampler in (("mle", None), ("unbiased", scaled(0.5)))
    ]
    before = advanced._cache_size()
    for s in grid:
        chains(s, 2, 4)
    assert advanced._cache_size() - before <= 1


@pytest.mark.parametrize(
    ("retention", "changes", "line"),
    [
        (
            {"kind": "accumulate_subsample", "replacement": True},
            {},
            'retention.kind = "accumulate_subsample" for a gaussian source; covered: "replace", "real_share", '
            '"accumulate", "weighted", "window", "forgetting" or "pool"',
        ),
        (
            pool([3, 2], [0, 4]) | {"budget": 5},
            {},
            "retention.budget for a gaussian source; covered: pools without it",
        ),
        (
            REPLACE,
            {"source": {"kind": "gaussian", "mean": [0, 0], "covariance": [[1, 0], [0, 1]]}},
            "a gaussian source in 2 dimensions; covered: 1 dimension",
        ),
        (
            REPLACE,
            {"estimator": {"kind": "kernel", "bandwidth": 0.1}},
            'estimator.kind = "kernel" for a gaussian source; covered: "moments", "known_mean" or "known_variance"',
        ),
        (
            REPLACE,
            {"sampler": {"kind": "truncated", "cutoff": 2.0}},
            'sampler.kind = "truncated" for a gaussian source; covered: "faithful", "scaled" or "tilt"',
        ),
        (
            REPLACE,
            {"sampler": tilt(-0.5, 0.0)},
            'sampler.strength = -0.5 with reward "quadratic"; covered: strengths of at least 0, as the tilt of a wide '
            "model has no integral below",
        ),
        (share("iid", 0.5), {"contamination": {"share": 0.1}}, "contamination; covered: scenarios without it"),
        (
            share("iid", 0.5),
            {"sample_size": {"kind": "constant", "size": 10**8}},
            '100000000 points with scheme "iid" and share 0.5 for a gaussian source; covered: sizes whose number of '
            "real points has at most 16384 likely values, and 8388608 in all generations",
        ),
    ],
)
def test_what_moments_do_not_tell_is_said_in_one_line(retention, changes, line):
    s = parse_scenario(scenario(retention).dump() | changes)
    with pytest.raises(NoKernel) as refusal:
        kernel_for(s, method="moments")
    assert refusal.value.lines == (f'method "moments" does not cover {line}',)


def test_sizes_that_change_too_often_are_refused_by_their_tables():
    s = scenario(share("iid", 0.5), {"kind": "polynomial", "size": 1000, "power": 1.0})
    assert isinstance(kernel_for(s, 100, method="moments"), Kernel)
    with pytest.raises(NoKernel, match=r"2000000 points .* 8388608 in all generations"):
        kernel_for(s, 2000, method="moments")
