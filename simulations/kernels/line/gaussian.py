r"""One generation of a Gaussian chain in one dimension: state (mean, log variance), batches from their exact laws.

A normal law is a location and a scale, and estimators by moments respect both: every chain runs from the source N(0, 1)
and measures give it the source's units. A chain starts at the source itself, so that at t = 1 synthetic and real points
are one law and no policy needs a special first generation.

Every policy makes its next model of parts: the synthetic batch, a real batch, the model before, batches that are held.
With mean $d_j$ and sum of squares $S_j$ of part $j$,

$$m = \sum_j w_j d_j, \qquad v = \sum_j c_j S_j + b_j (d_j - m)^2,$$

where pooling $n = \sum_j n_j$ points takes $w_j = n_j/n$, $c_j = 1/L$, $b_j = n_j/L$ with the divisor $L$ of $n$
points, and mixing takes $c_j = w_j/L_j$, $b_j = 0$. Parts are measured from the mean of the model before in units of
its standard deviation (of the source's, where real points enter and it is wider): nothing underflows however far a
chain has shrunk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, UInt32

from simulations.bits import Bits, bits, log
from simulations.kernels.line.batches import DRAWS, Batch, drawn_batch, drawn_batch_of
from simulations.kernels.line.split import Split, real_points
from simulations.measure import GaussianModel, GaussianUnits

LARGEST_UNROLLED = 32
"""Batches that are held as numbers of their own: XLA runs along chains rather than along short arrays."""

_LEAST = np.finfo(np.float64).tiny


class Weights(NamedTuple):
    """What one part adds: w to the mean, c to the variance for its squares, b for its distance from the mean."""

    mean: Float64[Any, "*n"]
    squares: Float64[Any, "*n"]
    distance: Float64[Any, "*n"]


class Part(NamedTuple):
    """Mean and sum of squares of one part, in the units of the generation."""

    mean: Float64[Any, "*n"]
    squares: Float64[Any, "*n"]


class Writing(NamedTuple):
    """What the sampler does to the model: the root of a factor of its variance; strength and centre of a tilt."""

    root: Float64[Any, "*T"]
    strength: Float64[Any, "*T"]
    centre: Float64[Any, "*T"]


class Coins(NamedTuple):
    """Scheme "iid": the row of the Split, M, its divisor, and the routes of the real and the synthetic chi-square."""

    row: Int32[Any, "*T"]
    size: Float64[Any, "*T"]
    divisor: Float64[Any, "*T"]
    real_route: Int32[Any, "*T"]
    synthetic_route: Int32[Any, "*T"]


class GaussianRow(NamedTuple):
    """Numbers of one generation, None for what the policy has not: a BatchLaw for each batch, Weights for each part."""

    first: Bool[Any, "*T"]
    slot: Int32[Any, "*T"]
    writing: Writing
    real_law: Any = None
    synthetic_law: Any = None
    coins: Any = None
    real: Any = None
    synthetic: Any = None
    model: Any = None
    held: tuple[Weights, ...] = ()


class GaussianTables(NamedTuple):
    """Arrays of a whole run: the source's units, and under scheme "iid" the numbers of real points and chi-squares."""

    source: GaussianUnits
    split: Split | None = None
    chi_square: Float64[Any, "lines"] | None = None


class GaussianState(NamedTuple):
    """A model, and the batches that are held: means from the model's in its standard deviations, squares over v."""

    model: GaussianModel
    held: tuple[Part, ...]


