r"""Models refitted to their own text, generation after generation, in independent chains.

Generation 1 is the fit to the real text, all M tokens of it. Generation t >= 2 is the fit to M tokens:
``real`` of them are real, the rest is sampled from model t - 1. Real tokens are drawn afresh for every
generation and chain, in stretches of ``stretch`` consecutive tokens from uniformly random places of the real
text (the last stretch is cut to length). With stretch 1 and a unigram model this is the scheme ``stratified``
whose source is the empirical law of the text; longer stretches, which a bigram model needs to see real
neighbours, have the same expected frequencies and more variance.

A generation draws its random bits from Philox with the first 128 bits of SHA-256(stream version, seed, model,
real tokens, chain, generation) as key, so no chain depends on which others run or on where a run was interrupted.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float64, Int64

from simulations.models.corpus import Corpus
from simulations.models.log import LogWriter
from simulations.models.measurements import Gauge
from simulations.models.ngram import MODELS, positions
from simulations.models.protocol import Arm, Protocol

STREAM = "counting-1"  # the version of everything that decides which bits a chain sees


@dataclass(frozen=True)
class Estimate:
    """What a run will take, from refits that were timed on this machine."""

    chains: int  # still to run
    seconds: float


def chain_texts(protocol: Protocol, corpus: Corpus, arm: Arm, chain: int) -> Iterator[Int64[np.ndarray, " M"]]:
    """The training text of generations 1 … T of one chain."""
    model = MODELS[protocol.model]
    text = corpus.stream
    stretches = -(-arm.real // protocol.stretch)
    yield text
    for generation in range(2, protocol.generations + 1):
        fitted = model.fitted(text, len(corpus.types))
        draws = uniforms(protocol, arm, chain, generation, stretches + corpus.size - arm.real)
        real = real_tokens(corpus, arm.real, protocol.stretch, draws[:stretches])
        text = np.concatenate([real, fitted.sample(draws[stretches:])])
        yield text


def real_tokens(corpus: Corpus, number: int, stretch: int, draws: Float64[np.ndarray, " S"]) -> Int64[np.ndarray, " n"]:
    """``number`` real tokens in stretches that start where the draws say, on the ring of the real text."""
    places = positions(draws, corpus.size)[:, None] + np.arange(stretch)[None, :]
    return corpus.stream[places.ravel()[:number] % corpus.size]


def uniforms(protocol: Protocol, arm: Arm, chain: int, generation: int, number: int) -> Float64[np.ndarray, " N"]:
    """53-bit uniform numbers in [0, 1): the same for one seed, model, arm, chain and generation, whatever else runs."""
    name = json.dumps([STREAM, protocol.seed, protocol.model, arm.real, chain, generation])
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "little")
    return (np.random.Philox(key=key).random_raw(number) >> np.uint64(11)) * 2.0**-53


def train_chain(protocol: Protocol, corpus: Corpus, arm: Arm, chain: int, gauge: Gauge) -> dict[str, list[float]]:
    """The measurements of one chain, by label, for t = 1 … T."""
    readings = [gauge.read(text) for text in chain_texts(protocol, corpus, arm, chain)]
    return {label: [reading[label] for reading in readings] for label in readings[0]}


def run_protocol(
    protocol: Protocol,
    corpus: Corpus,
    folder: Path,
    begin: Callable[[Estimate], None] | None = None,
    advance: Callable[[str], None] | None = None,
) -> None:
    """Train every chain that the log in ``folder`` does not hold yet.

    ``begin`` hears the estimate, ``advance`` the arm of each finished chain. Raises ``InputError`` where the folder
    holds the log of another protocol or text, or another process is writing it.
    """
    gauge = Gauge.of(corpus, pairs=protocol.model == "bigram")
    with LogWriter(folder, protocol, corpus, STREAM) as log:
        missing = log.missing()
        if begin is not None:
            begin(Estimate(len(missing), len(missing) * chain_seconds(protocol, corpus, gauge) if missing else 0.0))
        for arm, chain in missing:
            log.write(arm, chain, train_chain(protocol, corpus, arm, chain, gauge))
            if advance is not None:
                advance(arm.label)


def chain_seconds(protocol: Protocol, corpus: Corpus, gauge: Gauge) -> float:
    """Seconds for one chain, from one timed refit of its first arm."""
    texts = chain_texts(protocol, corpus, protocol.arms(corpus.size)[0], 0)
    next(texts)
    started = time.perf_counter()
    gauge.read(next(texts))
    return (time.perf_counter() - started) * (protocol.generations - 1)
