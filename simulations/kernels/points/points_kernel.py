"""The program and the tables of a Gaussian scenario whose points are drawn: whole batches, a pool, or a density."""

import numpy as np

from simulations.kernels.kernel import Kernel
from simulations.kernels.points.density import DensityProgram, DensityTables
from simulations.kernels.points.points import PointProgram, PointTables
from simulations.kernels.points.points_counts import POOLS, PointCounts, lane_width, point_counts, replaces
from simulations.kernels.points.points_draw import writer_of
from simulations.kernels.points.points_pool import PoolProgram
from simulations.kernels.points.points_rows import point_rows
from simulations.kernels.setting import policy_of
from simulations.kernels.shape import padded
from simulations.measure import GaussianModel, GaussianUnits, measured_by
from theory.scenario import Scenario
from theory.scenario.estimator import Kernel as KernelDensity
from theory.scenario.retention import Window
from theory.scenario.sampler import BestOf
from theory.scenario.source import GaussianSource


def points_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered scenario for so many generations.

    Raises InputError where one chain would be too large.
    """
    source, counts = scenario.source, point_counts(scenario, generations)
    assert isinstance(source, GaussianSource)
    variance = np.float64(source.covariance_matrix()[0, 0])
    units = GaussianUnits(variance, np.log(variance))
    estimator = scenario.estimator
    density = isinstance(estimator, KernelDensity)
    tables = (
        _density_tables(estimator, units)
        if isinstance(estimator, KernelDensity)
        else PointTables(units, _centre(scenario, units))
    )
    return Kernel(
        measured_by(scenario),
        _program(scenario, counts, density),
        lane_width(scenario.first_size),
        tables,
        lambda first: point_rows(scenario, counts, first),
        GaussianModel(np.zeros(()), np.zeros(())),
    )


def _program(scenario: Scenario, counts: PointCounts, density: bool) -> PointProgram | PoolProgram | DensityProgram:
    policy, retention, writer = policy_of(scenario), scenario.retention, writer_of(scenario.sampler)
    cells, real = padded(int(counts.synthetic.max())), _padded_or_none(int(counts.real.max()))
    replacement = replaces(scenario)
    if replacement is not None or policy == "accumulate_subsample" or (density and policy in POOLS):
        pool = padded(int((counts.before + counts.real + counts.synthetic).max())) + cells + real
        fitted = padded(int(counts.fitted.max())) if replacement is not None else 0
        return PoolProgram(replacement, density, writer, max(pool, fitted), cells, real, fitted)
    if density:
        return DensityProgram(policy, padded(int(counts.fitted.max())), real)
    return PointProgram(policy, writer, cells, real, retention.length if isinstance(retention, Window) else 1)


def _padded_or_none(n: int) -> int:
    return padded(n) if n else 0


def _centre(scenario: Scenario, units: GaussianUnits) -> np.ndarray:
    centre = scenario.sampler.centre if isinstance(scenario.sampler, BestOf) else None
    mean = float(np.atleast_1d(np.asarray(scenario.source.mean))[0])  # type: ignore[union-attr]
    return np.asarray(0.0 if centre is None else (centre - mean) / np.sqrt(units.variance))


def _density_tables(estimator: KernelDensity, units: GaussianUnits) -> DensityTables:
    fixed = -np.inf if estimator.bandwidth is None else np.log(estimator.bandwidth) - 0.5 * units.log_variance
    relative = -np.inf if estimator.relative is None else np.log(estimator.relative)
    of_points, of_model = (-np.inf, relative) if estimator.sd == "model" else (relative, -np.inf)
    lost = 1.0 if estimator.sd == "unbiased" else 0.0
    return DensityTables(units, *(np.asarray(number) for number in (fixed, of_points, lost, of_model)))
