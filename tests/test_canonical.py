"""One setting, one hash: golden digests, equal ways of writing the same thing, and a round trip through files."""

import json
import random
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.scenario import TABLES, example_text, parse_scenario

GAUSSIAN = {"kind": "gaussian", "mean": 0, "variance": 1}
SIZE = {"kind": "constant", "size": 100}
MLE = {"kind": "moments", "divisor": "mle"}
REPLACE = {"kind": "replace"}

SCENARIOS = {
    "gaussian": {"source": GAUSSIAN, "sample_size": SIZE, "retention": REPLACE, "estimator": MLE},
    "gaussian real share": {
        "source": {"kind": "gaussian", "mean": 0.1, "variance": 2.5},
        "sample_size": {"kind": "polynomial", "size": 20, "power": 1.5},
        "retention": {"kind": "real_share", "scheme": "iid", "share": 0.1},
        "estimator": {"kind": "moments", "divisor": "offset", "offset": 0.5},
        "sampler": {"kind": "scaled", "variance_factor": 0.9},
    },
    "plane": {
        "source": {"kind": "gaussian", "mean": [0, 1], "covariance": [[1, 0.5], [0.5, 2]]},
        "sample_size": {"kind": "geometric", "size": 10, "ratio": 1.5},
        "retention": {"kind": "window", "length": 4},
        "estimator": {"kind": "kernel", "relative": 0.3},
    },
    "tokens": {
        "source": {"kind": "tokens", "probabilities": [0.5, 0.3, 0.2]},
        "sample_size": {"kind": "explicit", "sizes": [100, 50, 25]},
        "retention": {"kind": "accumulate", "first": 30},
        "estimator": {"kind": "additive", "pseudocount": 0.5},
        "sampler": {"kind": "tilt", "strength": 0.1, "reward": [1, 0, -1]},
    },
    "zipf": {
        "source": {"kind": "zipf", "vocabulary": 50000, "exponent": 1.1},
        "sample_size": {"kind": "constant", "size": 1e6},
        "retention": {"kind": "real_share", "scheme": "fixed", "real": 1000},
    },
    "pool": {
        "source": {"kind": "zipf", "vocabulary": 100, "exponent": 1, "shift": 2.7},
        "retention": {
            "kind": "pool",
            "real": [30, 20, 12],
            "synthetic": {"kind": "geometric", "size": 10, "ratio": 2},
            "budget": 25,
        },
    },
    "weighted": {
        "source": GAUSSIAN,
        "retention": {"kind": "weighted", "weight": 0.6, "real": 30, "synthetic": 90},
        "estimator": {"kind": "moments", "divisor": "unbiased"},
    },
    "regression": {
        "source": {"kind": "regression", "dimension": 5, "noise_variance": 1, "design": "reused"},
        "sample_size": {"kind": "constant", "size": 20},
        "retention": {"kind": "accumulate"},
    },
    "disturbed": {
        "source": {"kind": "tokens", "probabilities": [0.25, 0.75]},
        "sample_size": SIZE,
        "retention": {"kind": "real_share", "scheme": "iid", "share": 0.1},
        "sampler": {"kind": "temperature", "temperature": 0.9},
        "contamination": {"share": 0.4},
        "poison": {"share": 0.02, "probabilities": [0, 1]},
        "detector": {"true_positive": 0.9, "false_positive": 0.1, "refill": True},
    },
    "feedback": {
        "source": {"kind": "tokens", "probabilities": [1.0]},
        "sample_size": SIZE,
        "retention": {"kind": "real_share", "scheme": "iid", "share": 0.15},
        "feedback": {"human_size": 60, "novelty": 0.03, "feedback_share": 0.2},
    },
}

