"""Values as files may write them: what passes as a number, a count, a list, a table with a kind.

Pydantic alone would read `true` as 1 and `"1"` as 1.0, and would refuse 1.0 where a whole number is wanted. Here each
kind of value carries its own test and the words that say what is allowed.
"""

import math
import numbers
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from theory.scenario.errors import alternatives, mistake

LARGEST_COUNT = 10**15
"""Every whole number up to here is a float64 too, so that `1000` and `1e3` are one value."""


def _files_say_the_kind(schema: dict[str, Any]) -> None:
    if "kind" in schema["properties"]:
        schema["required"] = ["kind", *schema.get("required", [])]


class Table(BaseModel):
    """A frozen table of a scenario: no unknown field, no change after construction."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_files_say_the_kind)


def finite(value: Any) -> float | None:
    """`value` as a float64 with -0.0 turned into 0.0, or None when it is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value) + 0.0
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def sequence(value: Any) -> list[Any] | None:
    """`value` as a list (from a list, a tuple or an array), or None."""
    if hasattr(value, "tolist") and getattr(value, "ndim", 0) > 0:
        value = value.tolist()
    return list(value) if isinstance(value, (list, tuple)) else None


@dataclass(frozen=True)
class _Rule:
    """The test of one kind of value, and `what` it allows in words."""

    what: str

    def read(self, value: Any) -> Any:
        """The value to validate further; raises the mistake when it is not allowed."""
        raise mistake(f"be {self.what}")

    def json_schema(self) -> dict[str, Any]:
        return {}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **self.json_schema()}


@dataclass(frozen=True)
class Real(_Rule):
    """A finite number within bounds."""

    above: int | float | None = None
    at_least: int | float | None = None
    at_most: int | float | None = None
    whole: bool = False

    def read(self, value: Any) -> float | int:
        number = finite(value)
        if (
            number is None
            or (self.above is not None and not number > self.above)
            or (self.at_least is not None and not number >= self.at_least)
            or (self.at_most is not None and not number <= self.at_most)
            or (self.whole and not number.is_integer())
        ):
            raise mistake(f"be {self.what}")
        return int(number) if self.whole else number

    def json_schema(self) -> dict[str, Any]:
        bounds = {"exclusiveMinimum": self.above, "minimum": self.at_least, "maximum": self.at_most}
        return {name: bound for name, bound in bounds.items() if bound is not None}


@dataclass(frozen=True)
class Switch(_Rule):
    """true or false, never 1 or "yes"."""

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise mistake(f"be {self.what}")
        return value


@dataclass(frozen=True)
class ListOf(_Rule):
    """A list with at least one entry; the entries are validated by their own type."""

    def read(self, value: Any) -> list[Any]:
        entries = sequence(value)
        if not entries:
            raise mistake(f"be {self.what}")
        return entries

    def json_schema(self) -> dict[str, Any]:
        return {"minItems": 1}


@dataclass(frozen=True)
class NumberOrVector(_Rule):
    """A number or a list of numbers; a list of one number is that number."""

    def read(self, value: Any) -> float | tuple[float, ...]:
        entries = sequence(value)
        read = [finite(entry) for entry in ([value] if entries is None else entries)]
        if not read or None in read:
            raise mistake(f"be {self.what}")
        return read[0] if len(read) == 1 else tuple(read)  # type: ignore[return-value]


@dataclass(frozen=True)
class Matrix(_Rule):
    """A list of rows of finite numbers, square and symmetric."""

    def read(self, value: Any) -> tuple[tuple[float, ...], ...]:
        rows = sequence(value)
        read = [None if (row := sequence(entry)) is None else [finite(x) for x in row] for entry in rows or []]
        if not read or any(row is None or len(row) != len(read) or None in row for row in read):
            raise mistake(f"be {self.what}")
        return tuple(tuple(row) for row in read)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Reward(_Rule):
    """One of the named rewards, or a list with one number for each token."""

    def read(self, value: Any) -> str | tuple[float, ...]:
        if isinstance(value, str) and value in ("value", "quadratic"):
            return value
        read = [finite(entry) for entry in sequence(value) or []]
        if not read or None in read:
            raise mistake(f"be {self.what}")
        return tuple(read)  # type: ignore[arg-type]


