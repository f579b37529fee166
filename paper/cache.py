"""A build is a list of steps; a step runs again only where the content of what it reads has changed.

The key of a step hashes its own values, the files and folders it reads, and the source of every project module
that its code reaches by import. Times never enter, so touching or copying files changes nothing.
"""

import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "simulations", "paper")
TIMED = frozenset({"manifest.json"})  # a store's own record holds the times of writing; its cells are what counts

Advance = Callable[[float], None]  # told the share of the step that is done, from 0 to 1


@dataclass(frozen=True)
class Step:
    """One thing to make. ``run`` writes all of ``outputs`` from ``inputs``, ``values`` and code, and nothing else."""

    name: str
    stage: str
    run: Callable[[Advance], None]
    outputs: tuple[Path, ...]
    inputs: tuple[Path, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    code: tuple[str, ...] = ()  # modules, with everything they import
    libraries: tuple[str, ...] = ()  # distributions whose version changes the output
    seconds: float = 1.0  # a guess, until this machine has measured it
    resumable: bool = False  # whether ``run`` goes on from outputs that an interrupted run of the same key left

    def key(self) -> str:
        """SHA-256 of everything the outputs depend on."""
        content = {
            "name": self.name,
            "values": self.values,
            "inputs": {short(path): digest(path) for path in self.inputs},
            "code": {short(path): digest(path) for path in sources_of(self.code)},
            "libraries": {name: _version(name) for name in self.libraries},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


class Cache:
    """What was made from what, in one JSON file that is replaced whole after every step."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = {}
        self.entries: dict[str, dict[str, Any]] = content.get("done", {})
        self.begun: dict[str, str] = content.get("begun", {})  # resumable steps: the key of what their outputs hold

    def fresh(self, step: Step) -> bool:
        """Whether the step's outputs are there, unchanged, and were made from what is there now."""
        entry = self.entries.get(step.name)
        if entry is None or entry["key"] != step.key():
            return False
        return entry["outputs"] == {short(path): digest(path) for path in step.outputs}

    def enter(self, step: Step, key: str, seconds: float) -> None:
        """Remember a finished step by the key it had when it started."""
        missing = [short(path) for path in step.outputs if digest(path) is None]
        if missing:
            raise RuntimeError(f"step {step.name} did not write {missing[0]}")
        outputs = {short(path): digest(path) for path in step.outputs}
        self.entries[step.name] = {"key": key, "outputs": outputs, "seconds": round(seconds, 2)}
        self._save()

    def begin(self, step: Step, key: str) -> None:
        """Remember that the outputs of a resumable step, whole or in part, are of this key."""
        self.begun[step.name] = key
        self._save()

    def seconds(self, step: Step) -> float:
        """How long the step took here the last time, or its own guess."""
        entry = self.entries.get(step.name)
        return step.seconds if entry is None else entry["seconds"]

    def _save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_suffix(".writing")
        aside.write_text(
            json.dumps({"done": self.entries, "begun": self.begun}, indent=1, sort_keys=True), encoding="utf-8"
        )
        os.replace(aside, self.path)


def stale(steps: Sequence[Step], cached: Cache) -> list[Step]:
    """The steps that will run, in order: changed themselves, or reading what one of them writes."""
    found: list[Step] = []
    rewritten: set[Path] = set()
    for step in steps:
        if rewritten.intersection(step.inputs) or not cached.fresh(step):
            found.append(step)
            rewritten.update(step.outputs)
    return found


def digest(path: Path) -> str | None:
    """SHA-256 of a file, or of a folder's file names and contents; None where there is nothing."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    if not path.is_dir():
        return None
    total = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.name not in TIMED and not _hidden(file.relative_to(path)):
            total.update(f"{file.relative_to(path).as_posix()}\0{digest(file)}\n".encode())
    return total.hexdigest()


def short(path: Path) -> str:
    """The path from the root of the checkout: moving the checkout changes no key."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def sources_of(modules: Iterable[str]) -> list[Path]:
    """Source files of the modules and of every project module they reach by import, at any depth, sorted."""
    reached: set[Path] = set()
    waiting = [path for module in modules if (path := _file(module))]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += _imports(path)
    return sorted(reached)


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    """Files of the project modules that a file imports, inside functions too, and all that a package discovers."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    parents = {name.rsplit(".", depth)[0] for name in names for depth in range(name.count(".") + 1)}
    found = [file for name in sorted(names | parents) if (file := _file(name))]
    return (*found, *(below for name in sorted(names) if (file := _file(name)) for below in _discovered(file)))


@cache
def _discovered(file: Path) -> tuple[Path, ...]:
    """What a package that walks its own modules reaches besides its imports."""
    walks = file.name == "__init__.py" and "pkgutil" in file.read_text(encoding="utf-8")
    return tuple(sorted(file.parent.rglob("*.py"))) if walks else ()


@cache
def _file(module: str) -> Path | None:
    if module.split(".")[0] not in PACKAGES:
        return None
    stem = ROOT.joinpath(*module.split("."))
    return next((file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()), None)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
