"""Same seed, same bits: for every method, whatever the batch, the threads, the devices, the order of cells."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from suites import every_run

from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.kernels.choice import AUTOMATIC, FAMILIES, method_names, methods_of
from simulations.run import run_sweep
from simulations.sweep import parse_sweep
from theory.scenario import parse_scenario

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"kind": "constant", "size": 12}
LINE = {"source": {"kind": "gaussian", "mean": 1.0, "variance": 4.0}, "sample_size": SIZES}
SHARED = {"kind": "real_share", "scheme": "stratified", "share": 0.25}
TOKENS = {"source": {"kind": "zipf", "vocabulary": 30, "exponent": 1.1}, "sample_size": SIZES, "retention": SHARED}
MOMENTS = {"kind": "moments", "divisor": "unbiased"}

PLANE = LINE | {"source": {"kind": "gaussian", "mean": [0.0, 1.0], "covariance": [[2.0, 0.5], [0.5, 1.0]]}}
MIXTURE = {"kind": "mixture", "weights": [0.4, 0.6], "means": [-1.0, 2.0], "variances": [1.0, 0.5]}
REGRESSION = {"kind": "regression", "dimension": 2, "noise_variance": 1.0, "design": "fresh"}
CUT = {"kind": "truncated", "cutoff": 1.5}


def shared(source):
    return {"source": source, "sample_size": SIZES, "retention": SHARED}


CASES = {
    "moments": (LINE | {"retention": SHARED, "estimator": MOMENTS}, "log_variance"),
    "wishart": (PLANE | {"retention": SHARED, "estimator": MOMENTS}, "log_determinant"),
    "points": (LINE | {"retention": SHARED, "estimator": MOMENTS, "sampler": CUT}, "log_variance"),
    "gather": (TOKENS, "entropy"),
    "counts": (TOKENS, "entropy"),
    "coalescent": (TOKENS, "entropy"),
    "lineages": (TOKENS, "vocabulary"),
    "splitting": (shared({"kind": "tokens", "probabilities": [0.4, 0.3, 0.2, 0.1]}), "entropy"),
    "maximum": (shared({"kind": "uniform", "upper": 3.0}), "log_variance"),
    "sum": (shared({"kind": "exponential", "mean": 0.5}), "log_variance"),
    "branching": (shared({"kind": "poisson", "rate": 2.0}), "variance"),
    "em": (shared(MIXTURE) | {"sample_size": {"kind": "constant", "size": 100}}, "log_variance"),
    "rows": (shared(REGRESSION), "excess_risk"),
}
"""A scenario and a statistic for each method."""

every_method = pytest.mark.parametrize("method", CASES)
every_method_but_em = pytest.mark.parametrize("method", every_run(CASES, [name for name in CASES if name != "em"]))
every_method_sketched = pytest.mark.parametrize("method", every_run(CASES, ("moments", "gather", "counts", "lineages")))
GENERATIONS = 5


def of_the_last(method):
    return any(one.of_the_last for family in FAMILIES for one in methods_of(family) if one.name == method)


def chains(method, replicates, generations=GENERATIONS, record=None, **more):
    scenario, statistic = CASES[method]
    record = [generations] if of_the_last(method) else range(generations + 1) if record is None else record
    return trajectories(
        parse_scenario(scenario),
        generations=generations,
        replicates=replicates,
        seed=7,
        statistics=[Requested(statistic)],
        record=record,
        method=method,
        **more,
    )[0]


def fingerprint(values):
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def test_every_method_has_a_case():
    assert set(CASES) == set(method_names()) - {AUTOMATIC}


@every_method
def test_a_chain_does_not_know_how_many_run_beside_it(method):
    most = chains(method, 1000)
    assert len(np.unique(most[-1])) > 1
    for replicates in (1, 3, 8, 17):
        assert fingerprint(chains(method, replicates)) == fingerprint(most[:, :replicates])


@every_method_but_em
def test_threads_change_no_bit(method):
    found = {fingerprint(chains(method, 1000, lanes=lanes)) for lanes in (1, 2, 5)}
    assert len(found) == 1


@every_method_but_em
def test_a_longer_run_extends_a_shorter_one(method):
    if of_the_last(method):
        assert fingerprint(chains(method, 9, 3)) == fingerprint(chains(method, 9, 3))
        return
    longer = chains(method, 9, 67)
    for generations in (1, 3, 64, 65):
        assert fingerprint(chains(method, 9, generations)) == fingerprint(longer[: generations + 1])
    assert fingerprint(chains(method, 9, 67, record=[0, 64, 67])) == fingerprint(longer[[0, 64, 67]])


def test_the_order_and_the_number_of_cells_change_no_row(tmp_path):
    def sweep(sizes):
        return parse_sweep(
            {
                "name": "order",
                "seed": 3,
                "generations": 4,
                "replicates": 50,
                "statistics": ["log_variance"],
                "quantiles": [0.1, 0.5],
                "scenario": LINE | {"retention": {"kind": "replace"}, "estimator": MOMENTS},
                "grid": {"sample_size.size": sizes},
            }
        )

    rows = {}
    for sizes in ([5, 9], [9, 5], [9, 7, 5]):
        store = run_sweep(sweep(sizes), tmp_path / "-".join(map(str, sizes)))
        for cell in store.sweep.cells:
            data = store.read(cell)
            found = [fingerprint(data[name].to_numpy()) for name in ("mean", "standard_error", "quantiles")]
            assert rows.setdefault(cell.digest, found) == found
            assert data.attrs["method"] == "moments"
    assert len(rows) == 3


DEVICES = """
import hashlib, sys
import jax
jax.config.update("jax_enable_x64", True)
from simulations.ensemble import Requested, run_ensemble
from simulations.kernels.shape import GAUSSIAN_LANE
from theory.scenario import load_scenario
assert len(jax.local_devices()) == int(sys.argv[1])
found = run_ensemble(
    load_scenario(sys.argv[2]), generations=3, replicates=9 * GAUSSIAN_LANE + 5, seed=1, record=range(4),
    statistics=[Requested("log_variance"), Requested("variance")], quantiles=[0.1, 0.5, 0.9],
)
whole = b"".join(getattr(found, name).tobytes() for name in ("mean", "standard_error", "quantiles"))
print(hashlib.sha256(whole).hexdigest())
"""


@pytest.mark.parametrize("several", [(4,), pytest.param((2, 8), marks=pytest.mark.slow)])
def test_devices_change_no_bit(several, tmp_path):
    """Lanes go round one, two, four or eight devices, forced upon the processor; nobody's numbers notice."""
    file = tmp_path / "scenario.toml"
    file.write_text(
        'source = { kind = "gaussian", mean = 0.0, variance = 1.0 }\nsample_size = { kind = "constant", size = 20 }\n'
        'retention = { kind = "accumulate" }\nestimator = { kind = "moments", divisor = "mle" }\n'
    )
    running = []
    for devices in (1, *several):
        flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count={devices}"
        command = [sys.executable, "-c", DEVICES, str(devices), str(file)]
        where = {"env": os.environ | {"XLA_FLAGS": flags.strip()}, "cwd": ROOT}
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **where))
    found = [process.communicate(timeout=300)[0].strip() for process in running]
    assert all(process.returncode == 0 for process in running)
    assert len(found[0]) == 64
    assert set(found) == {found[0]}


@every_method_sketched
def test_quantiles_change_no_mean(method):
    scenario, statistic = CASES[method]
    plain, sketched = (
        run_ensemble(
            parse_scenario(scenario),
            generations=GENERATIONS,
            replicates=300,
            seed=7,
            statistics=[Requested(statistic)],
            record=[GENERATIONS],
            quantiles=quantiles,
            method=method,
        )
        for quantiles in ((), (0.5,))
    )
    assert plain.method == sketched.method == method
    assert plain.quantiles is None
    for name in ("mean", "standard_error", "effective_replicates"):
        assert np.array_equal(getattr(plain, name), getattr(sketched, name))
