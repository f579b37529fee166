r"""One generation of a least-squares chain whose rows are drawn: state w - w_*, the error of the coefficients.

Rows are $x \sim N(0, I_d)$ with labels $y = x \cdot w + \epsilon$, w of the model before or, for real rows, of the
source. In terms of residuals about the model before, $w' = w + \arg\min_\delta |X\delta - r|^2$ with $r = \epsilon$ for
synthetic rows and $r = \epsilon - X(w - w_*)$ for real ones, so that nothing cancels. Accumulation keeps the triangular
factor of all older rows, whose residuals about their own fit are orthogonal to them. Forgetting takes a part of the
step. Weights of real and synthetic rows multiply both sides of a row by their roots. A ridge $\lambda$ is d more rows
$\sqrt\lambda\,I$, whose residuals $-\sqrt\lambda\,w$ draw all coefficients towards 0.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int64, UInt32, UInt64

from simulations.bits import Bits, bits, normals, word64
from simulations.kernels.families.least_squares import least_squares
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.points.points_counts import lane_width, point_counts
from simulations.kernels.points.points_draw import COIN, REAL
from simulations.kernels.setting import policy_of
from simulations.kernels.shape import padded
from theory.scenario import Scenario
from theory.scenario.estimator import LeastSquares
from theory.scenario.retention import Forgetting, RealShare, Weighted
from theory.scenario.source import RegressionSource


class RegressionState(NamedTuple):
    """The error of the coefficients, the triangle of older rows, the design that is reused, real rows that are kept."""

    error: Float64[Array, "*R d"]
    triangle: Float64[Array, "*R d d"] | None
    design: Float64[Array, "*R d n"] | None
    kept: tuple[Float64[Array, "*R d n"], Float64[Array, "*R n"]] | None


class RegressionRow(NamedTuple):
    """Numbers of one generation: its rows, the real ones among them, share * 2^63 of real rows by coin.

    `root` holds the roots of the weights of a real and of a synthetic row, `rate` the part of the step that is taken.
    """

    first: Bool[Any, "*T"]
    rows: Int64[Any, "*T"]
    real: Int64[Any, "*T"]
    share: UInt64[Any, "*T"]
    root: Float64[Any, "*T 2"]
    rate: Float64[Any, "*T"]


class RegressionTables(NamedTuple):
    """Arrays of a run: the standard deviation of the noise; `source` is the error of the source, 0.

    `drawn` is the root of the ridge and the coefficients of the source: any vector of their length does.
    """

    source: Float64[Any, "d"]
    noise: Float64[Any, ""]
    drawn: tuple[Float64[Any, ""], Float64[Any, "d"]] | None


@dataclass(frozen=True)
class RegressionProgram:
    """The step of one policy on so many rows of so many numbers; a `reused` design is that of generation 1."""

    policy: str
    dimension: int
    rows: int
    real: int
    reused: bool

    def start(self) -> RegressionState:
        """The source: no error."""
        d, n = self.dimension, self.rows
        triangle = jnp.zeros((d, d)) if self.policy == "accumulate" else None
        kept = (jnp.zeros((d, self.real)), jnp.zeros(self.real)) if self.policy == "fixed" else None
        return RegressionState(jnp.zeros(d), triangle, jnp.zeros((d, n)) if self.reused else None, kept)

    def step(
        self,
        tables: RegressionTables,
        row: RegressionRow,
        key: Bits,
        replicate: UInt32[Array, ""],
        state: RegressionState,
    ) -> RegressionState:
        """Draw design and noise, label, fit."""
        d, place = self.dimension, jnp.arange(self.rows, dtype=jnp.uint32)

        def drawn() -> Float64[Array, "d n"]:
            column = jnp.arange(d, dtype=jnp.uint32)[:, None]
            return normals(bits(key, replicate, place * np.uint32(d) + column))

        design = lax.cond(row.first, drawn, lambda: state.design) if self.reused else drawn()
        noise, kept = tables.noise * normals(bits(key, replicate, place + REAL)), state.kept
        real = place < row.real.astype(jnp.uint32)
        if kept is not None:
            fresh = design[:, : self.real], noise[: self.real]
            kept = tuple(jnp.where(row.first, new, old) for new, old in zip(fresh, kept, strict=True))
            same = real[: self.real]
            design = design.at[:, : self.real].set(jnp.where(same, kept[0], fresh[0]))
            noise = noise.at[: self.real].set(jnp.where(same, kept[1], fresh[1]))
        if self.policy == "iid":
            real = (word64(bits(key, replicate, place + COIN)) >> np.uint64(1)) < row.share
        residual = noise - jnp.where(real, (design * state.error[:, None]).sum(0), 0.0)
        there = place < row.rows.astype(jnp.uint32)
        columns, right = jnp.where(there, design, 0.0), jnp.where(there, residual, 0.0)
        if self.policy == "weighted":
            root = jnp.where(real, row.root[0], row.root[1])
            columns, right = columns * root, right * root
        if state.triangle is not None:
            columns = jnp.concatenate([state.triangle.T, columns], axis=1)
            right = jnp.concatenate([jnp.zeros(d), right])
        if tables.drawn is not None:
            ridge, truth = tables.drawn
            columns = jnp.concatenate([columns, ridge * jnp.eye(d)], axis=1)
            right = jnp.concatenate([right, -ridge * (state.error + truth)])
        fit = least_squares(columns, right)
        triangle = None if state.triangle is None else fit.triangle
        step = row.rate * fit.coefficients if self.policy == "forgetting" else fit.coefficients
        error = state.error + step
        return RegressionState(error, triangle, design if self.reused else None, kept)  # type: ignore[arg-type]

    def observe(self, row: RegressionRow, state: RegressionState) -> tuple[Float64[Array, "d"], Bool[Array, ""]]:
        """The error of the coefficients, which is finite."""
        return state.error, ~jnp.isfinite(state.error).all()


def regression_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered regression scenario for so many generations.

    Raises InputError where one chain would be too large.
    """
    source, retention, counts = scenario.source, scenario.retention, point_counts(scenario, generations)
    assert isinstance(source, RegressionSource)
    assert isinstance(scenario.estimator, LeastSquares)
    sizes, policy = counts.real + counts.synthetic, policy_of(scenario)
    by_coin = isinstance(retention, RealShare) and retention.scheme == "iid"
    shares = np.array([retention.share_of(int(M)) if by_coin else 0.0 for M in sizes])  # type: ignore[union-attr]

    rate = retention.rate if isinstance(retention, Forgetting) else 1.0
    roots = np.ones(2)
    if isinstance(retention, Weighted):
        w = retention.weight
        roots = np.sqrt([w / retention.real, (1.0 - w) / retention.synthetic])

    def rows(first: int) -> RegressionRow:
        i = np.minimum(np.arange(first, first + BLOCK), generations) - 1
        coins = np.array([int(a * 2.0**63) for a in shares[i]], np.uint64)
        started = i > 0
        root = np.where(started[:, None], roots, 1.0)
        return RegressionRow(i == 0, sizes[i], counts.real[i], coins, root, np.where(started, rate, 1.0))

    d, real = source.dimension, int(counts.real.max())
    cells = padded(max(int(sizes.max()), d))
    program = RegressionProgram(policy, d, cells, min(padded(real), cells) if real else 0, source.design == "reused")
    truth = np.eye(1, d)[0] * np.sqrt(source.signal)
    drawn = (np.float64(np.sqrt(scenario.estimator.ridge)), truth) if scenario.estimator.ridge else None
    tables = RegressionTables(np.zeros(d), np.float64(np.sqrt(source.noise_variance)), drawn)
    return Kernel("regression", program, lane_width(scenario.first_size * (d + 1)), tables, rows, np.zeros(d))
