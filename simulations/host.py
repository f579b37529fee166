"""Lanes of chains that numpy runs one at a time: the same readings as those of a compiled lane."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, UInt32

from simulations.kernels.kernel import HostKernel
from simulations.measure import EVENTS, MEASURES
from simulations.readout import Slot


class HostRun(NamedTuple):
    """A checked run on the host: what is measured, in which generations."""

    kernel: HostKernel
    key: UInt32[np.ndarray, "2"]
    slots: Sequence[Slot]
    generations: int
    record: tuple[int, ...]


def host_lane(
    run: HostRun, first: int, count: int, finished: Callable[[int], None], check: Callable[[], None]
) -> Float64[np.ndarray, "T s R"]:
    """Values of a lane's chains in every recorded generation t >= 1; `finished` is told the generations of each chain.

    `check` is called between generations and raises where the run is given up.
    """
    measures = [*MEASURES[run.kernel.measures].values(), *EVENTS.get(run.kernel.measures, {}).values()]
    clocks = [place for place, slot in enumerate(run.slots) if slot.code >= len(MEASURES[run.kernel.measures])]
    recorded = tuple(t for t in run.record if t > 0)
    later = tuple(range(1, run.generations + 1)) if clocks else recorded
    values = np.empty((len(later), len(run.slots), count))
    for group in range(0, count, run.kernel.together):
        members = min(run.kernel.together, count - group)
        if run.kernel.chains is None:
            observed = run.kernel.chain(run.key, first + group, run.generations, later)
        else:
            observed = run.kernel.chains(run.key, first + group, members, run.generations, later)
        times = []
        for place, (t, observation) in enumerate(observed):
            check()
            times.append(t)
            for slot, (_, code, at) in enumerate(run.slots):
                value = measures[code](run.kernel.reference, observation, np.float64(at))
                values[place, slot, group : group + members] = value
        assert tuple(times) == later
        finished(members * run.generations)
    struck = np.where(values[:, clocks] > 0, np.array(later, float)[:, None, None], np.inf)
    values[:, clocks] = np.minimum.accumulate(struck, axis=0)
    return values[np.searchsorted(later, recorded)]


def summaries(values: Float64[np.ndarray, "T s R"]) -> Float64[np.ndarray, "T s 8"]:
    """The fields of a simulations.moments.Summary over the chains of each generation and statistic."""
    finite = np.isfinite(values)
    count = finite.sum(-1)
    mean = np.where(finite, values, 0.0).sum(-1) / np.maximum(count, 1)
    d = np.where(finite, values - mean[..., None], 0.0)
    beyond = [(event).sum(-1) for event in (values == np.inf, values == -np.inf, np.isnan(values))]
    return np.stack([count, mean, (d**2).sum(-1), (d**3).sum(-1), (d**4).sum(-1), *beyond], axis=-1)
