"""The vocabulary says what it should: sizes by generation, real points, defaults, distributions, examples, schema."""

import json
import math
import subprocess
import sys
import tomllib

import numpy as np
import pytest
from pydantic import ValidationError

from theory.scenario import (
    KINDS,
    QUANTITIES,
    TABLES,
    InputError,
    Scenario,
    ScenarioError,
    example_text,
    load_scenario,
    parse_scenario,
    schema,
)
from theory.scenario.estimator import Moments
from theory.scenario.retention import Accumulate, Pool, RealShare
from theory.scenario.sample_size import Constant, Explicit, Geometric, Polynomial
from theory.scenario.source import GaussianSource, TokenSource, ZipfSource

GAUSSIAN = {"kind": "gaussian", "mean": 0.0, "variance": 1.0}
TOKENS = {"kind": "tokens", "probabilities": [0.5, 0.3, 0.2]}
MLE = {"kind": "moments", "divisor": "mle"}


def gaussian(size=100, retention=None, **tables):
    return parse_scenario(
        {
            "source": GAUSSIAN,
            "sample_size": {"kind": "constant", "size": size},
            "retention": retention or {"kind": "replace"},
            "estimator": MLE,
            **tables,
        }
    )


def tokens(**tables):
    return parse_scenario(
        {
            "source": TOKENS,
            "sample_size": {"kind": "constant", "size": 100},
            "retention": {"kind": "replace"},
            **tables,
        }
    )


