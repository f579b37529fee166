"""The log of a protocol: what every chain measured, of which text, by what code, each chain whole or absent.

``DIR/manifest.json`` holds the protocol and the fingerprint and spectra of the text;
``DIR/chains/ARM-CHAIN.json`` holds one chain with the record of the software that trained it. Every file
carries a checksum of itself, which reading verifies; a chain without a file is missing, and training the same
protocol again makes it.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from simulations.durable import locked, remove_leftovers, write_file
from simulations.manifest import checksum
from simulations.models.corpus import Corpus
from simulations.models.measurements import Spectrum, spectrum
from simulations.models.ngram import pair_counts
from simulations.models.protocol import Arm, Protocol, restored_protocol
from simulations.models.stretches import Profile, window_profile
from simulations.provenance import environment
from theory.scenario.errors import InputError, shown

FORMAT = 1
KIND = "training log"


class LogError(InputError):
    """A log is missing, damaged, of another run, or incomplete."""


@dataclass(frozen=True)
class TextRecord:
    """What a log keeps of the real text: enough for every prediction, nothing of the words."""

    origin: str
    sha256: str
    tokens: Spectrum  # (count, number of types that occur so often), by rising count
    pairs: Spectrum  # the same of pairs of neighbours
    stretches: Profile = ()  # how the types lie in windows of the protocol's stretch, where that is more than 1

    @property
    def size(self) -> int:
        """M, the number of tokens."""
        return sum(count * types for count, types in self.tokens)

    @property
    def vocabulary(self) -> int:
        """K, the number of types."""
        return sum(types for _, types in self.tokens)


@dataclass(frozen=True)
class TrainingLog:
    """A run, finished or not: ``values[arm][label]`` has one row a chain and one column a generation, t = 1 … T."""

    protocol: Protocol
    text: TextRecord
    arms: tuple[Arm, ...]
    values: Mapping[str, Mapping[str, Float64[np.ndarray, "R T"]]]
    missing: tuple[str, ...]  # names of the chains that are not there yet
    environments: tuple[Mapping[str, Any], ...]  # of the software that trained the chains, each once

    @property
    def t(self) -> tuple[int, ...]:
        """The generations of the columns; 1 is the fit to the real text."""
        return tuple(range(1, self.protocol.generations + 1))


class LogWriter:
    """The only writer of a folder: it opens the log of a protocol and text, or creates it, and enters chains.

    Entering raises ``LogError`` where the folder holds another run or other files, ``StoreBusy`` where another
    process writes it.
    """

    def __init__(self, folder: Path, protocol: Protocol, corpus: Corpus, stream: str):
        self.folder, self.protocol, self.arms = folder, protocol, protocol.arms(corpus.size)
        self._identity = {
            "format": FORMAT,
            "kind": KIND,
            "stream": stream,
            "protocol": protocol.dump(),
            "text": {
                "origin": corpus.origin,
                "sha256": corpus.sha256,
                "tokens": [list(entry) for entry in spectrum(corpus.counts)],
                "pairs": [list(entry) for entry in spectrum(pair_counts(corpus.stream, len(corpus.types)))],
                "stretches": window_profile(corpus, protocol.stretch) if protocol.stretch > 1 else [],
            },
        }
        self._held = ExitStack()

    def __enter__(self) -> "LogWriter":
        if (self.folder / "manifest.json").exists():
            _refuse_another(self.folder, _manifest(self.folder), self._identity)
        else:
            _refuse_other_files(self.folder)
        try:
            (self.folder / "chains").mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise LogError(f"{self.folder} cannot hold a log: {problem.strerror}") from None
        with ExitStack() as held:
            held.enter_context(locked(self.folder))
            remove_leftovers(self.folder / "chains")
            if not (self.folder / "manifest.json").exists():
                _write_checked(self.folder / "manifest.json", self._identity)
            self._held = held.pop_all()
        return self

    def __exit__(self, *problem: object) -> None:
        self._held.close()

    def missing(self) -> list[tuple[Arm, int]]:
        """The chains the log does not hold whole, in the order of arms."""
        return [
            (arm, chain)
            for arm, chain in all_chains(self.protocol, self.arms)
            if _chain(self.folder, arm, chain) is None
        ]

    def write(self, arm: Arm, chain: int, values: Mapping[str, list[float]]) -> None:
        """Enter one chain, whole or not at all."""
        content = {"arm": arm.label, "chain": chain, "environment": environment(), "values": dict(values)}
        _write_checked(_file(self.folder, arm, chain), content)


def all_chains(protocol: Protocol, arms: tuple[Arm, ...]) -> list[tuple[Arm, int]]:
    """Every arm with every chain number, arm by arm."""
    return [(arm, chain) for arm in arms for chain in range(protocol.chains)]


def is_training_log(folder: Path) -> bool:
    """Whether a folder holds the log of a protocol (rather than the store of a sweep)."""
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("kind") == KIND
    except (OSError, ValueError, AttributeError):
        return False


def read_log(folder: Path) -> TrainingLog:
    """The log in a folder, every file verified; raises ``LogError`` naming the one that is damaged."""
    manifest = _manifest(folder)
    protocol, record = restored_protocol(manifest["protocol"]), manifest["text"]
    tokens, pairs = (tuple((count, types) for count, types in record[name]) for name in ("tokens", "pairs"))
    stretches = tuple((count, tuple(windows), types) for count, windows, types in record["stretches"])
    text = TextRecord(record["origin"], record["sha256"], tokens, pairs, stretches)
    arms = protocol.arms(text.size)
    rows: dict[str, list[dict[str, list[float]]]] = {arm.label: [] for arm in arms}
    missing, environments = [], []
    for arm, chain in all_chains(protocol, arms):
        content = _chain(folder, arm, chain)
        if content is not None:
            rows[arm.label].append(content["values"])
            if content["environment"] not in environments:
                environments.append(content["environment"])
        elif _file(folder, arm, chain).exists():
            raise LogError(f"{_file(folder, arm, chain)} is damaged; train the same protocol again and it is made anew")
        else:
            missing.append(_file(folder, arm, chain).stem)
    values = {
        arm: {label: np.array([chain[label] for chain in chains]) for label in (chains[0] if chains else ())}
        for arm, chains in rows.items()
    }
    return TrainingLog(protocol, text, arms, values, tuple(missing), tuple(environments))


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise LogError(f"{folder} holds no log of a protocol: it has no manifest.json") from None
    except OSError as problem:
        raise LogError(f"{path} cannot be read: {problem.strerror}") from None
    except ValueError:
        content = {}
    content = content if isinstance(content, dict) else {}
    if content.get("kind", KIND) != KIND:
        raise LogError(f"{folder} holds a {content['kind']}, not a {KIND}")
    if isinstance(content.get("format"), int) and content["format"] > FORMAT:
        raise LogError(f"{path} has format {content['format']} of a newer version; this one reads up to {FORMAT}")
    if not _is_whole(content):
        raise LogError(f"{path} is damaged or was changed by hand; move {folder} away and train again")
    return content


def _refuse_other_files(folder: Path) -> None:
    """Raise where a folder without a manifest holds anything but what an interrupted beginning may leave."""
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    strange = [name for name in names if name != "chains" and not name.startswith(".")]
    if strange:
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise LogError(
            f"{folder} holds other files ({strange[0]}{more}) and no manifest.json; choose a new folder with --out"
        )


def _refuse_another(folder: Path, there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    """Raise with one line for each field in which the log on disk differs from the run that would continue it.

    Where the text lay and how much of it was asked for may differ: the text itself may not.
    """
    lines = [
        f"{field} is {shown(there['protocol'].get(field))} there and {shown(value)} here"
        for field, value in here["protocol"].items()
        if field not in ("corpus", "tokens") and there["protocol"].get(field) != value
    ]
    if there["text"]["sha256"] != here["text"]["sha256"]:
        texts = [f"{side['text']['origin']} (SHA-256 {side['text']['sha256'][:12]}...)" for side in (there, here)]
        lines.append(f"the text is {texts[0]} there and {texts[1]} here")
    if there["stream"] != here["stream"]:
        lines.append(f"the stream of random bits is {shown(there['stream'])} there and {shown(here['stream'])} here")
    if lines:
        raise LogError([f"{folder} holds another run, choose another --out: {line}" for line in lines])


def _chain(folder: Path, arm: Arm, chain: int) -> dict[str, Any] | None:
    """The content of one chain, or None where its file is missing, damaged or of another chain."""
    try:
        content = json.loads(_file(folder, arm, chain).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if _is_whole(content) and (content["arm"], content["chain"]) == (arm.label, chain) else None


def _file(folder: Path, arm: Arm, chain: int) -> Path:
    return folder / "chains" / f"{arm.label}-{chain:05d}.json"


def _write_checked(path: Path, content: Mapping[str, Any]) -> None:
    write_file(path, json.dumps({**content, "checksum": checksum(content)}, separators=(",", ":")) + "\n")


def _is_whole(content: Any) -> bool:
    """Whether a file's content is what its checksum was made of."""
    if not isinstance(content, dict):
        return False
    rest = {key: value for key, value in content.items() if key != "checksum"}
    return content.get("checksum") == checksum(rest)
