r"""What is read off a generation of a model by counting: the counts of its text against those of the real text.

Every value is of the frequencies $p_t = X_t/M$ of the text that model $t$ was fitted on. ``entropy`` and
``heterozygosity`` are plug-in values of the model, biased as estimates of anything else: theory predicts
exactly these. A label is a statistic's name, or name@band for a band of types by their count in the real
text.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from simulations.models.corpus import Corpus
from simulations.models.ngram import pair_counts

Spectrum = tuple[tuple[int, int], ...]
"""(count, number of types with it), by rising count: all that theory needs of a text."""


@dataclass(frozen=True)
class Band:
    """Types by how often they occur in the real text, both ends included."""

    low: int
    high: int | float  # infinite for the last

    @property
    def label(self) -> str:
        """``2``, ``3-4`` or ``65+``."""
        if self.high == np.inf:
            return f"{self.low}+"
        return str(self.low) if self.high == self.low else f"{self.low}-{self.high:g}"

    def holds(self, counts: Int64[np.ndarray, " K"]) -> Bool[np.ndarray, " K"]:
        """Which of the counts fall into the band."""
        return (counts >= self.low) & (counts <= self.high)


BANDS = (Band(1, 1), Band(2, 2), Band(3, 4), Band(5, 8), Band(9, 16), Band(17, 64), Band(65, np.inf))


@dataclass(frozen=True)
class Gauge:
    """Reads one generation after another against the same real text."""

    real: Int64[np.ndarray, " K"]  # counts of the real text
    bands: tuple[Band, ...]  # those that hold a type
    pairs: bool

    @classmethod
    def of(cls, corpus: Corpus, pairs: bool) -> "Gauge":
        """The gauge of a text; ``pairs`` adds what is read off neighbours on the ring."""
        real = corpus.counts
        return cls(real, tuple(band for band in BANDS if band.holds(real).any()), pairs)

    def read(self, text: Int64[np.ndarray, " M"]) -> dict[str, float]:
        """The measurements of one training text, by label."""
        vocabulary, size = self.real.size, text.size
        counts = np.bincount(text, minlength=vocabulary).astype(np.int64)
        alive = counts > 0
        values = {
            "vocabulary": float(alive.sum()),
            "hapaxes": float((counts == 1).sum()),
            "heterozygosity": 1.0 - float(np.sum((counts / size) ** 2)),
            "entropy": entropy(counts),
            "lost_mass": float(self.real[~alive].sum()) / float(self.real.sum()),
        }
        for band in self.bands:
            members = band.holds(self.real)
            values[f"survival@{band.label}"] = float(alive[members].mean())
            values[f"band_mass@{band.label}"] = float(counts[members].sum()) / size
        if self.pairs:
            pairs = pair_counts(text, vocabulary)
            values["bigrams"] = float(pairs.size)
            values["entropy_rate"] = entropy(pairs) - values["entropy"]
        return values


def entropy(counts: Int64[np.ndarray, " K"]) -> float:
    """-sum p ln p of the frequencies p = counts / sum, in nats."""
    p = counts[counts > 0] / counts.sum()
    return float(-np.sum(p * np.log(p)))


def spectrum(counts: Int64[np.ndarray, " K"]) -> Spectrum:
    """How many types have each count."""
    values, members = np.unique(counts, return_counts=True)
    return tuple(zip(values.tolist(), members.tolist(), strict=True))
