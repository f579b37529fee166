"""The source: what the real data are drawn from, generation 0, which is never random."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from jaxtyping import Float
from pydantic import model_validator

from theory.scenario.errors import InputError, combination, shown
from theory.scenario.values import (
    Count,
    Length,
    NonNegative,
    Numbers,
    OneOf,
    Probabilities,
    Real,
    SquareMatrix,
    Table,
    Variance,
    VarianceOrZero,
    Variances,
    Vector,
    finite,
    sequence,
)

LARGEST_VOCABULARY = 10**8
"""The longest distribution that is written out as an array (0.8 GB)."""


class GaussianSource(Table):
    """A normal law N(mean, variance), or N(mean, covariance) in d > 1 dimensions.

    Exactly one of `variance` (squared data units, d = 1) and `covariance` (symmetric, positive semidefinite) is given.
    """

    kind: Literal["gaussian"] = "gaussian"
    mean: Vector
    variance: Variance | None = None
    covariance: SquareMatrix | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_by_one_is_a_variance(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("variance") is None:
            rows = sequence(data.get("covariance"))
            row = sequence(rows[0]) if rows is not None and len(rows) == 1 else None
            if row is not None and len(row) == 1 and (finite(row[0]) or 0.0) > 0.0:
                rest = {name: value for name, value in data.items() if name != "covariance"}
                return {**rest, "variance": row[0]}
        return data

    @model_validator(mode="after")
    def _spread_fits_mean(self) -> "GaussianSource":
        d = self.dimension
        if self.variance is not None and self.covariance is not None:
            raise combination(["covariance must be left out where variance is given, got both"])
        if d == 1 and self.variance is None and self.covariance is None:
            raise combination(["variance must be a number from 1e-75 to 1e75, got nothing"])
        if d > 1 and self.covariance is None:
            given = "nothing" if self.variance is None else f"variance = {shown(self.variance)}"
            raise combination([f"covariance must be a list of {d} rows of {d} numbers, as mean has {d}, got {given}"])
        if self.covariance is not None:
            if len(self.covariance) != d:
                raise combination(
                    [f"covariance must have {d} row{'s' * (d > 1)} as mean does, got {len(self.covariance)}"]
                )
            problem = _not_a_covariance(np.array(self.covariance))
            if problem:
                raise combination([f"covariance must be {problem}"])
        return self

    @property
    def dimension(self) -> int:
        """d, the number of coordinates of a point."""
        return len(self.mean) if isinstance(self.mean, tuple) else 1

    def mean_vector(self) -> Float[np.ndarray, " d"]:
        """The mean as an array, whatever the dimension."""
        return np.atleast_1d(np.asarray(self.mean, dtype=np.float64))

    def covariance_matrix(self) -> Float[np.ndarray, "d d"]:
        """The covariance as an array, whatever the dimension."""
        return np.array([[self.variance]] if self.covariance is None else self.covariance, dtype=np.float64)


def _not_a_covariance(matrix: Float[np.ndarray, "d d"]) -> str | None:
    if not np.array_equal(matrix, matrix.T):
        row, column = (int(index[0]) for index in np.nonzero(matrix != matrix.T))
        return (
            f"symmetric, got {shown(float(matrix[row, column]))} in row {row} column {column} "
            f"and {shown(float(matrix[column, row]))} in row {column} column {row}"
        )
    least, largest = (float(np.linalg.eigvalsh(matrix)[index]) for index in (0, -1))
    if least < -1e-12 * abs(largest) or largest <= 0.0:
        which = f"an eigenvalue of {least:.6g}" if least < 0.0 else "no positive eigenvalue"
        return f"positive semidefinite and not zero, got {which}"
    if not 1e-75 <= largest <= 1e75:
        return f"a matrix whose largest eigenvalue is from 1e-75 to 1e75, got {largest:.6g}"
    return None


class TokenSource(Table):
    """A distribution over K tokens, `probabilities` in the order of the file."""

    kind: Literal["tokens"] = "tokens"
    probabilities: Probabilities

    @property
    def vocabulary(self) -> int:
        """K, the number of tokens, those of probability 0 included."""
        return len(self.probabilities)

    def distribution(self) -> Float[np.ndarray, " K"]:
        """p_0, scaled to sum to 1."""
        p = np.array(self.probabilities, dtype=np.float64)
        return p / math.fsum(self.probabilities)


class ZipfSource(Table):
    """Zipf-Mandelbrot: p_i proportional to (i + shift)^-exponent for i = 1 ... vocabulary, the most frequent first."""

    kind: Literal["zipf"] = "zipf"
    vocabulary: Count
    exponent: NonNegative
    shift: Annotated[float, Real("a number greater than -1", above=-1.0)] = 0.0

    def distribution(self) -> Float[np.ndarray, " K"]:
        """p_0, in the order of rank.

        Raises InputError when the array would not fit a small machine's memory.
        """
        if self.vocabulary > LARGEST_VOCABULARY:
            raise InputError(
                f"source.vocabulary must be at most {LARGEST_VOCABULARY} where the distribution is written out, "
                f"got {self.vocabulary}"
            )
        place = np.arange(1, self.vocabulary + 1, dtype=np.float64) + self.shift
        weight = (place[0] / place) ** self.exponent
        return weight / weight.sum()


class UniformSource(Table):
    """The uniform law on [0, upper]."""

    kind: Literal["uniform"] = "uniform"
    upper: Length


class ExponentialSource(Table):
    """The exponential law with this mean."""

    kind: Literal["exponential"] = "exponential"
    mean: Length


class PoissonSource(Table):
    """The Poisson law with this rate."""

    kind: Literal["poisson"] = "poisson"
    rate: Variance


class MixtureSource(Table):
    """A mixture of normal laws on the line: component j has weights[j], means[j] and variances[j]."""

    kind: Literal["mixture"] = "mixture"
    weights: Probabilities
    means: Numbers
    variances: Variances

    @property
    def vocabulary(self) -> int:
        """The number of components."""
        return len(self.weights)

    @model_validator(mode="after")
    def _one_entry_for_each_component(self) -> "MixtureSource":
        components = len(self.weights)
        lines = [
            f"{name} must have as many entries as weights, {components}, got {len(values)}"
            for name, values in (("means", self.means), ("variances", self.variances))
            if len(values) != components
        ]
        if lines:
            raise combination(lines)
        return self


class RegressionSource(Table):
    """Linear regression: x ~ N(0, I_d), y = w*.x + noise.

    With design "fresh" each generation draws new rows x; with "reused" it keeps those of the first.
    `sample_size` counts the rows of a generation. `signal` is |w*|^2, which matters to an estimator with a ridge alone.
    """

    kind: Literal["regression"] = "regression"
    dimension: Count
    noise_variance: VarianceOrZero
    design: Literal["fresh", "reused"]
    signal: VarianceOrZero = 1.0


Source = Annotated[
    GaussianSource
    | TokenSource
    | ZipfSource
    | UniformSource
    | ExponentialSource
    | PoissonSource
    | MixtureSource
    | RegressionSource,
    OneOf(),
]
