"""The canonical form that is hashed: validated values, `kind` always, every field equal to its default left out.

A field that is added later, with a default, changes no hash.
"""

import hashlib
import json
from typing import Any

from theory.scenario.values import Table


def plain(table: Table) -> dict[str, Any]:
    """A table as a file would hold it: `kind` first, fields equal to their defaults left out, lists for tuples."""
    fields = type(table).model_fields
    entries = {
        name: _plain_value(getattr(table, name)) for name in fields if getattr(table, name) != fields[name].default
    }
    kind = {"kind": fields["kind"].default} if "kind" in fields else {}
    return {**kind, **{name: value for name, value in entries.items() if name != "kind"}}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Table):
        return plain(value)
    return [_plain_value(entry) for entry in value] if isinstance(value, tuple) else value


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, and a whole number written without a point whatever its type."""
    return json.dumps(_whole_as_int(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _whole_as_int(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole_as_int(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole_as_int(entry) for entry in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2.0**53:
        return int(value)
    return value


def sha256(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
