"""One generation of a chain whose models differ in scale alone, in constant time: uniform and exponential laws.

The maximum of n uniform points on [0, theta] is theta U^(1/n), the sum of n exponential ones m Gamma(n): either is all
that maximum likelihood reads of a batch. The state is the logarithm of the scale in units of the source's, so that
nothing underflows.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, UInt32

from simulations.bits import Bits, bits, log, normals, uniforms
from simulations.chi_square import chi_square_table, log_chi_square, route_of
from simulations.kernels.families.scale_family import SCALE_LANE
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.line.split import Split, binomial_split, real_points
from simulations.kernels.points.points_counts import run_counts
from simulations.kernels.setting import policy_of
from simulations.kernels.shape import padded
from simulations.measures_families import ScaleUnits
from theory.scenario import Scenario
from theory.scenario.retention import RealShare
from theory.scenario.source import ExponentialSource, UniformSource

SYNTHETIC, REAL, COIN = (np.uint32(i) for i in range(3))
"""The draws of a generation."""


class ScaleState(NamedTuple):
    """log(theta_t / theta_0), and the log statistic of the points that the policy keeps."""

    log_scale: Float64[Array, "*R"]
    held: Float64[Array, "*R"]


class ScaleRow(NamedTuple):
    """Numbers of one generation: new points of both kinds, those that are fitted, the share of real points by coin, the
    row of its split.
    """

    first: Bool[Any, "*T"]
    real: Float64[Any, "*T"]
    synthetic: Float64[Any, "*T"]
    fitted: Float64[Any, "*T"]
    share: Float64[Any, "*T"]
    split: Int32[Any, "*T"]


class ScaleTables(NamedTuple):
    """Arrays of a run: the source's units and, for exponential laws, the chi-squares and the splits by coin."""

    source: ScaleUnits
    chi_square: Float64[Any, "K"] | None
    split: Split | None


@dataclass(frozen=True)
class ScaleProgram:
    """The step of one policy for "uniform" or "exponential" laws; `route` is that of the chi-squares."""

    family: str
    policy: str
    route: int

    def start(self) -> ScaleState:
        """The source, and nothing kept."""
        return ScaleState(jnp.zeros(()), jnp.full((), -jnp.inf))

    def step(
        self, tables: ScaleTables, row: ScaleRow, key: Bits, replicate: UInt32[Array, ""], state: ScaleState
    ) -> ScaleState:
        """Draw the statistics of the batches of the generation, merge them, fit the scale."""
        real, synthetic, held = row.real, row.synthetic, state.held
        if self.policy == "iid":
            if self.family == "uniform":
                return ScaleState(_mixed_maximum(row, state.log_scale, bits(key, replicate, SYNTHETIC)), held)
            assert tables.split is not None
            real = real_points(tables.split, row.split, lambda: bits(key, replicate, COIN))
            synthetic = row.synthetic - real

        def batch(n: Float64[Array, ""], log_scale: Float64[Array, ""] | float, draw: Any) -> Float64[Array, ""]:
            pair = bits(key, replicate, draw)
            if self.family == "uniform":
                return log_scale + jnp.where(n > 0, log(uniforms(pair)) / jnp.maximum(n, 1.0), -jnp.inf)
            log_double = log_chi_square(tables.chi_square, self.route, 2.0 * n + 1.0, normals(pair))
            return log_scale + log_double - np.log(2.0)

        training = batch(synthetic, state.log_scale, SYNTHETIC)
        if self.policy == "fixed":
            held = lax.cond(row.first, lambda: batch(real, 0.0, REAL), lambda: held)
            training = self._merged(held, training)
        elif self.policy in ("iid", "stratified", "pool"):
            training = self._merged(batch(real, 0.0, REAL), training)
        if self.policy in ("accumulate", "pool"):
            training = held = self._merged(held, training)
        return ScaleState(training if self.family == "uniform" else training - jnp.log(row.fitted), held)

    def observe(self, row: ScaleRow, state: ScaleState) -> tuple[Float64[Array, ""], Bool[Array, ""]]:
        """The log-scale, which is always finite; a uniform law never exceeds the source's."""
        broken = ~jnp.isfinite(state.log_scale)
        return state.log_scale, broken | (state.log_scale > 0) if self.family == "uniform" else broken

    def _merged(self, a: Float64[Array, ""], b: Float64[Array, ""]) -> Float64[Array, ""]:
        return jnp.maximum(a, b) if self.family == "uniform" else jnp.logaddexp(a, b)


def _mixed_maximum(row: ScaleRow, log_scale: Float64[Array, ""], pair: Bits) -> Float64[Array, ""]:
    """log of the maximum of n points, each uniform on [0, 1] with probability a and else on [0, scale], scale <= 1.

    One point is at most x with probability G(x) = a x + (1-a) min(x/scale, 1), and the maximum is G^-1(U^(1/n)).
    """
    a, log_g = row.share, log(uniforms(pair)) / row.synthetic
    scale = jnp.exp(log_scale)
    inside = log_g + log_scale - jnp.log(a * scale + (1.0 - a))
    above = jnp.log1p(jnp.expm1(log_g) / jnp.where(a > 0, a, 1.0))
    return jnp.where(jnp.exp(log_g) <= a * scale + (1.0 - a), inside, above)


def scale_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered uniform or exponential scenario for so many generations."""
    counts, policy = run_counts(scenario, generations), policy_of(scenario)
    sizes, place = np.unique(counts.synthetic, return_inverse=True)
    by_coin = isinstance(scenario.retention, RealShare) and scenario.retention.scheme == "iid"
    shares = np.array([scenario.retention.share_of(int(M)) if by_coin else 0.0 for M in counts.synthetic])  # type: ignore[union-attr]
    shares[0] = 0.0  # every point of the first generation is real already

    def rows(first: int) -> ScaleRow:
        i = np.minimum(np.arange(first, first + BLOCK), generations) - 1
        real, synthetic, fitted = (n[i].astype(float) for n in (counts.real, counts.synthetic, counts.fitted))
        return ScaleRow(i == 0, real, synthetic, fitted, shares[i], place[i].astype(np.int32))

    split, chi_square, route = None, None, 0
    source = scenario.source
    if isinstance(source, ExponentialSource):
        units = ScaleUnits(*(np.float64(x) for x in (source.mean**2, 2.0 * np.log(source.mean), source.mean)))
        every = np.concatenate([counts.real, counts.synthetic])
        least = 0 if by_coin else int(every[every > 0].min()) if (every > 0).all() else 0
        route = route_of(2 * least + 1, 2 * int(every.max()) + 1)
        chi_square = chi_square_table(padded(2 * int(every.max()) + 1))
        if by_coin:
            split = binomial_split(sizes.tolist(), [scenario.retention.share_of(int(M)) for M in sizes])  # type: ignore[union-attr]
    else:
        assert isinstance(source, UniformSource)
        variance = source.upper**2 / 12.0
        units = ScaleUnits(*(np.float64(x) for x in (variance, np.log(variance), source.upper / 2.0)))
    tables = ScaleTables(units, chi_square, split)
    return Kernel(scenario.family, ScaleProgram(scenario.family, policy, route), SCALE_LANE, tables, rows, np.zeros(()))
