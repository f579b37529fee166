"""The token chain as a good numpy program runs it: `Generator.multinomial` for many replicates at once."""

import numpy as np
from jaxtyping import Float64


def zipf(tokens: int, exponent: float = 1.0) -> Float64[np.ndarray, "K"]:
    """Probabilities of a Zipf law."""
    weights = np.arange(1, tokens + 1.0) ** -exponent
    return weights / weights.sum()


def chains(
    rng: np.random.Generator, R: int, p: Float64[np.ndarray, "K"], M: int, generations: int, record: set[int]
) -> list[np.ndarray]:
    """Sums over replicates of heterozygosity and types alive, and of their squares, at the recorded times."""
    shares = np.broadcast_to(p, (R, len(p)))
    found = []
    for t in range(1, generations + 1):
        counts = rng.multinomial(M, shares)
        shares = counts / M
        if t in record:
            values = np.stack([1.0 - np.einsum("rk,rk->r", shares, shares), np.count_nonzero(counts, axis=1)])
            found.append(np.stack([values.sum(axis=1), (values**2).sum(axis=1)]))
    return found
