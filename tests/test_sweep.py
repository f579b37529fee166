"""Sweep files: grids become cells, digests follow what is computed, and every mistake is one line."""

import copy
import tomllib
from pathlib import Path

import pytest
from fixture_store import sweep_file

from simulations.sweep import SweepError, load_sweep, named_sweeps, parse_sweep, restored_sweep

GAUSSIAN = """
name = "g"
generations = 10
replicates = 4
statistics = ["log_variance"]
[scenario]
source = { kind = "gaussian", mean = 0.0, variance = 1.0 }
sample_size = { kind = "constant", size = 10 }
retention = { kind = "replace" }
estimator = { kind = "moments", divisor = "mle" }
"""


def parsed(grid: str = "", **changes):
    return parse_sweep(tomllib.loads(GAUSSIAN + grid) | changes)


def labels(sweep):
    return [cell.label for cell in sweep.cells]


def test_axes_are_crossed_the_first_slowest():
    sweep = parsed(
        '[grid]\n"sample_size.size" = [10, 100]\nretention = [{ kind = "replace" }, { kind = "accumulate" }]'
    )
    assert labels(sweep) == [
        "sample_size.size=10, retention=replace",
        "sample_size.size=10, retention=accumulate",
        "sample_size.size=100, retention=replace",
        "sample_size.size=100, retention=accumulate",
    ]
    assert sweep.cells[3].scenario.sample_size.at(1) == 100
    assert sweep.cells[3].settings == {"sample_size.size": 100, "retention": {"kind": "accumulate"}}


@pytest.mark.parametrize(
    "grid",
    [
        '[grid]\n"sample_size.size" = [10, 100]',
        "[grid]\nsample_size.size = [10, 100]",
        "[grid.sample_size]\nsize = [10, 100]",
        "[[grid.zip]]\nsample_size.size = [10, 100]",
    ],
)
def test_every_way_to_write_a_key_gives_the_same_cells(grid):
    assert parsed(grid) == parsed('[grid]\n"sample_size.size" = [10, 100]')


def test_zip_tables_advance_together_and_are_crossed_with_the_rest():
    sweep = parsed(
        '[grid]\nretention = [{ kind = "replace" }, { kind = "accumulate" }]\n'
        '[[grid.zip]]\n"sample_size.size" = [10, 100, 1000]\nsource.variance = [1.0, 2.0, 3.0]'
    )
    pairs = [(cell.scenario.sample_size.at(1), cell.scenario.source.variance) for cell in sweep.cells]
    assert pairs == [(10, 1.0), (100, 2.0), (1000, 3.0)] * 2


def test_a_field_inside_a_table_is_set_after_the_table():
    sweep = parsed(
        '[grid]\n"retention.share" = [0.1, 0.5]\nretention = [{ kind = "real_share", scheme = "iid" }, '
        '{ kind = "real_share", scheme = "stratified" }]'
    )
    assert [(c.scenario.retention.scheme, c.scenario.retention.share) for c in sweep.cells] == [
        ("iid", 0.1), ("stratified", 0.1), ("iid", 0.5), ("stratified", 0.5),
    ]  # fmt: skip


def test_without_a_grid_there_is_one_cell_called_like_the_sweep():
    assert labels(parsed()) == ["g"]


def test_record_all_has_the_source_and_every_generation():
    assert parsed().record == tuple(range(11))
    assert parsed(record=[10, 0, 1.0]).record == (0, 1, 10)


def test_the_digest_does_not_depend_on_the_order_of_keys_but_on_every_number():
    mapping = sweep_file()
    turned = {key: mapping[key] for key in reversed(mapping)}
    turned["grid"] = dict(reversed(mapping["grid"].items()))
    assert parse_sweep(turned).digest == parse_sweep(mapping).digest
    for change in (
        {"seed": 2},
        {"replicates": 4097},
        {"generations": 21},
        {"record": [0, 1, 5]},
        {"statistics": ["variance"]},
    ):
        assert parse_sweep(mapping | change).digest != parse_sweep(mapping).digest
    assert parse_sweep(mapping | {"seed": 1.0}).digest == parse_sweep(mapping).digest


def test_a_dumped_sweep_is_restored():
    mapping = sweep_file(statistics=["variance", {"name": "variance_cdf", "at": 0.5}])
    sweep = parse_sweep(mapping)
    assert restored_sweep(sweep.dump()) == sweep
    assert restored_sweep(sweep.dump()).digest == sweep.digest


