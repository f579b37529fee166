"""Estimators: how a model is fitted to its training points."""

from typing import Annotated, Literal

from pydantic import model_validator

from theory.scenario.errors import combination, shown
from theory.scenario.values import Number, OneOf, Positive, Table, VarianceOrZero


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


class KnownVariance(Table):
    """The variance is known and stays that of the source; the mean is that of the points."""

    kind: Literal["known_variance"] = "known_variance"


class KnownMean(Table):
    """The mean is known and stays that of the source; the variance is the mean square of the points about it."""

    kind: Literal["known_mean"] = "known_mean"


class Kernel(Table):
    """A Gaussian kernel density: `bandwidth` h in data units, or h = `relative` standard deviations.

    `sd` says which: of the points, with the divisor n - 1 ("unbiased") or n ("mle"), or that of the "model" whose draws
    the points are, of the source in the first fit.
    """

    kind: Literal["kernel"] = "kernel"
    bandwidth: Positive | None = None
    relative: Positive | None = None
    sd: Literal["unbiased", "mle", "model"] = "unbiased"

    @model_validator(mode="after")
    def _one_width(self) -> "Kernel":
        if self.bandwidth is None and self.relative is None:
            raise combination(["bandwidth must be a number greater than 0 (or relative one), got nothing"])
        if self.bandwidth is not None and self.relative is not None:
            raise combination(["relative must be left out where bandwidth is given, got both"])
        if self.bandwidth is not None and self.sd != "unbiased":
            raise combination([f"sd must be left out where bandwidth is given, got {shown(self.sd)}"])
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
    """Least squares on all rows, w = (X'X + ridge I)^-1 X'y: ordinary where `ridge` is 0.

    `ridge` is added to the sum over the rows, not to their mean: in every generation the same number.
    """

    kind: Literal["least_squares"] = "least_squares"
    ridge: VarianceOrZero = 0.0


class Likelihood(Table):
    """Maximum likelihood in the family of the source."""

    kind: Literal["likelihood"] = "likelihood"


Estimator = Annotated[
    Moments | KnownVariance | KnownMean | Kernel | Frequency | Additive | Posterior | LeastSquares | Likelihood,
    OneOf(),
]
