"""What is wrong with an input, one plain line for each mistake."""

import datetime
import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

MAXIMUM_LINES = 20
MAXIMUM_VALUE_LENGTH = 60


class InputError(ValueError):
    """Something a person wrote cannot be used; `lines` holds one sentence for each mistake."""

    def __init__(self, lines: str | Iterable[str]):
        self.lines: tuple[str, ...] = (lines,) if isinstance(lines, str) else tuple(lines)
        super().__init__("\n".join(self.lines))


class ScenarioError(InputError):
    """A scenario, or the file that should hold one, is not valid."""


def mistake(problem: str, got: str | None = None) -> PydanticCustomError:
    """A validation error that reads `PATH must be PROBLEM, got VALUE`; `got` replaces the value that was given."""
    return PydanticCustomError("mistake", "must {problem}", {"problem": problem, "got": got})


def combination(lines: Sequence[str]) -> PydanticCustomError:
    """A validation error about several fields together: whole sentences, whose paths start at the enclosing table."""
    return PydanticCustomError("combination", "{text}", {"text": "; ".join(lines), "lines": tuple(lines)})


def closest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `name` was probably meant to be, or None when nothing is close."""
    folded = {candidate.lower(): candidate for candidate in names}
    matches = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def nearest(name: object, names: Iterable[str]) -> str:
    """`; did you mean "..."?` to end a line with, or nothing when no name is close."""
    match = closest(name, names) if isinstance(name, str) else None
    return f'; did you mean "{match}"?' if match and match != name else ""


def alternatives(names: Iterable[str]) -> str:
    """`"a", "b" or "c"`."""
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def one_line(text: str) -> str:
    """The text with runs of white space made one space, and whatever would not print spelt out."""
    spaced = " ".join(text.split())
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in spaced)


def shown(value: object) -> str:
    """`value` on one line as a TOML file would write it, shortened in the middle when it is long."""
    text = one_line(_toml(value))
    if len(text) > MAXIMUM_VALUE_LENGTH:
        text = text[: MAXIMUM_VALUE_LENGTH - 12] + " ... " + text[-7:]
    return text


def _toml(value: object) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value[:200], ensure_ascii=False)
    if isinstance(value, Mapping):
        pairs = [f"{_key(key)} = {_toml(item)}" for key, item in list(value.items())[:20]]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value[:20]) + (", ..." if len(value) > 20 else "") + "]"
    if isinstance(value, int) and value.bit_length() > 1000:
        return f"a whole number near 2^{value.bit_length()}"
    return "nothing" if value is None else repr(value)


def _key(key: object) -> str:
    text = str(key)
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else one_line(json.dumps(text[:60], ensure_ascii=False))


def _path(location: Sequence[Any]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += ("." if path else "") + _key(part)
    return path


def _is_tag(part: Any) -> bool:
    return isinstance(part, str) and part.startswith("$")


def explain(error: ValidationError, tables: Mapping[str, type[BaseModel]], root: type[BaseModel]) -> tuple[str, ...]:
    """One line for each mistake in a pydantic error.

    `tables` maps every kind to its class and `root` is the class of the whole file: unknown and missing fields are
    answered from them. A misspelt required field is one mistake, though pydantic reports it as unknown and as missing.
    """
    found = [_located(detail, tables, root) for detail in error.errors(include_url=False)]
    meant = {
        (*place[:-1], closest(str(place[-1]), table.model_fields))
        for detail, place, table in found
        if detail["type"] == "extra_forbidden"
    }
    lines: dict[str, None] = {}
    for detail, place, table in found:
        if detail["type"] == "extra_forbidden":
            lines[_unknown(place, table)] = None
        elif detail["type"] != "missing":
            lines.update(dict.fromkeys(_problem(detail, place)))
        elif place not in meant:
            lines[f"{_path(place)} must be {_wanted(table, place[-1])}, got nothing"] = None
    first, rest = list(lines)[:MAXIMUM_LINES], list(lines)[MAXIMUM_LINES:]
    return (*first, f"and {len(rest)} more mistakes") if rest else tuple(first)


def _located(
    detail: Any, tables: Mapping[str, type[BaseModel]], root: type[BaseModel]
) -> tuple[Any, tuple[Any, ...], type[BaseModel]]:
    """An error with the path it is about, free of the tags of unions, and the class of the table around it."""
    *around, last = detail["loc"] or (None,)
    tags = [part[1:] for part in around if _is_tag(part)]
    if _is_tag(last) and detail["type"] != "extra_forbidden":  # an unknown field may look like a tag
        last = None
    place = tuple(part for part in around if not _is_tag(part)) + ((last,) if last is not None else ())
    return detail, place, root if len(place) < 2 else tables.get(tags[-1] if tags else str(place[0]), root)


def _unknown(place: tuple[Any, ...], table: type[BaseModel]) -> str:
    match = closest(str(place[-1]), table.model_fields)
    if match is not None:
        return f'{_path(place)} is not a known field; did you mean "{match}"?'
    names = ", ".join(table.model_fields)
    return f"{_path(place)} is not a known field: {_path(place[:-1]) or 'a scenario'} takes {names}"


def _wanted(table: type[BaseModel], name: Any) -> str:
    field = table.model_fields[name]
    for rule in field.metadata:
        if hasattr(rule, "what"):
            return rule.what
        if hasattr(rule, "wanted"):
            return rule.wanted(field.annotation)
    return alternatives(get_args(field.annotation))


def _problem(detail: Any, place: tuple[Any, ...]) -> list[str]:
    context, given, path = detail.get("ctx", {}), detail["input"], _path(place)
    if detail["type"] == "combination":
        return [f"{path}.{line}" if path else line for line in context["lines"]]
    if detail["type"] == "mistake":
        return [f"{path} must {context['problem']}, got {context['got'] or shown(given)}"]
    if detail["type"] == "kind":
        return [_kind_problem(path, given, context["kinds"], context["wanted"])]
    if detail["type"] == "literal_error":
        options = re.findall(r"'([^']*)'", context["expected"])
        return [f"{path} must be {alternatives(options)}, got {shown(given)}{nearest(given, options)}"]
    if detail["type"] in ("model_type", "model_attributes_type"):
        return [f"{path or 'a scenario'} must be a table, got {shown(given)}"]
    return [f"{path} is not valid ({detail['msg']}), got {shown(given)}"]


def _kind_problem(path: str, given: Any, kinds: Sequence[str], wanted: str) -> str:
    if not isinstance(given, Mapping):
        return f"{path} must be {wanted}, got {shown(given)}"
    if "kind" not in given:
        for key in given:
            if closest(str(key), ["kind"]):
                return f'{path}.{_key(key)} is not a known field; did you mean "kind"?'
    kind = given.get("kind")
    return f"{path}.kind must be {alternatives(kinds)}, got {shown(kind)}{nearest(kind, kinds)}"
