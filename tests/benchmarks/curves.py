"""Cost against size, all else held: generations and replicates of a Gaussian, types and tokens of a text.

Ours are all methods of a family that can answer, on two cores; numpy's are on two threads. Only the last generation is
read. A contender leaves a curve where one run would take longer than a second or two.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from paper.benchmarks import Curve
from simulations.ensemble import estimate
from simulations.kernels.choice import methods_of
from simulations.requested import Requested
from tests.benchmarks import group_gaussian, group_tokens, numpy_gaussian, numpy_tokens
from tests.benchmarks.engine import STATISTICS, Case
from tests.benchmarks.groups import Effort
from tests.benchmarks.rounds import on_cores, seconds_of
from tests.benchmarks.threads import numpy_contenders
from theory.scenario import InputError, parse_scenario

NUMPY = "numpy"
LONGEST_SECONDS = 1.5
REPEATS = 3

CHAINS, FITS, TYPES, TOKENS, TEXTS, REFITS = 4096, 50, 1_000, 10_000, 16, 50


def curves(effort: Effort) -> list[Curve]:
    """Every curve, contender by contender."""
    found: list[Curve] = []
    for axis, family, sizes in (
        ("g", "gaussian", 10.0 ** np.arange(0, 4)),
        ("R", "gaussian", 4.0 ** np.arange(0, 11)),
        ("K", "tokens", 10.0 ** np.arange(0.5, 6.1, 0.5)),
        ("M", "tokens", 10.0 ** np.arange(1, 13)),
    ):
        x = [round(float(size)) for size in (sizes[::2] if effort.quick else sizes)]
        for contender in (*(method.name for method in methods_of(family)), NUMPY):
            effort.say(f"{contender}, {family} against {axis}")
            points = list(_curve(axis, contender, x))
            if points:
                sizes_met, costs = zip(*points, strict=True)
                found.append(Curve(axis, family, contender, _setting(axis), sizes_met, costs))
    return found


def _setting(axis: str) -> str:
    sizes = {"g": f"R={CHAINS}, M=100", "R": f"g={FITS}, M=100", "K": f"M={TOKENS}", "M": f"K={TYPES}"}
    return sizes[axis] if axis in "gR" else f"{sizes[axis]}, R={TEXTS}, g={REFITS}"


def _curve(axis: str, contender: str, x: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Sizes and nanoseconds per chain-generation, as far as the contender comes."""
    for size in x:
        case = _case(axis, size)
        if contender == NUMPY:
            run = _numpy(axis, case)
        else:
            case = replace(case, method=contender)
            if not _affordable(case):
                continue
            run = case.run
        with on_cores(2):
            seconds = sorted([seconds_of(run) for _ in range(REPEATS + 1)][1:])[REPEATS // 2]
        yield size, 1e9 * seconds / case.work
        if seconds > LONGEST_SECONDS:
            return


def _case(axis: str, size: int) -> Case:
    if axis in "gR":
        g, R = (size, CHAINS) if axis == "g" else (FITS, size)
        return Case(group_gaussian.scenario("replace"), g, R, (g,))
    K, M = (size, TOKENS) if axis == "K" else (TYPES, size)
    return Case(group_tokens.scenario(K, M), REFITS, TEXTS, (REFITS,))


def _affordable(case: Case) -> bool:
    """Whether the method covers the case, and would by its own estimate not take long."""
    scenario = parse_scenario(dict(case.scenario))
    statistics = [Requested(name) for name in STATISTICS[scenario.family]]
    try:
        cost = estimate(scenario, case.generations, case.replicates, statistics, case.record, method=case.method)
    except InputError:
        return False
    return cost.seconds < 3 * LONGEST_SECONDS


def _numpy(axis: str, case: Case) -> Callable[[], object]:
    record = set(case.record)
    if axis in "gR":

        def work(rng: np.random.Generator, share: int) -> object:
            return numpy_gaussian.readings(numpy_gaussian.replace(rng, share, 100), case.generations, record)

        return numpy_contenders(work, case.replicates, 1.0, group_gaussian.CHUNK)[1].run
    p = numpy_tokens.zipf(case.scenario["source"]["vocabulary"])
    M = case.scenario["sample_size"]["size"]

    def texts(rng: np.random.Generator, share: int) -> object:
        return numpy_tokens.chains(rng, share, p, M, case.generations, record)

    return numpy_contenders(texts, case.replicates, 1.0)[1].run