Number = Annotated[float, Real("a finite number")]
Positive = Annotated[float, Real("a number greater than 0", above=0.0)]
NonNegative = Annotated[float, Real("a number of at least 0", at_least=0.0)]
Variance = Annotated[float, Real("a number from 1e-75 to 1e75", at_least=1e-75, at_most=1e75)]
"""Its fourth power, of which fourth moments have errors, is a float."""
VarianceOrZero = Annotated[float, Real("a number from 0 to 1e75", at_least=0.0, at_most=1e75)]
Length = Annotated[float, Real("a number from 1e-37 to 1e37", at_least=1e-37, at_most=1e37)]
"""Its square is a variance."""
Share = Annotated[float, Real("a number from 0 to 1", at_least=0.0, at_most=1.0)]
PositiveShare = Annotated[float, Real("a number greater than 0 and at most 1", above=0.0, at_most=1.0)]
Count = Annotated[int, Real("a whole number from 1 to 1e15", at_least=1, at_most=LARGEST_COUNT, whole=True)]
CountOrZero = Annotated[int, Real("a whole number from 0 to 1e15", at_least=0, at_most=LARGEST_COUNT, whole=True)]
Flag = Annotated[bool, Switch("true or false")]
Vector = Annotated[float | tuple[float, ...], NumberOrVector("a finite number or a list of finite numbers")]
SquareMatrix = Annotated[tuple[tuple[float, ...], ...], Matrix("a square list of rows of finite numbers")]
Counts = Annotated[tuple[Count, ...], ListOf("a list of at least one whole number from 1 to 1e15")]
CountsOrZeros = Annotated[tuple[CountOrZero, ...], ListOf("a list of at least one whole number from 0 to 1e15")]
Numbers = Annotated[tuple[Number, ...], ListOf("a list of at least one finite number")]
Variances = Annotated[tuple[Variance, ...], ListOf("a list of at least one number from 1e-75 to 1e75")]


@dataclass(frozen=True)
class Distribution(ListOf):
    """A list of numbers from 0 to 1 that sum to 1 within 1e-9."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        before = super().__get_pydantic_core_schema__(source, handler)
        return core_schema.no_info_after_validator_function(self.sums_to_one, before)

    @staticmethod
    def sums_to_one(values: tuple[float, ...]) -> tuple[float, ...]:
        total = math.fsum(values)
        if abs(total - 1.0) > 1e-9:
            raise mistake("sum to 1 within 1e-9", got=f"a sum of {total:.12g}")
        return values


Probabilities = Annotated[tuple[Share, ...], Distribution("a list of at least one number from 0 to 1")]


def kind_of(value: Any) -> str | None:
    """The `kind` of a table, of a mapping or of an object; None where there is none."""
    kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
    return kind if isinstance(kind, str) else None


def tables_in(union: Any) -> tuple[type[Table], ...]:
    """The classes of tables in a union, annotated or not."""
    options = get_args(getattr(union, "__origin__", union) if hasattr(union, "__metadata__") else union)
    return tuple(option for option in options if isinstance(option, type) and issubclass(option, Table))


def kinds_in(union: Any) -> tuple[str, ...]:
    """The kinds of the tables in a union."""
    return tuple(table.model_fields["kind"].default for table in tables_in(union))


@dataclass(frozen=True)
class OneOf:
    """Marks a union of tables: the field `kind` says which one, and only that one's mistakes are reported.

    `also` is the name of a list type that may stand in the place of a table (its words come first).
    """

    counts: str | None = None

    def wanted(self, union: Any) -> str:
        """What is allowed, in words."""
        also = f"{self.counts} or " if self.counts else ""
        return f"{also}a table with kind {alternatives(kinds_in(union))}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kinds = kinds_in(source)
        tables = zip(kinds, tables_in(source), strict=True)
        choices: dict[Hashable, CoreSchema] = {f"${kind}": handler.generate_schema(table) for kind, table in tables}
        if self.counts:
            choices["$counts"] = handler.generate_schema(CountsOrZeros)

        def read(value: Any) -> Any:
            listed = self.counts and not isinstance(value, Mapping) and sequence(value) is not None
            if not listed and kind_of(value) not in kinds:
                context = {"kinds": kinds, "wanted": self.wanted(source)}
                raise PydanticCustomError("kind", "must have a kind", context)
            return value

        def tag(value: Any) -> str:
            return f"${kind_of(value) or 'counts'}"

        return core_schema.no_info_before_validator_function(
            read, core_schema.tagged_union_schema(choices, discriminator=tag)
        )
