"""Sample sizes: M_t, the number of points that model t is fitted to (before a retention policy adds old ones)."""

import math
from abc import abstractmethod
from typing import Annotated, Literal

import numpy as np
from jaxtyping import Int64

from theory.scenario.errors import InputError
from theory.scenario.values import LARGEST_COUNT, Count, Counts, OneOf, Real, Table


def round_half_up(x: float) -> int:
    """The nearest whole number, halves upwards, also where the float lies a rounding error below the half."""
    return math.floor(x + 0.5 + 1e-9 + 4.0 * math.ulp(x))


class Schedule(Table):
    """M_1, M_2, ... by generation."""

    @abstractmethod
    def at(self, t: int) -> int:
        """M_t for t >= 1, a whole number of points.

        Raises InputError where the schedule says no usable size for t.
        """

    def schedule(self, generations: int) -> Int64[np.ndarray, " T"]:
        """M_1 ... M_T as an array."""
        return np.array([self.at(t) for t in range(1, generations + 1)], dtype=np.int64)

    @property
    def constant(self) -> int | None:
        """M where it is the same in every generation, else None."""
        return None

    def leading_sizes(self, generations: int = 200) -> tuple[int, ...]:
        """The first sizes, to check a scenario against: no more than are said or can be reached."""
        sizes: list[int] = []
        for t in range(1, generations + 1):
            try:
                sizes.append(self.at(t))
            except InputError:
                break
        return tuple(sizes)


def _within_reach(size: float, t: int) -> int:
    if not size <= LARGEST_COUNT:
        raise InputError(f"sample_size must be at most 1e15 in every generation asked for, got more at t = {t}")
    return round_half_up(size)


def _power(base: float, exponent: float) -> float:
    try:
        return base**exponent
    except OverflowError:
        return math.inf


class Constant(Schedule):
    """M_t = size."""

    kind: Literal["constant"] = "constant"
    size: Count

    def at(self, t: int) -> int:
        return self.size

    @property
    def constant(self) -> int | None:
        return self.size

    def leading_sizes(self, generations: int = 200) -> tuple[int, ...]:
        return (self.size,)


class Polynomial(Schedule):
    """M_t = size * t^power, rounded half up."""

    kind: Literal["polynomial"] = "polynomial"
    size: Count
    power: Annotated[float, Real("a number of at least 0", at_least=0.0)]

    def at(self, t: int) -> int:
        return _within_reach(self.size * _power(float(t), self.power), t)

    @property
    def constant(self) -> int | None:
        return self.size if self.power == 0.0 else None


class Geometric(Schedule):
    """M_t = size * ratio^(t-1), rounded half up."""

    kind: Literal["geometric"] = "geometric"
    size: Count
    ratio: Annotated[float, Real("a number of at least 1", at_least=1.0)]

    def at(self, t: int) -> int:
        return _within_reach(self.size * _power(self.ratio, float(t - 1)), t)

    @property
    def constant(self) -> int | None:
        return self.size if self.ratio == 1.0 else None


class Explicit(Schedule):
    """M_t = sizes[t-1]; beyond the list there is no size."""

    kind: Literal["explicit"] = "explicit"
    sizes: Counts

    def at(self, t: int) -> int:
        if t > len(self.sizes):
            raise InputError(
                "sample_size.sizes must have an entry for every generation asked for: "
                f"it ends at t = {len(self.sizes)}, got t = {t}"
            )
        return self.sizes[t - 1]

    @property
    def constant(self) -> int | None:
        """None even where all entries agree: the list ends."""
        return None

    def leading_sizes(self, generations: int = 200) -> tuple[int, ...]:
        return self.sizes


SampleSize = Annotated[Constant | Polynomial | Geometric | Explicit, OneOf()]