@pytest.mark.parametrize("kind", TABLES)
def test_every_kind_has_an_example_that_shows_it(kind, tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text(example_text(kind), encoding="utf-8")
    scenario = load_scenario(path)
    shown = {table.kind for name in KINDS if (table := getattr(scenario, name)) is not None}
    assert kind in shown or getattr(scenario, kind) is not None
    assert example_text(kind).count("#") >= 3
    assert max(map(len, example_text(kind).splitlines())) <= 120


def test_unknown_example_suggests_the_nearest():
    with pytest.raises(InputError, match=r'^kind must be "gaussian", .*, got "zip"; did you mean "zipf"\?$'):
        example_text("zip")


def test_kinds_are_the_contract():
    assert {name: tuple(kinds) for name, kinds in KINDS.items()} == {
        "source": ("gaussian", "tokens", "zipf", "uniform", "exponential", "poisson", "mixture", "regression"),
        "sample_size": ("constant", "polynomial", "geometric", "explicit"),
        "retention": (
            "replace",
            "real_share",
            "accumulate",
            "accumulate_subsample",
            "weighted",
            "window",
            "forgetting",
            "pool",
        ),
        "estimator": (
            "moments",
            "known_variance",
            "known_mean",
            "kernel",
            "frequency",
            "additive",
            "posterior",
            "least_squares",
            "likelihood",
        ),
        "sampler": ("faithful", "temperature", "top_k", "top_p", "truncated", "scaled", "best_of", "tilt"),
    }
    assert len(TABLES) == sum(map(len, KINDS.values())) + 5  # no kind has the name of another


@pytest.mark.parametrize(
    ("kind", "family", "estimator"),
    [
        ("tokens", "tokens", "frequency"),
        ("zipf", "tokens", "frequency"),
        ("regression", "regression", "least_squares"),
        ("uniform", "uniform", "likelihood"),
        ("exponential", "exponential", "likelihood"),
        ("poisson", "poisson", "likelihood"),
        ("mixture", "mixture", "likelihood"),
    ],
)
def test_the_default_estimator_belongs_to_the_family(kind, family, estimator):
    tables = tomllib.loads(example_text(kind))
    scenario = parse_scenario({name: table for name, table in tables.items() if name != "estimator"})
    assert (scenario.family, scenario.estimator.kind, scenario.sampler.kind) == (family, estimator, "faithful")


def test_a_scenario_cannot_change():
    scenario = gaussian()
    with pytest.raises(ValidationError):
        scenario.source = TokenSource(probabilities=(1.0,))
    with pytest.raises(ValidationError):
        scenario.source.mean = 1.0
    assert hash(scenario) == hash(gaussian())


def test_objects_and_arrays_serve_as_well_as_files():
    scenario = Scenario(
        source=TokenSource(probabilities=np.array([0.5, 0.3, 0.2])),
        sample_size=Constant(size=np.int64(100)),
        retention=RealShare(scheme="iid", share=np.float32(0.5)),
    )
    assert scenario == tokens(retention={"kind": "real_share", "scheme": "iid", "share": 0.5})
    assert Scenario.model_validate(scenario) == scenario
    with pytest.raises(ScenarioError, match=r"^source must be a table with kind .*, got {kind"):
        parse_scenario(
            {
                "source": Constant(size=3),
                "sample_size": {"kind": "constant", "size": 3},
                "retention": {"kind": "replace"},
            }
        )


class TestSizes:
    def test_constant(self):
        sizes = Constant(size=7)
        assert sizes.constant == 7
        assert sizes.schedule(3).tolist() == [7, 7, 7]
        assert sizes.schedule(3).dtype == np.int64

    def test_polynomial_counts_from_one(self):
        assert Polynomial(size=20, power=2).schedule(4).tolist() == [20, 80, 180, 320]
        assert Polynomial(size=20, power=0).constant == 20
        assert Polynomial(size=20, power=1).constant is None

    def test_geometric_counts_from_one(self):
        assert Geometric(size=8, ratio=2).schedule(5).tolist() == [8, 16, 32, 64, 128]
        assert Geometric(size=8, ratio=1).constant == 8

    @pytest.mark.parametrize(
        ("size", "ratio", "expected"),
        [(1, 1.5, [1, 2, 2, 3]), (5, 1.1, [5, 6, 6, 7]), (50, 1.01, [50, 51, 51, 52]), (50, 1.21, [50, 61, 73, 89])],
    )
    def test_halves_round_up(self, size, ratio, expected):
        assert Geometric(size=size, ratio=ratio).schedule(4).tolist() == expected

    def test_every_exact_half_rounds_up(self):
        for thousandths in range(1000, 2000):
            exact_half = (50 * thousandths) % 1000 == 500
            if exact_half:
                assert Geometric(size=50, ratio=thousandths / 1000).at(2) == (50 * thousandths + 500) // 1000

    def test_explicit_ends(self):
        sizes = Explicit(sizes=(3, 4))
        assert sizes.schedule(2).tolist() == [3, 4]
        assert sizes.constant is None
        with pytest.raises(InputError, match=r"^sample_size\.sizes must .*it ends at t = 2, got t = 3$"):
            sizes.at(3)

    @pytest.mark.parametrize("sizes", [Geometric(size=100, ratio=2), Polynomial(size=2, power=400)])
    def test_sizes_beyond_reach_are_refused(self, sizes):
        with pytest.raises(InputError, match=r"^sample_size must be at most 1e15 in every generation asked for"):
            sizes.at(5000)


class TestRealShare:
    def test_points_and_share(self):
        by_share, by_count = RealShare(scheme="stratified", share=0.29), RealShare(scheme="stratified", real=29)
        assert by_share.real_points(100) == by_count.real_points(100) == 29  # 0.29 * 100 is 28.999999999999996
        assert by_share.share_of(50) == 0.29
        assert by_count.share_of(50) == 0.58

    @pytest.mark.parametrize("scheme", ["stratified", "fixed"])
    @pytest.mark.parametrize(("share", "size"), [(0.29, 100), (0.07, 100), (1.0, 3), (0.333333333333, 300), (1 / 3, 3)])
    def test_shares_of_a_whole_number_of_points_pass(self, scheme, share, size):
        gaussian(size, {"kind": "real_share", "scheme": scheme, "share": share})

    @pytest.mark.parametrize(("share", "size"), [(1 / 3, 3 * 10**9), (1 / 7, 7 * 10**12), (0.123456789, 10**9)])
    def test_large_sizes_pass_to_rounding(self, share, size):
        gaussian(size, {"kind": "real_share", "scheme": "stratified", "share": share})

    def test_a_share_off_by_more_than_1e_minus_9_is_refused(self):
        with pytest.raises(ScenarioError, match=r"the nearest shares are 0\.1 and 0\.11,"):
            gaussian(100, {"kind": "real_share", "scheme": "stratified", "share": 0.1 + 2e-11})

    def test_nearest_shares_suit_every_generation(self):
        with pytest.raises(ScenarioError) as refused:
            parse_scenario(
                {
                    "source": GAUSSIAN,
                    "sample_size": {"kind": "polynomial", "size": 30, "power": 1},
                    "retention": {"kind": "real_share", "scheme": "stratified", "share": 0.05},
                    "estimator": MLE,
                }
            )
        assert "0.05 of 30 in generation 1 is 1.5" in str(refused.value)
        assert "the nearest shares are 0.0333333333333 and 0.0666666666667" in str(refused.value)

    def test_iid_takes_any_share(self):
        gaussian(100, {"kind": "real_share", "scheme": "iid", "share": 0.123456})


class TestFirstGeneration:
    def test_first_size_of_each_policy(self):
        assert gaussian(7).first_size == 7
        assert gaussian(7, {"kind": "accumulate"}).first_size == 7
        assert gaussian(7, {"kind": "accumulate", "first": 50}).first_size == 50
        assert parse_scenario(tomllib.loads(example_text("weighted"))).first_size == 30
        assert parse_scenario(tomllib.loads(example_text("pool"))).first_size == 30

    def test_first_equal_to_its_default_is_the_default(self):
        assert gaussian(7, {"kind": "accumulate", "first": 7}).retention == Accumulate()

    def test_pool_schedules_start_real(self):
        pool = Pool(real=Constant(size=5), synthetic=Geometric(size=10, ratio=2))
        assert [pool.real_points(t) for t in (1, 2, 3)] == [5, 5, 5]
        assert [pool.synthetic_points(t) for t in (1, 2, 3)] == [0, 20, 40]

    def test_pool_lists_end(self):
        with pytest.raises(InputError, match=r"^retention\.real must .*it ends at t = 2, got t = 3$"):
            Pool(real=(5, 0), synthetic=(0, 5)).real_points(3)


class TestDivisor:
    def test_each(self):
        assert Moments(divisor="mle").divide_by(10) == 10.0
        assert Moments(divisor="unbiased").divide_by(10) == 9.0
        assert Moments(divisor="offset", offset=0.25).divide_by(10) == 9.25


class TestSources:
    def test_zipf_mandelbrot(self):
        p = ZipfSource(vocabulary=4, exponent=2.0, shift=1.0).distribution()
        assert p == pytest.approx(
            np.array([1 / 4, 1 / 9, 1 / 16, 1 / 25]) / (1 / 4 + 1 / 9 + 1 / 16 + 1 / 25), rel=1e-14
        )
        assert ZipfSource(vocabulary=4, exponent=0.0).distribution() == pytest.approx(np.full(4, 0.25), rel=1e-15)
        assert ZipfSource(vocabulary=1, exponent=1.0).distribution().tolist() == [1.0]

    def test_zipf_far_out_stays_finite(self):
        p = ZipfSource(vocabulary=1000, exponent=500.0, shift=-0.999).distribution()
        assert p[0] == 1.0
        assert np.isfinite(p).all()

    def test_zipf_too_long_for_an_array(self):
        with pytest.raises(InputError, match=r"^source\.vocabulary must be at most 100000000 .*, got 1000000000$"):
            ZipfSource(vocabulary=10**9, exponent=1.0).distribution()

    def test_tokens_sum_to_one(self):
        source = TokenSource(probabilities=(0.1,) * 10)
        assert source.vocabulary == 10
        assert math.fsum(source.distribution()) == pytest.approx(1.0, abs=1e-16)

    def test_a_vector_of_one_is_a_number(self):
        one = GaussianSource(mean=[2], covariance=[[3]])
        assert one == GaussianSource(mean=2.0, variance=3.0)
        assert one.dimension == 1
        assert one.covariance_matrix().tolist() == [[3.0]]

    def test_plane(self):
        plane = GaussianSource(mean=(0, 1), covariance=((2, 1), (1, 2)))
        assert plane.dimension == 2
        assert plane.mean_vector().tolist() == [0.0, 1.0]
        assert plane.covariance_matrix().tolist() == [[2.0, 1.0], [1.0, 2.0]]

    def test_a_degenerate_direction_is_allowed(self):
        GaussianSource(mean=(0, 0), covariance=((1, 1), (1, 1)))


def test_schema_names_every_kind_and_asks_for_it():
    written = json.loads(json.dumps(schema()))
    found = {
        definition["properties"]["kind"]["const"]
        for definition in written["$defs"].values()
        if "kind" in definition["properties"]
    }
    assert found == {kind for kinds in KINDS.values() for kind in kinds}
    assert all("kind" in d["required"] for d in written["$defs"].values() if "kind" in d["properties"])
    assert set(written["required"]) == {"source", "retention"}
    assert written["$defs"]["Constant"]["properties"]["size"]["minimum"] == 1


def test_statistics_are_the_contract():
    in_family = {
        family: [name for name, quantity in QUANTITIES.items() if family in quantity.families]
        for family in ("gaussian", "tokens", "regression")
    }
    assert sorted(in_family["gaussian"]) == sorted(
        [
            "variance",
            "variance_second_moment",
            "log_variance",
            "log_variance_sd",
            "mean_squared_error",
            "wasserstein2_squared",
            "wasserstein2_squared_variance",
            "kl_reverse",
            "kl_forward",
            "variance_cdf",
            "variance_density",
            "mean_tail",
            "mean_fourth_moment",
            "mean_bias",
            "mean_precision",
            "draw_variance",
            "draw_fourth_moment",
            "variance_ever_above",
            "collapse_time",
            "collapse_time_sd",
            "trace_of_square",
            "square_of_trace",
            "trace_of_power",
            "power_of_trace",
            "log_determinant",
            "determinant",
            "lyapunov_exponents",
            "effective_real_size",
            "cumulative_squared_error",
            "closer_than_one_fit",
        ]
    )
    assert sorted(in_family["tokens"]) == sorted(
        [
            "heterozygosity",
            "moment",
            "vocabulary",
            "vocabulary_variance",
            "absence",
            "lost_mass",
            "entropy",
            "kl_reverse",
            "total_variation",
            "cross_entropy",
            "fixation_probability",
            "collapse_time",
            "first_loss_time",
            "effective_real_size",
        ]
    )
    assert in_family["regression"] == ["excess_risk"]


def test_arguments_and_final_values():
    takes = {name: quantity.argument for name, quantity in QUANTITIES.items() if quantity.argument}
    assert takes == {
        "variance_cdf": "x",
        "variance_density": "x",
        "mean_tail": "x",
        "variance_ever_above": "x",
        "moment": "order",
        "trace_of_power": "order",
        "power_of_trace": "order",
        "absence": "token",
        "component_variance": "token",
        "fixation_probability": "token",
        "collapse_time": "threshold",
        "collapse_time_sd": "threshold",
    }
    assert QUANTITIES["collapse_time"].argument_in("gaussian") == "threshold"
    assert QUANTITIES["collapse_time"].argument_in("tokens") is None
    final = {name for name, quantity in QUANTITIES.items() if quantity.final}
    assert final == {
        "lyapunov_exponents",
        "fixation_probability",
        "collapse_time",
        "collapse_time_sd",
        "first_loss_time",
        "variance_ever_above",
    }
    assert all(quantity.limit for quantity in QUANTITIES.values() if quantity.final)
    assert all(quantity.name == name and quantity.unit and quantity.symbol for name, quantity in QUANTITIES.items())


def test_importing_the_vocabulary_is_light():
    code = (
        "import sys, theory.scenario;"
        "print(sorted({'jax', 'scipy', 'sympy', 'mpmath', 'xarray', 'cyclopts', 'rich'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