DIGESTS = {
    "gaussian": "4e4f1a83d23437abacb0bda2beda8c3e8adaa070ce15e8233611ff1d52cc0573",
    "gaussian real share": "887853fe33e83bf02219ddf3a8155181943516b8d26f31d89a92fc4ce234b6bb",
    "plane": "a72f6c80991d69e1db36bef8af054e82c2989f44d11d698fc32fe3f5fdea2b85",
    "tokens": "99302b678e2e582843e217ba40a704c4f95fe739aae497adbbcd9064679b8ad5",
    "zipf": "d491d69e6a9c3dbbabbd995af60844ad2e7926a44f21f238c9eadb5b3fa260f2",
    "pool": "7de3fb3e0e5c30153c5b0ed917875c2350d665145a4dc3d0fb9bac158cfc9ded",
    "weighted": "319113ce321945605cc57a5ec50bcc2b0b517e8afab2844f33b8b0c764f0a255",
    "regression": "51f39f1ef4474f0bbff00028ba4308e682b704f2e836e62f59f440d91352c0d8",
    "disturbed": "424d6f41555484b92c1cabf0fd7caca0bb08ac8bbb4fb484cfa1f7b092484fe4",
    "feedback": "d9d9cf9ad3f87e53702d4a58c4736759955e98b9e886bfc77c69e5e3b6fdf925",
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_golden_digest(name):
    assert parse_scenario(SCENARIOS[name]).digest == DIGESTS[name]


def test_canonical_form_is_readable_and_leaves_defaults_out():
    assert parse_scenario(SCENARIOS["zipf"]).canonical() == (
        '{"retention":{"kind":"real_share","real":1000,"scheme":"fixed"},'
        '"sample_size":{"kind":"constant","size":1000000},'
        '"source":{"exponent":1.1,"kind":"zipf","vocabulary":50000}}'
    )


def digest(base: str = "gaussian", **tables) -> str:
    return parse_scenario({**SCENARIOS[base], **tables}).digest


@pytest.mark.parametrize(
    "same",
    [
        {"source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0}},
        {"source": {"kind": "gaussian", "mean": -0.0, "variance": 1}},
        {"source": {"kind": "gaussian", "mean": [0], "variance": 1}},
        {"source": {"kind": "gaussian", "mean": [-0.0], "covariance": [[1]]}},
        {"source": {"variance": 1, "mean": 0, "kind": "gaussian", "covariance": None}},
        {"sample_size": {"kind": "constant", "size": 100.0}},
        {"sampler": {"kind": "faithful"}},
        {"estimator": {"kind": "moments", "divisor": "mle", "offset": None}},
        {"poison": None},
    ],
)
def test_equal_settings_have_equal_digests(same):
    assert digest(**same) == DIGESTS["gaussian"]
    assert parse_scenario({**SCENARIOS["gaussian"], **same}) == parse_scenario(SCENARIOS["gaussian"])


def test_said_defaults_change_nothing():
    zipf = {"kind": "zipf", "vocabulary": 50000, "exponent": 1.1, "shift": -0.0}
    assert digest("zipf", source=zipf, estimator={"kind": "frequency"}) == DIGESTS["zipf"]
    assert digest("regression", retention={"kind": "accumulate", "first": 20}) == DIGESTS["regression"]


@pytest.mark.parametrize(
    "other",
    [
        {"source": {"kind": "gaussian", "mean": 1e-300, "variance": 1}},
        {"source": {"kind": "gaussian", "mean": 0, "variance": 1.0000000000000002}},
        {"sample_size": {"kind": "constant", "size": 101}},
        {"retention": {"kind": "accumulate"}},
        {"estimator": {"kind": "moments", "divisor": "unbiased"}},
        {"sampler": {"kind": "truncated", "cutoff": 2}},
    ],
)
def test_other_settings_have_other_digests(other):
    assert digest(**other) != DIGESTS["gaussian"]


@pytest.mark.parametrize("kind", TABLES)
def test_round_trip_of_every_kind(kind):
    scenario = parse_scenario(tomllib.loads(example_text(kind)))
    assert parse_scenario(scenario.dump()) == scenario
    assert parse_scenario(json.loads(scenario.canonical())) == scenario


# Any scenario at all: each table drawn on its own, from kinds that fit its family.
finite = st.floats(min_value=-1e6, max_value=1e6)
positive = st.floats(min_value=1e-6, max_value=1e6)
share = st.floats(min_value=0, max_value=1)
count = st.integers(min_value=2, max_value=10**6)


def table(kind: str, **fields):
    return st.fixed_dictionaries({"kind": st.just(kind), **fields})


distributions = st.lists(st.integers(1, 100), min_size=1, max_size=5).map(lambda w: [x / sum(w) for x in w])
gaussians = table("gaussian", mean=finite, variance=positive)
token_sources = table("tokens", probabilities=distributions) | table(
    "zipf", vocabulary=count, exponent=positive, shift=positive
)
sizes = (
    table("constant", size=count)
    | table("polynomial", size=count, power=st.floats(0, 3))
    | table("geometric", size=count, ratio=st.floats(1, 3))
    | table("explicit", sizes=st.lists(count, min_size=1, max_size=5))
)
retentions = (
    table("replace")
    | table("real_share", scheme=st.just("iid"), share=share)
    | table("real_share", scheme=st.sampled_from(["stratified", "fixed"]), real=st.integers(1, 2))
    | table("accumulate", first=count | st.none())
    | table("accumulate_subsample", replacement=st.booleans())
    | table("window", length=count)
    | table("forgetting", rate=st.floats(0.01, 1))
)
moments = table("moments", divisor=st.sampled_from(["mle", "unbiased"])) | table(
    "moments", divisor=st.just("offset"), offset=positive
)
scenarios = st.fixed_dictionaries(
    {"source": gaussians, "sample_size": sizes, "retention": retentions, "estimator": moments}
) | st.fixed_dictionaries(
    {"source": token_sources, "sample_size": sizes, "retention": retentions},
    optional={
        "estimator": table("additive", pseudocount=positive) | table("frequency"),
        "sampler": table("temperature", temperature=positive) | table("faithful"),
        "islands": st.fixed_dictionaries({"models": st.integers(2, 9), "migration": share}),
    },
)


def rewritten(value, shuffle: random.Random):
    """The same tables with their keys in another order and every whole number in its other spelling."""
    if isinstance(value, dict):
        items = list(value.items())
        shuffle.shuffle(items)
        return {key: rewritten(entry, shuffle) for key, entry in items}
    if isinstance(value, list):
        return [rewritten(entry, shuffle) for entry in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return float(value)
    return int(value) if value.is_integer() else value


@settings(max_examples=150, deadline=None)
@given(tables=scenarios, seed=st.integers(0, 2**32))
def test_round_trip_and_spelling_of_any_scenario(tables, seed):
    scenario = parse_scenario(tables)
    assert parse_scenario(scenario.dump()) == scenario
    assert parse_scenario(json.loads(scenario.canonical())).digest == scenario.digest
    other = parse_scenario(rewritten(tables, random.Random(seed)))
    assert other == scenario
    assert other.digest == scenario.digest
