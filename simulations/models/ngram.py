r"""Language models by counting: sampling one is copying from the text it was fitted to, at random.

A maximum-likelihood *unigram* model gives token $i$ the probability $c_i/M$: a draw is the token at a uniform
position of the training text. A *bigram* model gives $j$ after $i$ the probability $c_{ij}/c_i$: the next
token is the one that follows a uniformly chosen occurrence of the present one. No probability is ever formed, so
none is rounded.

Training text is a ring (its last token is followed by its first), so every token that occurs has a
continuation, the pair counts are a circulation, and the unigram frequencies are the stationary law of the
bigram model. A trajectory that starts in them is stationary: in either model the expected frequency of a
token is the one the model was fitted to.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64


@dataclass(frozen=True)
class Unigram:
    """Tokens drawn independently with the frequencies of the training text."""

    counts: Int64[np.ndarray, " K"]

    @classmethod
    def fitted(cls, text: Int64[np.ndarray, " M"], vocabulary: int) -> "Unigram":
        """The maximum-likelihood model of a text over token numbers 0 … vocabulary - 1."""
        return cls(np.bincount(text, minlength=vocabulary).astype(np.int64))

    def sample(self, uniforms: Float64[np.ndarray, " N"]) -> Int64[np.ndarray, " N"]:
        """N independent tokens, one for each uniform number in [0, 1)."""
        return np.repeat(np.arange(self.counts.size), self.counts)[positions(uniforms, int(self.counts.sum()))]


@dataclass(frozen=True)
class Bigram:
    """A stationary Markov chain of tokens with the pair counts of the training text."""

    counts: Int64[np.ndarray, " K"]
    successors: Int64[np.ndarray, " M"]  # what follows each occurrence of token 0, then of token 1, …

    @classmethod
    def fitted(cls, text: Int64[np.ndarray, " M"], vocabulary: int) -> "Bigram":
        """The maximum-likelihood model of a text, read as a ring, over token numbers 0 … vocabulary - 1."""
        by_token = np.argsort(text, kind="stable")
        return cls(np.bincount(text, minlength=vocabulary).astype(np.int64), np.roll(text, -1)[by_token])

    def sample(self, uniforms: Float64[np.ndarray, " N"]) -> Int64[np.ndarray, " N"]:
        """One trajectory of N tokens from the stationary law; one uniform number in [0, 1) for each token.

        A plain loop over lists: arrays pay only where some twenty chains step side by side, and tie them together.
        """
        if uniforms.size == 0:
            return np.zeros(0, dtype=np.int64)
        first = np.repeat(np.arange(self.counts.size), self.counts)[positions(uniforms[:1], int(self.counts.sum()))]
        counts, successors = self.counts.tolist(), self.successors.tolist()
        starts = (np.cumsum(self.counts) - self.counts).tolist()
        token = int(first[0])
        trajectory = [token]
        for uniform in uniforms[1:].tolist():
            token = successors[starts[token] + int(uniform * counts[token])]
            trajectory.append(token)
        return np.array(trajectory, dtype=np.int64)


MODELS: dict[str, type[Unigram] | type[Bigram]] = {"unigram": Unigram, "bigram": Bigram}


def positions(uniforms: Float64[np.ndarray, " N"], length: int) -> Int64[np.ndarray, " N"]:
    """floor(u · length): uniform on 0 … length - 1, never length itself, uneven by less than length / 2^53."""
    return (uniforms * length).astype(np.int64)


def pair_counts(text: Int64[np.ndarray, " M"], vocabulary: int) -> Int64[np.ndarray, " P"]:
    """How often each distinct pair of neighbours on the ring occurs; the counts sum to M."""
    return np.unique(text * vocabulary + np.roll(text, -1), return_counts=True)[1].astype(np.int64)
