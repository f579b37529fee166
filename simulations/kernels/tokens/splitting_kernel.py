"""The numbers that a splitting kernel is run with: sizes by generation, and the scenario's constants as arrays."""

from typing import Any

import numpy as np

from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.setting import batches
from simulations.kernels.tokens.splitting import SplittingProgram, SplittingRow, SplittingTables
from simulations.kernels.tokens.splitting_shape import splitting_shape
from theory.scenario import Scenario
from theory.scenario.estimator import Additive
from theory.scenario.retention import Accumulate, AccumulateSubsample, Forgetting, Pool, RealShare, Weighted, Window
from theory.scenario.sampler import Temperature, TopK, TopP
from theory.scenario.source import TokenSource, ZipfSource


def splitting_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered token scenario for so many generations.

    Raises InputError where the sizes end before the run does.
    """
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    shape, p0 = splitting_shape(scenario), scenario.source.distribution()
    table = _rows(scenario, generations)

    def rows(first: int) -> SplittingRow:
        i = np.minimum(np.arange(first, first + BLOCK), generations) - 1
        return SplittingRow(*(column[i] for column in table))

    padding = shape.tokens - len(p0)
    source = np.pad(p0, (0, padding))
    pseudocount = scenario.estimator.pseudocount if isinstance(scenario.estimator, Additive) else 0.0
    tables = SplittingTables(
        source, np.arange(shape.tokens) < len(p0), np.float64(pseudocount), np.float64(_argument(scenario))
    )
    return Kernel("tokens", SplittingProgram(shape, scenario.sampler.kind), shape.width, tables, rows, source)


def _rows(scenario: Scenario, generations: int) -> SplittingRow:
    """The numbers of all generations, each an array over them."""
    retention, plan = scenario.retention, batches(scenario, generations)
    real, synthetic = plan.real.copy(), plan.synthetic.copy()
    held = real + synthetic
    sample, share = np.zeros_like(held), np.zeros(generations)
    weight, place = np.zeros(generations), np.zeros(generations, np.int32)
    if isinstance(retention, RealShare) and retention.scheme == "fixed":
        kept = retention.real_points(int(held[0]))
        real, synthetic = np.where(np.arange(generations) == 0, kept, 0), held - kept
    elif isinstance(retention, RealShare) and retention.scheme == "iid":
        share = np.array([retention.share_of(int(M)) for M in held])
    elif isinstance(retention, Accumulate):
        held = held.cumsum()
    elif isinstance(retention, AccumulateSubsample | Pool):
        budget = retention.budget if isinstance(retention, Pool) else None
        if isinstance(retention, AccumulateSubsample) or budget is not None:
            sample = held.copy() if budget is None else np.full_like(held, budget)
            sample[0] = held[0]
        held = held.cumsum() + sample
    elif isinstance(retention, Window):
        place = (np.arange(generations) % retention.length).astype(np.int32)
        total = np.concatenate([np.zeros(retention.length, np.int64), held.cumsum()])
        held = total[retention.length :] - total[: -retention.length]
    elif isinstance(retention, Weighted | Forgetting):
        weight[:] = retention.weight if isinstance(retention, Weighted) else retention.rate
    first = np.arange(generations) == 0
    return SplittingRow(first, real, synthetic, sample, place, held, share, weight)


def _argument(scenario: Scenario) -> Any:
    sampler = scenario.sampler
    if isinstance(sampler, Temperature):
        return sampler.temperature
    if isinstance(sampler, TopK):
        return sampler.k
    return sampler.p if isinstance(sampler, TopP) else 1.0
