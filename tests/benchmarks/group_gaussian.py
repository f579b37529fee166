"""Gaussian ensembles, every policy: R = 65536 chains of M = 100 points for g = 50 generations."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from paper.benchmarks import Row, Target
from tests.benchmarks.engine import OURS, Case, Named, engine_row, ours, scaled
from tests.benchmarks.group_bits import FUSED, WIDE, limits
from tests.benchmarks.groups import Effort
from tests.benchmarks.jax_random import chi_square_chains
from tests.benchmarks.numpy_gaussian import LENGTH, POLICIES, RATE, REAL, WEIGHT, readings, what_people_write
from tests.benchmarks.rounds import Contender, measured
from tests.benchmarks.threads import ONE, TWO, numpy_contenders

R, M, G = 65536, 100, 50
POINTS_R = 512
"""Replicates where the points themselves are drawn."""

CHUNK = 8192
"""Replicates that numpy works on at once: they stay in a core's cache."""

UNIT = "chain-generations/s"

BYTES = {"replace": 16, "stratified": 32, "fixed": 16, "accumulate": 16, "window": 16, "forgetting": 16, "iid": 40}
"""Random bytes of one generation of one chain: 8 for the mean and 8 for the spread of each batch, 8 for a split."""

RETENTIONS: dict[str, dict[str, Any]] = {
    "replace": {"kind": "replace"},
    "stratified": {"kind": "real_share", "scheme": "stratified", "real": REAL},
    "fixed": {"kind": "real_share", "scheme": "fixed", "real": REAL},
    "iid": {"kind": "real_share", "scheme": "iid", "share": REAL / M},
    "accumulate": {"kind": "accumulate"},
    "accumulate_subsample": {"kind": "accumulate_subsample", "replacement": True},
    "weighted": {"kind": "weighted", "weight": WEIGHT, "real": M // 2, "synthetic": M // 2},
    "window": {"kind": "window", "length": LENGTH},
    "forgetting": {"kind": "forgetting", "rate": RATE},
    "pool": {"kind": "pool", "real": [M] + [REAL] * (G - 1), "synthetic": [0] + [M - REAL] * (G - 1)},
}


def scenario(policy: str, size: int = M) -> dict[str, Any]:
    """The scenario file of a policy."""
    file = {
        "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
        "retention": RETENTIONS[policy],
        "estimator": {"kind": "moments", "divisor": "mle"},
    }
    return file if policy in ("weighted", "pool") else file | {"sample_size": {"kind": "constant", "size": size}}


def rows(effort: Effort) -> Iterator[Row]:
    """Every policy with numbers at the end; replacement also with numbers in every generation, and its other peers."""
    for policy in POLICIES:
        effort.say(policy)
        yield _row(policy, (G,), effort)
    effort.say("replace, read in every generation")
    yield _row("replace", tuple(range(1, G + 1)), effort)
    for size in (1000, 100):
        effort.say(f"the loop that people write, M = {size}")
        yield _loop(size, effort)
    effort.say("jax.random")
    yield _jax_random(effort)


def _row(policy: str, record: tuple[int, ...], effort: Effort) -> Row:
    replicates = (POINTS_R if policy == "accumulate_subsample" else R) // (8 if effort.quick else 1)
    case = Case(scenario(policy), G, replicates, record)

    def peer(rng: np.random.Generator, share: int) -> object:
        return readings(POLICIES[policy](rng, share, M), G, set(record))

    name = f"Gaussian, {policy.replace('_', ' ')}"
    setting = f"R={replicates}, M={M}, g={G}, read {'at the end' if len(record) == 1 else 'every generation'}"
    row = engine_row(
        Named("gaussian", name, setting, UNIT),
        case,
        numpy_contenders(peer, replicates, case.work, CHUNK),
        {ONE: 2.0, TWO: 1.1},
        effort.at_most(3) if policy == "accumulate_subsample" else effort.rounds,
    )
    if row.value is None or policy not in BYTES or len(record) > 1:
        return row
    rates = measured([ours(case)[0], *limits()], effort.rounds)
    shares = {limit: scaled(rates.ratio(OURS, limit), BYTES[policy]) for limit in (FUSED, WIDE)}
    return replace(
        row,
        ratios={**row.ratios, **shares},
        targets=(*row.targets, Target(FUSED, 0.4, shares[FUSED].median)),
        note=f"{BYTES[policy]} random bytes per chain-generation",
    )


def _loop(size: int, effort: Effort) -> Row:
    case = Case(scenario("replace", size), G, R // (8 if effort.quick else 1), (G,))
    chains = 20
    run = partial(what_people_write, np.random.default_rng(0), chains, size, G)
    named = Named(
        "gaussian", "Gaussian, the plain loop", f"R={case.replicates}, M={size}, g={G}, read at the end", UNIT
    )
    note = f"the loop runs {chains} chains, its rate is taken for any number"
    return engine_row(named, case, [Contender("loop", run, chains * G)], {"loop": 500.0}, effort.rounds, note=note)


def _jax_random(effort: Effort) -> Row:
    case = Case(scenario("replace"), G, R // (8 if effort.quick else 1), (G,))
    peer = Contender("jax.random", chi_square_chains(case.replicates, M, G), case.work, 2)
    named = Named("gaussian", "Gaussian, jax.random", f"R={case.replicates}, M={M}, g={G}, read at the end", UNIT)
    return engine_row(named, case, [peer], {}, effort.at_most(5))
