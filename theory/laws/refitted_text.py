r"""What becomes of every token of a text when models are refitted to what models wrote: one row for each count.

A text enters by its spectrum alone, the number of types with each count. Rare tokens are followed by the exact law
of their count, common ones by six moments of their frequency, where the law is narrow enough for a series.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from theory.laws.branching import absence_exponents, clustered_absence
from theory.laws.token_counts import count_bound, count_laws, drift_time, expected_surprise, frequency_moments
from theory.scenario.errors import InputError

MOST_STATES = 4500  # of the law of a count: 160 MB for its matrix
RARE, RARE_PER_DRIFT = 300, 30  # the law is used up to 300 copies, and to 30 for each refit that is remembered
ORDER = 6


@dataclass(frozen=True)
class Presence:
    """Which tokens are there after k = 0, 1, … refits: one column for each kind of token, of ``types`` types alike."""

    counts: Int64[np.ndarray, " C"]  # copies in the first text
    types: Int64[np.ndarray, " C"]
    absent: Float64[np.ndarray, "k C"]  # P(X = 0)
    once: Float64[np.ndarray, "k C"]  # P(X = 1)

    @property
    def mass(self) -> Float64[np.ndarray, " C"]:
        """Share of the first text that the types of a column make up."""
        return self.types * self.counts / np.sum(self.types * self.counts)

    def vocabulary(self) -> Float64[np.ndarray, " k"]:
        """Expected number of types alive."""
        return (1.0 - self.absent) @ self.types

    def hapaxes(self) -> Float64[np.ndarray, " k"]:
        """Expected number of types that occur once."""
        return self.once @ self.types

    def lost_mass(self) -> Float64[np.ndarray, " k"]:
        """Expected share of the first text that consists of types now absent."""
        return self.absent @ self.mass

    def survival(self, members: Bool[np.ndarray, " C"]) -> Float64[np.ndarray, " k"]:
        """Expected share alive of the types of some columns."""
        return (1.0 - self.absent[:, members]) @ self.types[members] / self.types[members].sum()

    def kept_mass(self, members: Bool[np.ndarray, " C"]) -> Float64[np.ndarray, " k"]:
        """Expected mass of the types of some columns: what it is in the first text, for ever."""
        return np.full(self.absent.shape[0], np.sum(self.mass[members]))


@dataclass(frozen=True)
class TokenFates:
    """Presence, and what each token adds to entropy and to homozygosity, for one column of each count."""

    presence: Presence
    surprise: Float64[np.ndarray, "k C"]  # E(-p ln p), nats
    square: Float64[np.ndarray, "k C"]  # E p^2

    def entropy(self) -> Float64[np.ndarray, " k"]:
        """Expected entropy of the model, nats."""
        return self.surprise @ self.presence.types

    def heterozygosity(self) -> Float64[np.ndarray, " k"]:
        """Expected 1 - sum p^2 of the model."""
        return 1.0 - self.square @ self.presence.types


def token_fates(spectrum: Iterable[tuple[int, int]], real: int, generations: int) -> TokenFates:
    """The fates in a text whose refits take ``real`` fresh tokens of it, drawn one by one, and sample the others.

    Exact to about 1e-11, but for the entropy of common tokens (1e-6) and their absence (below 1e-12, bounded by the
    branching process). Raises ``InputError`` where the law of a count would outgrow the memory.
    """
    counts, types = (np.array(column, dtype=np.int64) for column in zip(*spectrum, strict=True))
    size = int(np.sum(counts * types))
    rare = counts <= max(RARE, RARE_PER_DRIFT * drift_time(size, real, generations))
    if rare.any() and count_bound(int(counts[rare].max()), size, real, generations) > MOST_STATES:
        raise InputError(f"a forecast without real text reaches about 40 refits, got {generations}")
    absent, once, surprise, square = (np.zeros((generations + 1, counts.size)) for _ in range(4))
    absent[:] = np.exp(-counts[None, :] * absence_exponents(generations, real / size)[:, None])
    for k, moments in enumerate(frequency_moments(counts, size, real, generations, ORDER)):
        square[k] = moments[:, 1]
        surprise[k] = expected_surprise(counts / size, moments)
    if rare.any():
        for k, law in enumerate(count_laws(counts[rare], size, real, generations)):
            p = np.arange(law.shape[1]) / size
            absent[k, rare], once[k, rare] = law[:, 0], law[:, 1]
            surprise[k, rare] = law @ -(p * np.log(np.where(p > 0, p, 1.0)))
    return TokenFates(Presence(counts, types, absent, once), surprise, square)


def clustered_presence(
    plain: Presence, profile: Iterable[tuple[int, tuple[int, ...], int]], length: int, real: int
) -> Presence:
    """The presence where real tokens come in stretches of ``length`` neighbours, from how rare types lie in the text.

    ``profile`` has a row for each kind of rare type: its count, the number of the text's windows that hold 1, 2, …
    copies, and the types alike. Types beyond the largest count of the profile are as in ``plain``.
    """
    size, generations = int(np.sum(plain.counts * plain.types)), plain.absent.shape[0] - 1
    columns, windows, alike = zip(*profile, strict=True)
    counts, types = np.array(columns, dtype=np.int64), np.array(alike, dtype=np.int64)
    held = np.zeros((counts.size, 1 + max(map(len, windows))))
    for row, number in zip(held, windows, strict=True):
        row[1 : 1 + len(number)] = np.array(number) / size
    held[:, 0] = 1.0 - held.sum(axis=1)
    absent, once = clustered_absence(counts, held, real / length, real / size, generations)
    common = plain.counts > counts.max()
    return Presence(
        np.concatenate([counts, plain.counts[common]]),
        np.concatenate([types, plain.types[common]]),
        np.hstack([absent, plain.absent[:, common]]),
        np.hstack([once, plain.once[:, common]]),
    )
