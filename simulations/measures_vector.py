r"""What is read off a Gaussian chain in several dimensions: one number per chain and generation.

Chains live in the source's own coordinates, in which it is $N(0, I_r)$ on its range (r is the rank of its covariance):
a point is $\mu_0 + F y$. The variance of a model has no meaning there; what has is read here, numpy and JAX alike.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

SWEEPS = 12
"""Meetings of every pair of rows; rotations converge quadratically: 8 reach rounding in 32 dimensions, 12 in 64."""


class VectorModel(NamedTuple):
    """A model in the source's coordinates: mean s, and covariance N D^2 N' by log D and N (unit lower triangular)."""

    shift: Float64[Any, "r"]
    log_scale: Float64[Any, "r"]
    unit: Float64[Any, "r r"]


class VectorUnits(NamedTuple):
    """The source: F with covariance F F', and the log-determinant of its covariance (-inf where it is singular)."""

    factor: Float64[Any, "d r"]
    log_determinant: Float64[Any, ""]


Value = Float64[Any, ""]
At = Float64[Any, ""]


def squared_error(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """|mu_t - mu_0|^2."""
    return ((source.factor @ model.shift) ** 2).sum()


def mean_beyond(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """1 where |mu_t - mu_0| > at, else 0."""
    return (_numpy(model).sqrt(squared_error(source, model, at)) > at) * 1.0


def trace_of_square(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """tr Sigma_t^2 = |G' G|^2 for a factor G of Sigma_t."""
    factor = _factor(source, model)
    return ((factor.T @ factor) ** 2).sum()


def square_of_trace(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """(tr Sigma_t)^2."""
    return (_factor(source, model) ** 2).sum() ** 2


def power_of_trace(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """(tr Sigma_t)^at."""
    return (_factor(source, model) ** 2).sum() ** at


def trace_of_power(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """tr Sigma_t^at, from the squared singular values of a factor of Sigma_t."""
    return sum(((side**2).sum(-1) ** at).sum() for side in _orthogonal_rows(_factor(source, model).T))


def log_determinant(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """log det Sigma_t; -inf for a singular model or source."""
    return source.log_determinant + 2.0 * model.log_scale.sum()


def determinant(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """det Sigma_t; 0 for a singular model or source."""
    return _numpy(model).exp(log_determinant(source, model, at))


def kl_reverse(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """D(model || source) = (tr S - r - log det S + |s|^2) / 2, with S the model's covariance in source coordinates.

    On the range of the source; infinite for a model of lower rank.
    """
    xp = _numpy(model)
    beside = ((model.unit - xp.eye(len(model.shift))) * xp.exp(model.log_scale)) ** 2
    diagonal = xp.expm1(2.0 * model.log_scale) - 2.0 * model.log_scale
    return 0.5 * (diagonal.sum() + beside.sum() + (model.shift**2).sum())


def kl_forward(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """D(source || model) = (tr S^-1 - r + log det S + s' S^-1 s) / 2; infinite for a model of lower rank."""
    xp = _numpy(model)
    narrowing = xp.exp(-model.log_scale)
    gone = (narrowing == xp.inf).any()
    narrowing = xp.where(gone, 0.0, narrowing)
    identity = xp.eye(len(model.shift))
    right = xp.concatenate([identity, model.shift[:, None]], axis=1)
    below = model.unit - identity
    for j in range(len(below)):
        right = right - below[:, j : j + 1] * right[j : j + 1]
    beside = (narrowing[:, None] * (right - xp.pad(identity, ((0, 0), (0, 1))))) ** 2
    log_scale = xp.where(gone, 0.0, model.log_scale)
    value = 0.5 * ((xp.expm1(-2.0 * log_scale) + 2.0 * log_scale).sum() + beside.sum())
    return xp.where(gone, xp.inf, value)


def wasserstein2_squared(source: VectorUnits, model: VectorModel, at: At) -> Value:
    """|mu_t - mu_0|^2 + tr Sigma_0 + tr Sigma_t - 2 tr (Sigma_0^1/2 Sigma_t Sigma_0^1/2)^1/2.

    The last trace is the sum of the singular values of G' F, for factors F of the source and G of the model.
    """
    factor = _factor(source, model)
    traces = (source.factor**2).sum() + (factor**2).sum()
    bures = traces - 2.0 * _sum_of_singular_values(factor.T @ source.factor)
    return squared_error(source, model, at) + _numpy(model).maximum(bures, 0.0)


def _sum_of_singular_values(matrix: Float64[Any, "r r"]) -> Value:
    """The lengths of the rows once they are orthogonal, added up."""
    xp = matrix.__array_namespace__()
    return sum(xp.sqrt((side**2).sum(-1)).sum() for side in _orthogonal_rows(matrix))


def _orthogonal_rows(matrix: Float64[Any, "r c"]) -> tuple[Any, Any]:
    """One-sided Jacobi: plane rotations make the rows orthogonal, and their lengths are the singular values.

    Rows meet in the rounds of a tournament, half of them on either side. LAPACK would be called once for each chain.

    Source: Hestenes, Inversion of matrices by biorthogonalization (1958); Brent and Luk, The solution of singular-value
    and symmetric eigenvalue problems on multiprocessor arrays (1985).
    """
    xp = matrix.__array_namespace__()
    half = (len(matrix) + 1) // 2
    matrix = xp.concatenate([matrix, xp.zeros((2 * half - len(matrix), matrix.shape[1]))])

    def meet(sides: tuple[Any, Any]) -> tuple[Any, Any]:
        x, y = sides
        product, difference = (x * y).sum(-1), (y * y).sum(-1) - (x * x).sum(-1)
        apart = product != 0.0
        ratio = difference / xp.where(apart, 2.0 * product, 1.0)
        tangent = xp.where(ratio >= 0.0, 1.0, -1.0) / (xp.abs(ratio) + xp.sqrt(1.0 + ratio**2))
        tangent = xp.where(apart, tangent, 0.0)[:, None]
        cosine = 1.0 / xp.sqrt(1.0 + tangent**2)
        x, y = cosine * (x - tangent * y), cosine * (y + tangent * x)
        if half == 1:
            return x, y
        return xp.concatenate([x[:1], y[:1], x[1:-1]]), xp.concatenate([y[1:], x[-1:]])

    return _repeated(SWEEPS * (2 * half - 1), meet, (matrix[:half], matrix[half:]), xp)


def _repeated(times: int, turn: Callable[[Any], Any], value: Any, xp: Any) -> Any:
    """The value after so many turns; compiled as one loop where the arrays are JAX's."""
    if xp is np:
        for _ in range(times):
            value = turn(value)
        return value
    from jax import lax  # here, as a run is checked and shown without JAX

    return lax.fori_loop(0, times, lambda _, v: turn(v), value)


VECTOR_MEASURES = {
    "mean_squared_error": squared_error,
    "wasserstein2_squared": wasserstein2_squared,
    "kl_reverse": kl_reverse,
    "kl_forward": kl_forward,
    "mean_tail": mean_beyond,
    "trace_of_square": trace_of_square,
    "square_of_trace": square_of_trace,
    "trace_of_power": trace_of_power,
    "power_of_trace": power_of_trace,
    "log_determinant": log_determinant,
    "determinant": determinant,
}
"""Measures of a Gaussian source in d > 1 dimensions, by statistic."""


def _factor(source: VectorUnits, model: VectorModel) -> Float64[Any, "d r"]:
    return source.factor @ (model.unit * _numpy(model).exp(model.log_scale))


def _numpy(model: VectorModel) -> Any:
    return model.shift.__array_namespace__()
