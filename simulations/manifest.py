"""The manifest of a store: which cells are finished, what each must hash to, and where its numbers come from.

Completeness comes from here and never from the arrays: a half-written array reads as zeros, which would look
like total collapse. The file is replaced whole and carries a checksum of itself.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulations.durable import write_file
from theory.scenario.errors import InputError, shown

FORMAT = 1
KIND = "sweep"
NAME = "manifest.json"


class StoreError(InputError):
    """A store is missing, unreadable, damaged, or not the one that was asked for."""


@dataclass
class Manifest:
    """``sweep`` as dumped; ``cells`` by scenario digest; ``environments`` by key; times are ISO 8601 in UTC."""

    sweep: dict[str, Any]
    created: str
    cells: dict[str, dict[str, Any]]
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def has_results(self) -> bool:
        """Whether any cell was ever finished: one that was lost since counts."""
        return any(entry["state"] == "done" for entry in self.cells.values())

    def save(self, folder: Path) -> None:
        """Replace the manifest of a store folder, or leave the one that is there."""
        content = {
            "format": FORMAT,
            "kind": KIND,
            "created": self.created,
            "sweep": self.sweep,
            "environments": self.environments,
            "cells": self.cells,
        }
        lines = [f" {json.dumps(key)}: {_lines(value)}" for key, value in content.items()]
        lines.append(f' "checksum": {json.dumps(checksum(content))}')
        write_file(folder / NAME, "{\n" + ",\n".join(lines) + "\n}\n")


def load_manifest(folder: Path) -> Manifest:
    """The manifest of a store folder; raises ``StoreError`` where there is none that this version can trust."""
    file = folder / NAME
    if not folder.exists():
        raise StoreError(f"{folder} does not exist; the store of a sweep is expected")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreError(f"{folder} holds no finished or begun sweep: it has no {NAME}") from error
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise StoreError(f"{file} is damaged ({error}); move {folder} away and run the sweep again") from error
    content = content if isinstance(content, dict) else {}
    version = content.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise StoreError(
            f"{file} has format {version} and this version reads up to {FORMAT}: "
            "read it with the newer version that wrote it"
        )
    if content.get("kind", KIND) != KIND:
        raise StoreError(f"{folder} holds a {content['kind']}, not a {KIND}")
    if version != FORMAT or content.pop("checksum", None) != checksum(content):
        raise StoreError(f"{file} is damaged or was changed by hand; move {folder} away and run the sweep again")
    return Manifest(content["sweep"], content["created"], content["cells"], content["environments"])


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of a JSON object, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What differs between two dumped sweeps, one line each: ``replicates 4096 -> 8192``."""
    lines = [
        f"{name} {shown(old[name])} -> {shown(new[name])}"
        for name in ("name", "seed", "generations", "replicates", "statistics", "record")
        if old[name] != new[name]
    ]
    before = {cell["label"]: cell["scenario"] for cell in old["cells"]}
    after = {cell["label"]: cell["scenario"] for cell in new["cells"]}
    for label in (label for label in before if label in after):
        flat_before, flat_after = _flat(before[label]), _flat(after[label])
        lines += [
            f"scenario.{name} {shown(flat_before.get(name))} -> {shown(flat_after.get(name))}"
            for name in sorted(flat_before.keys() | flat_after.keys())
            if flat_before.get(name) != flat_after.get(name)
        ]
    lines += _named("new", [label for label in after if label not in before])
    lines += _named("gone", [label for label in before if label not in after])
    return list(dict.fromkeys(lines))


def _named(what: str, labels: list[str]) -> list[str]:
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return [f'cell "{labels[0]}"{more} {what}'] if labels else []


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat


def _lines(value: Any) -> str:
    """JSON with one entry of a table, or one cell, on a line: quick to write, and a person can read it."""
    if not isinstance(value, Mapping):
        return json.dumps(value)
    inner = ",\n".join(f"  {json.dumps(key)}: {_entries(leaf)}" for key, leaf in value.items())
    return f"{{\n{inner}\n }}" if value else "{}"


def _entries(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "[\n   " + ",\n   ".join(map(json.dumps, value)) + "\n  ]"
    return json.dumps(value)