@dataclass(frozen=True)
class GaussianProgram:
    """The step of one kind of policy and one tilt ("none", "value" or "quadratic") that holds so many batches.

    `parts` says what there is: "replace" the synthetic batch alone; "model" the model before, too; "real" both and a
    real batch; "iid" two batches that coins fill; "fixed" a real batch that is held; "window" all batches are held,
    each with the real points that join it. Where the mean or the variance is `known` it stays that of the source.
    """

    parts: str
    tilt: str = "none"
    slots: int = 0
    known: str = "nothing"

    def start(self) -> GaussianState:
        """The source, in its own units."""
        zero = jnp.zeros(())
        held = [jnp.zeros(np.shape(places)) for places in slot_groups(self.slots)]
        return GaussianState(GaussianModel(zero, zero), tuple(Part(zeros, zeros) for zeros in held))

    def step(
        self, tables: GaussianTables, row: GaussianRow, key: Bits, replicate: UInt32[Array, ""], state: GaussianState
    ) -> GaussianState:
        """Draw the batches of the generation, add up its parts."""
        shift, log_ratio = state.model
        width = jnp.exp(0.5 * log_ratio)
        offset, root = self._written(row.writing, shift, width)
        if self.parts == "replace" and self.known == "nothing":
            batch = _synthetic(row, key, replicate)
            log_v = log_ratio + 2.0 * log(root) + batch.log_squares + log(row.synthetic.squares)
            return GaussianState(GaussianModel(shift + width * (offset + root * batch.mean), log_v), ())
        if self.slots:
            return self._holding(row, key, replicate, state, width, offset, root)
        if self.parts in ("replace", "model"):
            parts = [(row.synthetic, _part(_synthetic(row, key, replicate), offset, root))]
            if row.model is not None:
                parts.append((row.model, Part(0.0, 1.0)))
            mean, v = _summed(parts, self.known)
            return GaussianState(GaussianModel(shift + width * mean, log_ratio + _log(v)), ())
        return self._with_real(tables, row, key, replicate, state, width, offset, root)

    def _written(
        self, writing: Writing, shift: Float64[Array, ""], width: Float64[Array, ""]
    ) -> tuple[Float64[Array, ""] | float, Float64[Array, ""]]:
        """Mean and standard deviation of what the sampler draws from, in the units of the model.

        N(mu, v) exp(s x) is N(mu + s v, v); N(mu, v) exp(-s (x - c)^2 / 2) is N((mu + s v c)/(1 + s v), v/(1 + s v)).
        """
        if self.tilt == "value":
            return writing.strength * width, writing.root
        if self.tilt == "quadratic":
            pull = writing.strength * width
            narrower = 1.0 / (1.0 + pull * width)
            return pull * (writing.centre - shift) * narrower, jnp.sqrt(narrower)
        return 0.0, writing.root

    def _with_real(self, tables, row, key, replicate, state, width, offset, root) -> GaussianState:
        shift, log_ratio = state.model
        if row.coins is None:
            real, synthetic = drawn_batch(row.real_law, key, replicate, DRAWS), _synthetic(row, key, replicate)
            real_weights, synthetic_weights = row.real, row.synthetic
        else:
            coins, table = row.coins, tables.chi_square
            n = real_points(tables.split, coins.row, lambda: bits(key, replicate, np.uint32(2 * DRAWS)))
            real = drawn_batch_of(n, table, coins.real_route, key, replicate, DRAWS)
            synthetic = drawn_batch_of(coins.size - n, table, coins.synthetic_route, key, replicate, 0)
            c = 1.0 / coins.divisor
            real_weights, synthetic_weights = (Weights(k / coins.size, c, k * c) for k in (n, coins.size - n))
        unit, ours, source, log_unit = _units(real_weights, log_ratio, width)
        parts = [
            (synthetic_weights, _part(synthetic, offset * ours, root * ours)),
            (real_weights, _part(real, -shift * source, source)),
        ]
        if row.model is not None:
            parts.append((row.model, Part(0.0, ours * ours)))
        mean, v = _summed(parts, self.known)
        return GaussianState(GaussianModel(shift + unit * mean, log_unit + _log(v)), ())

    def _holding(self, row, key, replicate, state, width, offset, root) -> GaussianState:
        shift, log_ratio = state.model
        batch, held, unit, log_unit = _synthetic(row, key, replicate), state.held, width, log_ratio
        if row.real is None:
            fresh = _part(batch, offset, root)
        else:
            unit, ours, source, log_unit = _units(row.real, log_ratio, width)
            real = _part(drawn_batch(row.real_law, key, replicate, DRAWS), -shift * source, source)
            fresh = Part(*_summed([(row.synthetic, _part(batch, offset * ours, root * ours)), (row.real, real)]))
            held = tuple(Part(d * ours, S * ours * ours) for d, S in held)
        if self.parts == "fixed":
            held = lax.cond(
                row.first, lambda: (_part(drawn_batch(row.real_law, key, replicate, DRAWS), 0.0, 1.0),), lambda: held
            )
            parts = [(row.synthetic, fresh), *zip(row.held, held, strict=True)]
        else:
            held = tuple(
                Part(*(jnp.where(row.slot == places, new, old) for old, new in zip(part, fresh, strict=True)))
                for places, part in zip(slot_groups(self.slots), held, strict=True)
            )
            parts = list(zip(row.held, held, strict=True))
        mean, v = _summed(parts, self.known)
        narrower = jnp.where(v > 0, 1.0 / jnp.sqrt(v), 0.0)
        held = tuple(
            Part(*(jnp.where(w.mean > 0, a, 0.0) for a in ((d - mean) * narrower, S * narrower**2)))
            for w, (d, S) in zip(row.held, held, strict=True)
        )
        return GaussianState(GaussianModel(shift + unit * mean, log_unit + _log(v)), held)

    def observe(self, row: GaussianRow, state: GaussianState) -> tuple[GaussianModel, Bool[Array, ""]]:
        """The model; infinitely wide or far is impossible, log v = -inf is a chain whose points all agree."""
        shift, log_ratio = state.model
        return state.model, ~jnp.isfinite(shift) | jnp.isnan(log_ratio) | (log_ratio == jnp.inf)


