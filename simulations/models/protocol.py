"""A protocol: which text, which model, how many refits of how many chains, and how much real text in each.

A protocol file names its ``model``, ``generations`` and ``chains``; ``seed`` (0), ``real_share`` ([0]),
``stretch`` (1) and ``[corpus]`` (the text of Python's own help) may be left out. It is checked whole before
anything starts.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from simulations.models.corpus import FEWEST_TOKENS, Corpus, file_corpus, pydoc_corpus
from simulations.models.ngram import MODELS
from simulations.sweep_fields import LARGEST_COUNTER, NAME
from theory.scenario.errors import InputError, alternatives, nearest, shown
from theory.scenario.scenario import read_toml
from theory.scenario.values import finite

NAMED_PROTOCOLS = Path(__file__).parent.parent / "protocols"
FIELDS = ("name", "model", "seed", "generations", "chains", "real_share", "stretch", "corpus")
CORPUS_FIELDS = ("kind", "path", "tokens")
CORPUS_KINDS = ("pydoc", "file")
MOST_GENERATIONS, MOST_CHAINS, LARGEST_COUNT = 10_000, 100_000, 10**9
QUICK_CHAINS, QUICK_TOKENS = 8, 20_000


class ProtocolError(InputError):
    """A protocol, or the file that should hold one, is not valid."""


@dataclass(frozen=True)
class Arm:
    """One treatment of a protocol: how many of the M tokens of every refit are real."""

    share: float
    real: int  # tokens

    @property
    def label(self) -> str:
        """``replace``, or ``real_share=0.1``."""
        return "replace" if self.real == 0 else f"real_share={self.share:g}"


@dataclass(frozen=True)
class Protocol:
    """A checked protocol. ``generations`` counts fits: the first is the fit to the real text."""

    name: str
    model: str
    seed: int
    generations: int
    chains: int
    real_share: tuple[float, ...]
    stretch: int  # consecutive real tokens that are drawn together
    corpus: str  # "pydoc" or the path of a file
    tokens: int | None  # only the first so many, or all

    def load_corpus(self) -> Corpus:
        """The text the protocol names; raises ``InputError`` where it cannot be read."""
        return pydoc_corpus(self.tokens) if self.corpus == "pydoc" else file_corpus(Path(self.corpus), self.tokens)

    def arms(self, size: int) -> tuple[Arm, ...]:
        """The treatments of a text of ``size`` tokens; a share is rounded to whole tokens, at least one.

        Raises ``ProtocolError`` for a share of less than a token, or of less than one stretch.
        """
        arms = tuple(Arm(share, math.floor(share * size + 0.5)) for share in self.real_share)
        lost = [arm.share for arm in arms if arm.share > 0 and arm.real == 0]
        if lost:
            raise ProtocolError(f"real_share must be 0 or at least one of the {size} tokens, got {shown(lost[0])}")
        short = [arm for arm in arms if 0 < arm.real < self.stretch]
        if short:
            raise ProtocolError(
                f"stretch must be at most the {short[0].real} real tokens of {short[0].label}, got {self.stretch}"
            )
        return arms

    def quick(self) -> "Protocol":
        """The same protocol on the beginning of the text with few chains, under its own name."""
        tokens = QUICK_TOKENS if self.tokens is None else min(self.tokens, QUICK_TOKENS)
        return replace(self, name=f"{self.name}-quick", tokens=tokens, chains=min(self.chains, QUICK_CHAINS))

    def dump(self) -> dict[str, Any]:
        """A plain JSON object from which ``restored_protocol`` makes the same protocol."""
        return asdict(self) | {"real_share": list(self.real_share)}


def named_protocols() -> list[str]:
    """Names of the protocols that come with the package."""
    return sorted(path.stem for path in NAMED_PROTOCOLS.glob("*.toml"))


def load_protocol(path: str | Path) -> Protocol:
    """The protocol in a TOML file, or the named one of the package; a text's path starts at the file's folder."""
    file = Path(path)
    if not file.exists() and str(path) in named_protocols():
        file = NAMED_PROTOCOLS / f"{path}.toml"
    elif not file.exists():
        raise ProtocolError(
            f"the protocol must be a file or one of {', '.join(named_protocols())}, got {shown(str(path))}"
            f"{nearest(str(path), named_protocols())}"
        )
    return parse_protocol(read_toml(file), file.parent)


def parse_protocol(mapping: Mapping[str, Any], folder: Path = Path()) -> Protocol:
    """Check a whole protocol; raises ``ProtocolError`` with one line for each mistake."""
    wrong = [
        f"{key} is not a field of a protocol: it takes {', '.join(FIELDS)}{nearest(key, FIELDS)}"
        for key in mapping
        if key not in FIELDS
    ]
    corpus, tokens = _corpus(mapping.get("corpus", {"kind": "pydoc"}), folder, wrong)
    protocol = Protocol(
        name=_name(mapping.get("name"), wrong),
        model=_model(mapping.get("model"), wrong),
        seed=_whole("seed", mapping.get("seed", 0), 0, LARGEST_COUNTER, wrong),
        generations=_whole("generations", mapping.get("generations"), 2, MOST_GENERATIONS, wrong),
        chains=_whole("chains", mapping.get("chains"), 2, MOST_CHAINS, wrong),
        real_share=_shares(mapping.get("real_share", [0.0]), wrong),
        stretch=_whole("stretch", mapping.get("stretch", 1), 1, LARGEST_COUNT, wrong),
        corpus=corpus,
        tokens=tokens,
    )
    if wrong:
        raise ProtocolError(wrong)
    return protocol


def restored_protocol(content: Mapping[str, Any]) -> Protocol:
    """The protocol that ``Protocol.dump`` wrote."""
    return Protocol(**{**content, "real_share": tuple(content["real_share"])})


def _name(value: Any, wrong: list[str]) -> str:
    if not (isinstance(value, str) and NAME.fullmatch(value)):
        wrong.append(
            "name must be 1 to 64 letters, digits, dots, hyphens and underscores, starting with a letter or digit, "
            f"got {shown(value)}"
        )
    return str(value)


def _model(value: Any, wrong: list[str]) -> str:
    if value not in tuple(MODELS):
        wrong.append(f"model must be {alternatives(MODELS)}, got {shown(value)}{nearest(value, MODELS)}")
    return str(value)


def _whole(name: str, value: Any, low: int, high: int, wrong: list[str]) -> int:
    number = finite(value)
    if number is not None and number.is_integer() and low <= number <= high:
        return int(number)
    wrong.append(f"{name} must be a whole number from {low} to {high}, got {shown(value)}")
    return low


def _shares(value: Any, wrong: list[str]) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or not value:
        wrong.append(f"real_share must be a list of at least one number from 0 to 1, got {shown(value)}")
        return ()
    shares = [finite(entry) for entry in value]
    for place, (entry, share) in enumerate(zip(value, shares, strict=True)):
        if share is None or not 0 <= share <= 1:
            wrong.append(f"real_share[{place}] must be a number from 0 to 1, got {shown(entry)}")
        elif f"{share:g}" in [f"{other:g}" for other in shares[:place] if other is not None]:
            wrong.append(f"real_share[{place}] must differ from the entries before it, got {shown(entry)}")
    return tuple(share for share in shares if share is not None)


def _corpus(value: Any, folder: Path, wrong: list[str]) -> tuple[str, int | None]:
    if not isinstance(value, Mapping):
        wrong.append(f"corpus must be a table with kind {alternatives(CORPUS_KINDS)}, got {shown(value)}")
        return "pydoc", None
    wrong.extend(
        f"corpus.{key} is not a known field: corpus takes {', '.join(CORPUS_FIELDS)}{nearest(key, CORPUS_FIELDS)}"
        for key in value
        if key not in CORPUS_FIELDS
    )
    kind, path = value.get("kind"), value.get("path")
    tokens = None
    if "tokens" in value:
        tokens = _whole("corpus.tokens", value["tokens"], FEWEST_TOKENS, LARGEST_COUNT, wrong)
    if kind not in CORPUS_KINDS:
        wrong.append(
            f"corpus.kind must be {alternatives(CORPUS_KINDS)}, got {shown(kind)}{nearest(kind, CORPUS_KINDS)}"
        )
    elif kind == "file" and not (isinstance(path, str) and path):
        wrong.append(f'corpus.path must be the path of a text with kind "file", got {shown(path)}')
    elif kind == "pydoc" and path is not None:
        wrong.append(f'corpus.path must be left out with kind "pydoc", got {shown(path)}')
    return (str(folder / str(path)) if kind == "file" else "pydoc"), tokens
