"""Token ensembles of a Zipf source under replacement: statistics in every generation, the last alone, every regime."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from paper.benchmarks import Row, Spread, Target
from tests.benchmarks.engine import Case, Named, engine_row
from tests.benchmarks.groups import Effort
from tests.benchmarks.numpy_tokens import chains, zipf
from tests.benchmarks.rounds import on_cores, seconds_of, spread
from tests.benchmarks.threads import ONE, TWO, numpy_contenders
from theory.scenario import InputError

UNIT = "chain-generations/s"

EVERY = {ONE: 1.8, TWO: 1.0}
EVER = {TWO: 0.95}
LAST = {ONE: 8.0}

REGIMES = ((2, 10, 4096), (10, 100_000, 512), (100, 1_000_000, 64), (100_000, 1_000, 4))
"""K, M and R of regimes at the edges: few types, few tokens, many of one and few of the other."""

CORPUS, TYPES, FITS = 10**12, 10**6, 100


def scenario(K: int, M: int) -> dict[str, Any]:
    """The scenario file of a Zipf source with exponent 1."""
    return {
        "source": {"kind": "zipf", "vocabulary": K, "exponent": 1.0},
        "sample_size": {"kind": "constant", "size": M},
        "retention": {"kind": "replace"},
    }


def rows(effort: Effort) -> Iterator[Row]:
    """Every generation read, the last one read, the edges, and one corpus that no other way can reach."""
    for K, M, R in ((100, 1_000, 200), (1_000, 10_000, 50), (10_000, 100_000, 6)):
        effort.say(f"K={K}, M={M}, every generation read")
        yield token_row(effort, K, M, R, 50, EVERY)
        effort.say(f"K={K}, M={M}, the last read")
        yield token_row(effort, K, M, R, 50, {}, last=True)
    effort.say("the last of 200 generations")
    yield token_row(effort, 1_000, 10_000, 50, 50 if effort.quick else 200, LAST, last=True)
    for K, M, R in REGIMES:
        effort.say(f"K={K}, M={M}, an edge")
        yield token_row(effort, K, M, R, 20, EVER, rounds=5)
    effort.say("the vocabulary of a corpus of 10^12 tokens")
    yield _corpus(effort)


def token_row(
    effort: Effort,
    K: int,
    M: int,
    R: int,
    g: int,
    needed: Mapping[str, float],
    last: bool = False,
    rounds: int = 99,
    group: str = "tokens",
) -> Row:
    """The row of one size, beside numpy's multinomial with the same numbers read."""
    record = (g,) if last else tuple(range(1, g + 1))
    case = Case(scenario(K, M), g, R, record)
    p = zipf(K)

    def peer(rng: np.random.Generator, share: int) -> object:
        return chains(rng, share, p, M, g, set(record))

    name = f"tokens, {'last read' if last else 'all read'}"
    named = Named(group, name, f"K={K}, M={M:.0e}, R={R}, g={g}".replace("e+0", "e").replace("e+", "e"), UNIT)
    peers = numpy_contenders(peer, R, case.work)
    return engine_row(named, case, peers, needed, effort.at_most(rounds))


def _corpus(effort: Effort) -> Row:
    """Seconds for one chain: types alive after 100 generations of a corpus of 10^12 tokens."""
    case = Case(scenario(TYPES, CORPUS), FITS, 1, (FITS,), statistics=("vocabulary",))
    named = ("tokens", "vocabulary of a corpus", "K=1e6, M=1e12, R=1, g=100", "s")
    try:
        method = case.run().method
    except InputError as error:
        return Row(*named, note=f"not run: {error}")
    with on_cores(2):
        seconds: Spread = spread(np.array([seconds_of(case.run) for _ in range(effort.at_most(5))]))
    return Row(*named, method, seconds, targets=(Target("seconds", 1.0, seconds.median, at_least=False),))
