"""Retention: what of the real and the older data each generation trains on.

At t = 1 every policy trains on M_1 real points; the rules below hold from t = 2 on.
"""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import model_validator

from theory.scenario.errors import InputError, combination
from theory.scenario.sample_size import Constant, Explicit, Geometric, Polynomial
from theory.scenario.values import Count, CountOrZero, Flag, OneOf, PositiveShare, Share, Table


class Replace(Table):
    """Only the M_t points of the previous model."""

    kind: Literal["replace"] = "replace"


class RealShare(Table):
    """Real points among the M_t: a `share` of them, or a number `real`.

    scheme "iid": each point is real with probability share. "stratified": exactly so many fresh real points.
    "fixed": the same real points for ever, the first ones of generation 1.
    """

    kind: Literal["real_share"] = "real_share"
    scheme: Literal["iid", "stratified", "fixed"]
    share: Share | None = None
    real: CountOrZero | None = None

    @model_validator(mode="after")
    def _share_or_real(self) -> "RealShare":
        if self.share is None and self.real is None:
            raise combination(["share must be a number from 0 to 1 (or real a whole number of points), got nothing"])
        _only_one(self.share, self.real)
        if self.scheme == "fixed" and not (self.share or self.real):
            name = "real" if self.share is None else "share"
            raise combination([f'{name} must be greater than 0 with scheme "fixed", got 0'])
        return self

    def real_points(self, M: int) -> int:
        """The number of real points among M (for "iid", the expected number rounded)."""
        return _points_among(M, self.share, self.real)

    def share_of(self, M: int) -> float:
        """The share of real points among M."""
        return self.share if self.share is not None else (self.real or 0) / M


def _only_one(share: float | None, real: int | None) -> None:
    if share is not None and real is not None:
        raise combination(["real must be left out where share is given, got both"])


def _points_among(M: int, share: float | None, real: int | None) -> int:
    return real if real is not None else round(exact_points(share or 0.0, M))


def exact_points(share: float, M: int) -> Fraction:
    """share * M, with the share read as the decimal number that was written."""
    return Fraction(repr(share)) * M


class Accumulate(Table):
    """Everything so far: `first` real points (default M_1), then M_t synthetic points more in each generation."""

    kind: Literal["accumulate"] = "accumulate"
    first: Count | None = None


class AccumulateSubsample(Table):
    """M_t points drawn from everything so far, with or without replacement; the pool grows as under accumulate."""

    kind: Literal["accumulate_subsample"] = "accumulate_subsample"
    replacement: Flag


class Weighted(Table):
    """Weight w on `real` fresh points, 1 - w on `synthetic` ones: means and within-batch variances are mixed.

    The first model is fitted to `real` points alone. No between-batch term enters the variance.
    """

    kind: Literal["weighted"] = "weighted"
    weight: Share
    real: Count
    synthetic: Count


class Window(Table):
    """The last `length` batches, pooled.

    With a `share`, or a number `real`, exactly so many of the points of every batch from t = 2 on are fresh real ones.
    """

    kind: Literal["window"] = "window"
    length: Count
    share: Share | None = None
    real: CountOrZero | None = None

    @model_validator(mode="after")
    def _share_or_real(self) -> "Window":
        _only_one(self.share, self.real)
        return self

    @property
    def refreshed(self) -> bool:
        """Whether a share or a number of fresh real points is said, be it 0."""
        return self.share is not None or self.real is not None

    def real_points(self, M: int) -> int:
        """The number of real points in a batch of M from t = 2 on."""
        return _points_among(M, self.share, self.real)

    def share_of(self, M: int) -> float:
        """The share of real points in a batch of M from t = 2 on."""
        return self.share if self.share is not None else (self.real or 0) / M


class Forgetting(Table):
    """Exponential forgetting: model' = (1 - rate) model + rate fit; rate 1 is replacement."""

    kind: Literal["forgetting"] = "forgetting"
    rate: PositiveShare


Batches = Annotated[
    tuple[int, ...] | Constant | Polynomial | Geometric | Explicit,
    OneOf(counts="a list of whole numbers (entry t is generation t)"),
]


class Pool(Table):
    """Everything so far, in unequal batches: real and synthetic points that join in each generation.

    Entry t of a list belongs to generation t, so `synthetic` starts with 0; a schedule of synthetic points starts at
    t = 2 with its value there. With a `budget` B each model is fitted to B points drawn from the pool with replacement.
    """

    kind: Literal["pool"] = "pool"
    real: Batches
    synthetic: Batches
    budget: Count | None = None

    @model_validator(mode="after")
    def _first_generation_is_real(self) -> "Pool":
        lines = []
        if isinstance(self.real, tuple) and self.real[0] < 1:
            lines.append("real must start with at least 1 point, as the first model is fitted to real points, got 0")
        if isinstance(self.synthetic, tuple) and self.synthetic[0] != 0:
            lines.append(f"synthetic must start with 0, as there is no model before the first, got {self.synthetic[0]}")
        if isinstance(self.real, tuple) and isinstance(self.synthetic, tuple) and len(self.real) != len(self.synthetic):
            lines.append(f"synthetic must have as many entries as real, {len(self.real)}, got {len(self.synthetic)}")
        if lines:
            raise combination(lines)
        return self

    def real_points(self, t: int) -> int:
        """The real points that join in generation t >= 1."""
        return _entry(self.real, t, "real")

    def synthetic_points(self, t: int) -> int:
        """The synthetic points that join in generation t >= 1; none at t = 1."""
        return 0 if t == 1 else _entry(self.synthetic, t, "synthetic")


def _entry(batches: tuple[int, ...] | Constant | Polynomial | Geometric | Explicit, t: int, name: str) -> int:
    if not isinstance(batches, tuple):
        return batches.at(t)
    if t > len(batches):
        raise InputError(
            f"retention.{name} must have an entry for every generation asked for: "
            f"it ends at t = {len(batches)}, got t = {t}"
        )
    return batches[t - 1]


Retention = Annotated[
    Replace | RealShare | Accumulate | AccumulateSubsample | Weighted | Window | Forgetting | Pool, OneOf()
]
