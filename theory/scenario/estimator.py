"""Estimators: how a model is fitted to its training points."""

from typing import Annotated, Literal

from pydantic import model_validator

from theory.scenario.errors import combination, shown
from theory.scenario.values import Number, OneOf, Positive, Table


class Moments(Table):
    """Mean and variance of n points; the sum of squared deviations is divided by what `divisor` says.

    "mle": n. "unbiased": n - 1. "offset": n - 1 + offset. On a pool n is the size of the pool.
    """

    kind: Literal["moments"] = "moments"
    divisor: Literal["mle", "unbiased", "offset"]
    offset: Number | None = None

    @model_validator(mode="after")
    def _offset_goes_with_its_divisor(self) -> "Moments":
        if self.divisor == "offset" and self.offset is None:
            raise combination(['offset must be a finite number with divisor "offset", got nothing'])
        if self.divisor != "offset" and self.offset is not None:
            raise combination([f'offset must be left out with divisor "{self.divisor}", got {shown(self.offset)}'])
        return self

    def divide_by(self, n: int) -> float:
        """The divisor of the sum of squared deviations of n points."""
        if self.divisor == "mle":
            return float(n)
        return n - 1.0 + (self.offset or 0.0)


class Kernel(Table):
    """A Gaussian kernel density: `bandwidth` h in data units, or h = `relative` standard deviations of the points.

    The standard deviation is the square root of the unbiased variance (divisor n - 1).
    """

    kind: Literal["kernel"] = "kernel"
    bandwidth: Positive | None = None
    relative: Positive | None = None

    @model_validator(mode="after")
    def _one_width(self) -> "Kernel":
        if self.bandwidth is None and self.relative is None:
            raise combination(["bandwidth must be a number greater than 0 (or relative one), got nothing"])
        if self.bandwidth is not None and self.relative is not None:
            raise combination(["relative must be left out where bandwidth is given, got both"])
        return self


class Frequency(Table):
    """Counts over their sum: maximum likelihood for tokens."""

    kind: Literal["frequency"] = "frequency"


class Additive(Table):
    """(count + pseudocount) / (n + K pseudocount) for each of the K tokens."""

    kind: Literal["additive"] = "additive"
    pseudocount: Positive


class Posterior(Table):
    """A draw from the Dirichlet posterior that has a prior weight of `pseudocount` on each token."""

    kind: Literal["posterior"] = "posterior"
    pseudocount: Positive


class LeastSquares(Table):
    """Ordinary least squares on all rows."""

    kind: Literal["least_squares"] = "least_squares"


class Likelihood(Table):
    """Maximum likelihood in the family of the source."""

    kind: Literal["likelihood"] = "likelihood"


Estimator = Annotated[
    Moments | Kernel | Frequency | Additive | Posterior | LeastSquares | Likelihood,
    OneOf(),
]