def test_parsing_leaves_the_mapping_alone():
    mapping = sweep_file()
    before = copy.deepcopy(mapping)
    parse_sweep(mapping)
    assert mapping == before


@pytest.mark.parametrize("name", named_sweeps())
def test_named_sweeps_are_valid_and_named_like_their_file(name):
    assert load_sweep(name).name == name


def test_changes_are_written_in(tmp_path: Path):
    file = tmp_path / "s.toml"
    file.write_text(GAUSSIAN + '[grid]\n"sample_size.size" = [10, 100]')
    assert load_sweep(file, ["replicates=8", "seed = 5"]).replicates == 8
    assert labels(load_sweep(file, ["sample_size.size=7"])) == ["sample_size.size=7"]
    assert labels(load_sweep(file, ["sample_size.size=[7, 8]"])) == ["sample_size.size=7", "sample_size.size=8"]
    assert load_sweep(file, ["source.variance=2.5"]).cells[0].scenario.source.variance == 2.5
    assert load_sweep(file, ["scenario.estimator.divisor=unbiased"]).cells[0].scenario.estimator.divisor == "unbiased"
    assert load_sweep(file, ["name=other"]).name == "other"
    assert len(load_sweep(file, ["grid.source.variance=[1.0, 2.0]"]).cells) == 4
    with pytest.raises(SweepError, match="--set must be field=value"):
        load_sweep(file, ["replicates"])


BAD = {
    "no name": ({"name": None}, "name must be 1 to 64 letters"),
    "a name that leaves the folder": ({"name": "../x"}, 'got "../x"'),
    "a hidden name": ({"name": ".x"}, "name must be"),
    "a name with a slash": ({"name": "a/b"}, "name must be"),
    "a name with a newline": ({"name": "a\n"}, "name must be"),
    "a long name": ({"name": "a" * 65}, "name must be"),
    "a negative seed": ({"seed": -1}, "seed must be a whole number from 0 to 4294967295, got -1"),
    "a seed of 2^32": ({"seed": 2**32}, "seed must be a whole number from 0 to 4294967295, got 4294967296"),
    "a seed in words": ({"seed": "1"}, 'seed must be a whole number from 0 to 4294967295, got "1"'),
    "a true seed": ({"seed": True}, "seed must be a whole number"),
    "no generations": ({"generations": None}, "generations must be a whole number from 1"),
    "zero generations": ({"generations": 0}, "generations must be a whole number from 1"),
    "half a generation": ({"generations": 1.5}, "got 1.5"),
    "endless generations": ({"generations": float("inf")}, "got inf"),
    "one replicate": ({"replicates": 1}, "replicates must be a whole number from 2 to 4294967295, got 1"),
    "no statistics": ({"statistics": []}, "statistics must be a list of names"),
    "one statistic in words": ({"statistics": "variance"}, "statistics must be a list of names"),
    "an unknown statistic": ({"statistics": ["log_varince"]}, 'did you mean "log_variance"?'),
    "a statistic twice": ({"statistics": ["variance", "variance"]}, "statistics[1] must differ"),
    "a statistic as a number": ({"statistics": [3]}, "statistics[0] must be a name or a table"),
    "a statistic with an unknown field": (
        {"statistics": [{"name": "variance_cdf", "x": 3}]},
        "statistics[0].x is not a known field",
    ),
    "an argument in words": (
        {"statistics": [{"name": "variance_cdf", "at": "3"}]},
        "statistics[0].at must be a finite number",
    ),
    "an argument too many": ({"statistics": [{"name": "variance", "at": 3}]}, "variance takes no argument, got at = 3"),
    "an argument too few": ({"statistics": ["variance_cdf"]}, "variance_cdf needs its x"),
    "a statistic of another family": ({"statistics": ["heterozygosity"]}, "heterozygosity is defined for tokens"),
    "a record in words": ({"record": "some"}, 'record must be "all" or a list of generations from 0 to 20'),
    "an empty record": ({"record": []}, "record must be"),
    "a record beyond the end": (
        {"record": [1, 21]},
        "record[1] must be a whole number from 0 to generations = 20, got 21",
    ),
    "a negative record": ({"record": [-1]}, "record[0] must be a whole number"),
    "a generation recorded twice": ({"record": [1, 1.0]}, "record[1] must differ"),
    "a record without end": ({"record": "all", "generations": 10**9}, "record must name at most 1000000 generations"),
    "an unknown field": ({"replicate": 3}, 'did you mean "replicates"?'),
    "no scenario": ({"scenario": None}, "scenario must be a table, got nothing"),
    "a grid in words": ({"grid": "x"}, 'grid must be a table, got "x"'),
    "an axis that is no list": ({"grid": {"sample_size.size": 10}}, "grid.sample_size.size must be a list"),
    "an empty axis": (
        {"grid": {"sample_size.size": []}},
        "grid.sample_size.size must be a list of at least one value, got []",
    ),
    "a zip of unequal lengths": (
        {"grid": {"zip": [{"sample_size.size": [1, 2], "source.variance": [1.0]}]}},
        "sample_size.size has 2, source.variance has 1",
    ),
    "a zip that is no table": ({"grid": {"zip": [1, 2]}}, "grid.zip is reserved"),
    "an empty zip": ({"grid": {"zip": [{}]}}, "grid.zip table 1 must name at least one field"),
    "a field on two axes": (
        {"grid": {"sample_size.size": [1], "sample_size": {"size": [2]}}},
        "grid.sample_size.size is varied twice",
    ),
    "an invalid cell": (
        {"grid": {"sample_size.size": [10, 1], "estimator.divisor": ["mle", "unbiased"]}},
        'cell "sample_size.size=1, estimator.divisor=unbiased": ',
    ),
    "an unknown field in a cell": ({"grid": {"sample_size.sise": [1, 2]}}, "sample_size.sise"),
    "a mistake in every cell": ({"scenario": {}}, "scenario: source must be"),
    "the same cell twice": ({"grid": {"sample_size.size": [10, 10.0]}}, "is the same scenario as cell"),
    "a grid without end": (
        {"grid": {"sample_size.size": list(range(2, 402)), "source.variance": list(range(1, 402))}},
        "grid must make at most 100000 cells, got 160400",
    ),
}