def slot_groups(slots: int) -> list[Any]:
    """Numbers of the batches that are held, few one by one, many as one array."""
    return list(range(slots)) if slots <= LARGEST_UNROLLED else [np.arange(slots)]


def _synthetic(row: GaussianRow, key: Bits, replicate: UInt32[Array, ""]) -> Batch:
    return drawn_batch(row.synthetic_law, key, replicate, 0)


def _units(
    real: Weights, log_ratio: Float64[Array, ""], width: Float64[Array, ""]
) -> tuple[Float64[Array, ""], Float64[Array, ""], Float64[Array, ""], Float64[Array, ""]]:
    """The unit of a generation with real points, the model's and the source's in it, and its log variance."""
    present, wide = real.mean > 0, log_ratio > 0
    unit = jnp.where(present & ~wide, 1.0, width)
    ours = jnp.where(present & ~wide, width, 1.0)
    source = jnp.where(present, jnp.where(wide, 1.0 / width, 1.0), 0.0)
    return unit, ours, source, jnp.where(present, jnp.maximum(log_ratio, 0.0), log_ratio)


def _part(batch: Batch, offset: Float64[Array, ""] | float, root: Float64[Array, ""] | float) -> Part:
    """A batch from N(0, 1) as one from N(offset, root^2)."""
    return Part(offset + root * batch.mean, root * root * jnp.exp(batch.log_squares))


def _summed(
    parts: Sequence[tuple[Weights, Part]], known: str = "nothing"
) -> tuple[Float64[Array, ""], Float64[Array, ""]]:
    """Mean and variance of the next model. A known mean is at 0; with a known variance all units are the source's."""
    mean = v = jnp.zeros(())
    for weights, part in parts:
        mean = mean + jnp.sum(weights.mean * part.mean)
    if known == "variance":
        return mean, jnp.ones(())
    if known == "mean":
        mean = jnp.zeros(())
    for weights, part in parts:
        v = v + jnp.sum(weights.squares * part.squares + weights.distance * (part.mean - mean) ** 2)
    return mean, v


def _log(v: Float64[Array, ""]) -> Float64[Array, ""]:
    return jnp.where(v < _LEAST, -jnp.inf, log(jnp.maximum(v, _LEAST)))
