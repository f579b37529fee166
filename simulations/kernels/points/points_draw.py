"""Points that are really drawn: what a sampler makes of a standard normal, and the mean and spread of a set of points.

Points are in the units of the model that writes them, z = (x - mu) / sigma, and so are their sums of squares, taken
about their own mean: a chain may lose thousands of orders of magnitude of variance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, UInt32
from scipy.special import erf, erfc

from simulations.bits import Bits, bits, log, normal_quantile, uniforms, word64
from simulations.kernels.line.batches import Batch
from theory.scenario.sampler import BestOf, Faithful, Sampler, Scaled, Truncated

SYNTHETIC, REAL, COIN, INDEX = (np.uint32(i << 30) for i in range(4))
"""Where the draws begin that make points of the model, points of the source, coins and indices."""


class SamplerRow(NamedTuple):
    """Numbers of a sampler in one generation: mass within the cut-offs and beyond, draws to choose from, log of the
    variance factor.
    """

    within: Float64[Any, "*T"]
    beyond: Float64[Any, "*T"]
    choices: Float64[Any, "*T"]
    log_factor: Float64[Any, "*T"]


@dataclass(frozen=True)
class Writer:
    """How a model writes points: "central" (inverse CDF between cut-offs), "largest" or "nearest" of some draws."""

    kind: str

    def draw(
        self, row: SamplerRow, key: Bits, replicate: UInt32[Array, ""], cells: int, centre: Float64[Array, ""]
    ) -> Float64[Array, "n"]:
        """Standardised points; `centre` is where the reward is greatest, in the same units."""
        cell = jnp.arange(cells, dtype=jnp.uint32) + SYNTHETIC
        if self.kind == "central":
            return _apart(row.choices, lambda: _between(row, bits(key, replicate, cell)))
        if self.kind == "largest":
            return _apart(row.choices, lambda: _largest(row.choices, bits(key, replicate, cell)))
        far = jnp.maximum(1.0, jnp.abs(centre))  # (z - centre)^2 up to a constant and a factor, whatever the centre

        def better(i: Any, best: Any) -> Any:
            z = _between(row, bits(key, replicate, cell + i.astype(jnp.uint32) * np.uint32(cells)))
            loss = z * (z / far) - 2.0 * z * (centre / far)
            closer = loss < best[1]
            return jnp.where(closer, z, best[0]), jnp.where(closer, loss, best[1])

        start = jnp.zeros(cells), jnp.full(cells, jnp.inf)
        return lax.fori_loop(0, row.choices.astype(jnp.int32), better, start)[0]


def _apart(choices: Float64[Array, ""], drawn: Callable[[], Float64[Array, "n"]]) -> Float64[Array, "n"]:
    """What is drawn, as an array: XLA fuses nothing across a conditional, else it draws every point again in each pass.

    There is at least one draw to choose from, so that the condition always holds; XLA does not know it.
    """
    return lax.cond(choices > 0, drawn, lambda: jnp.zeros(jax.eval_shape(drawn).shape))


def _between(row: SamplerRow, pair: Bits) -> Float64[Array, "n"]:
    """A standard normal between cut-offs -c and c by inverse CDF; `normals` of the same bits where c is infinite."""
    mantissa = word64(pair) & np.uint64(2**52 - 1) | np.uint64(0x3FF << 52)
    t = lax.bitcast_convert_type(mantissa, jnp.float64) - (1.0 - 2.0**-53)
    z = normal_quantile(row.within * (1.0 - t), row.beyond + row.within * t)
    return jnp.where(pair[0] >> np.uint32(31) == 0, z, -z)


def _largest(k: Float64[Array, ""], pair: Bits) -> Float64[Array, "n"]:
    """The largest of k standard normals: the quantile of U^(1/k), with both of its tails to full accuracy."""
    exponent = log(uniforms(pair)) / k
    above, below = -jnp.expm1(exponent), jnp.exp(exponent)
    return normal_quantile(below - above, 2.0 * jnp.minimum(below, above))


def writer_of(sampler: Sampler) -> Writer:
    """The kind of inverse CDF or choice that a sampler is."""
    if isinstance(sampler, BestOf):
        return Writer("largest" if sampler.reward == "value" else "nearest")
    assert isinstance(sampler, Faithful | Scaled | Truncated)
    return Writer("central")


def sampler_rows(sampler: Sampler, synthetic: Bool[np.ndarray, "T"]) -> SamplerRow:
    """The numbers of a sampler; generations that are not `synthetic` draw faithfully."""
    within, beyond, k, factor = 1.0, 0.0, 1, 1.0
    if isinstance(sampler, Truncated):
        within, beyond = float(erf(sampler.cutoff / np.sqrt(2))), float(erfc(sampler.cutoff / np.sqrt(2)))
    elif isinstance(sampler, BestOf):
        k = sampler.k
    elif isinstance(sampler, Scaled):
        factor = sampler.variance_factor
    pairs = ((within, 1.0), (beyond, 0.0), (float(k), 1.0), (np.log(factor), 0.0))
    return SamplerRow(*(np.where(synthetic, other, plain) for other, plain in pairs))


def real_points(
    choices: Float64[Array, ""], key: Bits, replicate: UInt32[Array, ""], cells: int
) -> Float64[Array, "n"]:
    """Standard normal points of the source; `choices` are those of the generation's sampler."""
    cell = jnp.arange(cells, dtype=jnp.uint32) + REAL
    plain = SamplerRow(*(jnp.asarray(x) for x in (1.0, 0.0, 1.0, 0.0)))
    return _apart(choices, lambda: _between(plain, bits(key, replicate, cell)))


def summarised(z: Float64[Array, "n"], counted: Bool[Array, "n"]) -> Batch:
    """Count, mean and log of the sum of squared deviations of the points that are counted, in two passes.

    Deviations are from a point of the set first: the spread of points that all agree is exactly 0.
    """
    count = counted.sum().astype(jnp.float64)
    divisor = jnp.maximum(count, 1.0)
    origin = z[jnp.argmax(counted)]
    from_origin = jnp.where(counted, z - origin, 0.0)
    shift = from_origin.sum() / divisor
    squares = (jnp.where(counted, from_origin - shift, 0.0) ** 2).sum()
    log_squares = jnp.where(squares > 0, jnp.log(jnp.where(squares > 0, squares, 1.0)), -jnp.inf)
    return Batch(count, jnp.where(count > 0, origin + shift, 0.0), log_squares)
