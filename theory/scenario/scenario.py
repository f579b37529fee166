"""Scenario: one setting of the recursion "fit, sample, fit again", as data."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError, model_validator

from theory.scenario.canonical import canonical_json, plain, sha256
from theory.scenario.combinations import ESTIMATORS, broken_rules, family_of
from theory.scenario.disturbances import Contamination, Detector, Feedback, Islands, Poison
from theory.scenario.errors import ScenarioError, combination, explain
from theory.scenario.estimator import Estimator
from theory.scenario.retention import Accumulate, Pool, Retention, Weighted
from theory.scenario.sample_size import SampleSize
from theory.scenario.sampler import Faithful, Sampler
from theory.scenario.source import Source
from theory.scenario.values import Table, tables_in


class Scenario(Table):
    """What is learned from what, again and again: a source, sample sizes, a retention policy, an estimator, a sampler.

    The same object is the file a user writes, what the assumptions of a claim test, what a kernel runs and what a store
    hashes. `sample_size` is None exactly where the retention policy carries its own sizes ("weighted", "pool").
    `estimator` may be left out where its family has a default, that is, everywhere but with a Gaussian.
    """

    source: Source
    sample_size: SampleSize | None = None
    retention: Retention
    estimator: Estimator = cast(Any, None)  # the default of the family is put in its place
    sampler: Sampler = Faithful()
    contamination: Contamination | None = None
    poison: Poison | None = None
    detector: Detector | None = None
    feedback: Feedback | None = None
    islands: Islands | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "Scenario":
        if self.estimator is None and self.family != "gaussian":
            object.__setattr__(self, "estimator", TABLES[ESTIMATORS[self.family][0]]())
        lines = broken_rules(self)
        if lines:
            raise combination(lines)
        default_first = self.sample_size.at(1) if self.sample_size else None
        if isinstance(self.retention, Accumulate) and self.retention.first == default_first:
            object.__setattr__(self, "retention", Accumulate())
        return self

    @property
    def family(self) -> str:
        """The family of models: "tokens" for a zipf source, else the kind of the source."""
        return family_of(self.source.kind)

    @property
    def first_size(self) -> int:
        """M_1, the number of points of the source that the first model is fitted to."""
        if isinstance(self.retention, Weighted):
            return self.retention.real
        if isinstance(self.retention, Pool):
            return self.retention.real_points(1)
        if isinstance(self.retention, Accumulate) and self.retention.first is not None:
            return self.retention.first
        assert self.sample_size is not None
        return self.sample_size.at(1)

    @property
    def biased_from(self) -> int:
        """The first generation whose points the sampler writes: 2, or 1 where the first fit sees biased ones too."""
        return 1 if getattr(self.sampler, "first_fit", "real") == "biased" else 2

    def dump(self) -> dict[str, Any]:
        """The tables of a scenario file, every field equal to its default left out."""
        tables = {
            name: plain(getattr(self, name)) for name in type(self).model_fields if getattr(self, name) is not None
        }
        defaults = {"sampler": {"kind": "faithful"}, "estimator": {"kind": ESTIMATORS[self.family][0]}}
        return {name: table for name, table in tables.items() if table != defaults.get(name)}

    def canonical(self) -> str:
        """Canonical JSON: equal for two scenarios exactly when they are the same setting."""
        return canonical_json(self.dump())

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical form, in hex."""
        return sha256(self.canonical())


DISTURBANCES: dict[str, type[Table]] = {
    "contamination": Contamination,
    "poison": Poison,
    "detector": Detector,
    "feedback": Feedback,
    "islands": Islands,
}

KINDS: dict[str, dict[str, type[Table]]] = {
    name: {table.model_fields["kind"].default: table for table in tables_in(union)}
    for name, union in (
        ("source", Source),
        ("sample_size", SampleSize),
        ("retention", Retention),
        ("estimator", Estimator),
        ("sampler", Sampler),
    )
}
"""The classes of each table of a scenario, by kind. No two tables share the name of a kind."""

TABLES: dict[str, type[Table]] = {
    kind: table for tables in KINDS.values() for kind, table in tables.items()
} | DISTURBANCES
"""The class of every kind and of every disturbance, by name."""


def parse_scenario(mapping: Mapping[str, Any]) -> Scenario:
    """The scenario that the tables of a file describe.

    Raises ScenarioError with one line for each mistake; mistakes across tables are looked for once each table is valid.
    """
    try:
        return Scenario.model_validate(mapping)
    except ValidationError as error:
        raise ScenarioError(explain(error, TABLES, Scenario)) from None


def load_scenario(path: str | Path) -> Scenario:
    """The scenario in a TOML file.

    Raises ScenarioError with one line for each mistake, also where the file cannot be read.
    """
    return parse_scenario(read_toml(path))


def read_toml(path: str | Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises ScenarioError, in one line, where there is no such file, or it is not UTF-8 or not TOML.
    """
    where = json.dumps(str(path), ensure_ascii=False)
    try:
        text = Path(path).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise ScenarioError(f"the file must exist, got {where}") from None
    except IsADirectoryError:
        raise ScenarioError(f"the file must be a TOML file, got the folder {where}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ScenarioError(
            f"the file must be UTF-8 text, got byte 0x{error.object[error.start]:02x} in line {line} of {where}"
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ScenarioError(f"the file must be readable, got {where}: {reason}") from None
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "its tables or numbers go too deep"
        raise ScenarioError(f"the file must be TOML, got {where}: {' '.join(reason.split())}") from None


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors; rules across fields are not in it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
