r"""Real text becomes a stream of tokens by one rule that depends on nothing but the text.

The rule, in order:

1. *Normalise*: Unicode NFKC, then lower case, then the right single quotation mark becomes the apostrophe.
2. *Cut*: a token is a maximal run of letters, with apostrophes inside it (``doesn't``); or a maximal run of
   decimal digits; or one of the marks ``. , ; : ! ? ( )`` by itself.
3. *Drop the rest*: white space and every other sign (quotation marks, asterisks, underscores, brackets,
   operators, the underlines of headings: what markup is made of) separate tokens and are not tokens.

The vocabulary is the set of types that occur in the text, numbered from 0 by falling count and, among equal
counts, by code point. The text is read as a ring: its last token is followed by its first.
"""

import hashlib
import platform
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from jaxtyping import Int64

from theory.scenario.errors import InputError

TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[.,;:!?()]")
FEWEST_TOKENS = 2
LARGEST_FILE = 200 * 2**20  # bytes


@dataclass(frozen=True)
class Corpus:
    """A text as token numbers, with the words they stand for and a fingerprint of the stream."""

    stream: Int64[np.ndarray, " M"]
    types: tuple[str, ...]
    origin: str  # where the text came from, for people
    sha256: str  # of the tokens themselves, one to a line, in UTF-8

    @property
    def size(self) -> int:
        """M, the number of tokens."""
        return int(self.stream.size)

    @property
    def counts(self) -> Int64[np.ndarray, " K"]:
        """How often each type occurs: never 0, never rising."""
        return np.bincount(self.stream, minlength=len(self.types)).astype(np.int64)


def tokens_of(text: str) -> list[str]:
    """The tokens of a text by the rule above."""
    return TOKEN.findall(unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'"))


def corpus_of(tokens: Sequence[str], origin: str) -> Corpus:
    """The corpus of a stream of tokens; refuses a stream too short to be resampled."""
    if len(tokens) < FEWEST_TOKENS:
        raise InputError(f"corpus must hold at least {FEWEST_TOKENS} tokens, got {len(tokens)} from {origin}")
    counts = Counter(tokens)
    types = tuple(sorted(counts, key=lambda word: (-counts[word], word)))
    number = {word: index for index, word in enumerate(types)}
    stream = np.fromiter((number[word] for word in tokens), dtype=np.int64, count=len(tokens))
    return Corpus(stream, types, origin, hashlib.sha256("\n".join(tokens).encode("utf-8")).hexdigest())


def pydoc_corpus(limit: int | None = None) -> Corpus:
    """The reference text of Python's own ``help``, which every installation carries.

    Topics come in the order of their names; ``limit`` keeps the first tokens only. The text differs from one Python
    version to the next, so the version is part of ``origin`` and the hash tells texts apart. Raises ``InputError``
    where an installation was stripped of it.
    """
    try:
        topics: dict[str, str] = import_module("pydoc_data.topics").topics
    except ImportError:
        raise InputError(
            'corpus.kind "pydoc" needs the module pydoc_data.topics, which this Python was installed without; '
            'give a text of your own with kind = "file"'
        ) from None
    text = "\n".join(topics[name] for name in sorted(topics))
    return corpus_of(tokens_of(text)[:limit], f"pydoc_data.topics of Python {platform.python_version()}")


def file_corpus(path: Path, limit: int | None = None) -> Corpus:
    """The text of a UTF-8 file, cut by the same rule; raises ``InputError`` where it cannot be read as text."""
    try:
        if (bytes_held := path.stat().st_size) > LARGEST_FILE:
            raise InputError(f"corpus.path must hold at most {LARGEST_FILE} bytes, got {bytes_held} in {path}")
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise InputError(f"corpus.path must be a readable file, got {path}: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise InputError(f"corpus.path must be UTF-8 text, got {path}: byte {problem.start} is not") from None
    return corpus_of(tokens_of(text)[:limit], path.name)