@pytest.mark.parametrize("mistake", BAD)
def test_a_bad_sweep_is_told_in_one_line(mistake):
    changes, expected = BAD[mistake]
    mapping = {key: value for key, value in (sweep_file() | changes).items() if value is not None}
    with pytest.raises(SweepError) as caught:
        parse_sweep(mapping)
    lines = caught.value.lines
    assert any(expected in line for line in lines), lines
    assert all("\n" not in line for line in lines)
    if mistake != "a mistake in every cell":
        assert len(lines) == 1


def test_several_mistakes_are_told_together():
    with pytest.raises(SweepError) as caught:
        parse_sweep(sweep_file(seed=-1, replicates=1, record=[99]))
    assert len(caught.value.lines) == 3


@pytest.mark.parametrize(
    ("at", "allowed"), [(30, "a token from 0 to 29"), (-1, "a token from 0 to 29"), (0.5, "a token from 0 to 29")]
)
def test_a_token_beyond_the_vocabulary_is_refused(at, allowed):
    scenario = {
        "source": {"kind": "zipf", "vocabulary": 30, "exponent": 1.0},
        "sample_size": {"kind": "constant", "size": 10},
        "retention": {"kind": "replace"},
    }
    with pytest.raises(SweepError, match=allowed):
        parse_sweep(sweep_file(scenario=scenario, grid={}, statistics=[{"name": "absence", "at": at}]))


def test_a_file_that_is_not_there_or_no_toml(tmp_path: Path):
    with pytest.raises(SweepError, match='did you mean "gaussian"'):
        load_sweep("gausian")
    bad = tmp_path / "bad.toml"
    bad.write_text("name = ")
    with pytest.raises(ValueError, match="TOML"):
        load_sweep(bad)


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (5, "paths must be a whole number from 0 to 4, got 5"),
        (-1, "paths must be a whole number from 0 to 4, got -1"),
        (1.5, "paths must be a whole number from 0 to 4, got 1.5"),
    ],
)
def test_more_single_chains_than_there_are_is_a_mistake(paths, line):
    with pytest.raises(SweepError) as refused:
        parsed(paths=paths)
    assert list(refused.value.lines) == [line]


def test_single_chains_are_asked_for_in_the_file():
    assert parsed(paths=3).paths == 3
    assert restored_sweep(parsed(paths=3).dump()) == parsed(paths=3)
    assert "paths" not in parsed().dump()
