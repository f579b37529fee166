r"""What each policy trains token models on, from generation to generation, for a group of chains.

Model t is fitted to counts $C_t$ of $N_t$ tokens: the batch, the pool, or a subset of it; $p_t = C_t / N_t$. Two
policies mix fits instead of counts: "weighted" has $p_t = w X_t/n + (1-w) Y_t/m$ for $n$ real and $m$ synthetic
tokens, "forgetting" $p_t = (1-\rho) p_{t-1} + \rho X_t/M_t$, so that there no token is ever quite gone; the models
they draw from mix the fits of the estimator with the same weights.

At t = 1 every model is fitted to its first real tokens themselves, also where later ones see a subset or a budget.
"""

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float64, Int64, UInt32

from simulations.kernels.kernel import EngineFault
from simulations.kernels.setting import Batches, policy_of
from simulations.kernels.tokens.counts_draw import Streams, Weights, multinomial
from simulations.kernels.tokens.counts_model import Fit, normalised
from simulations.kernels.tokens.counts_subset import subset
from theory.scenario import Scenario
from theory.scenario.retention import AccumulateSubsample, Forgetting, Pool, RealShare, Weighted, Window

Counts = Int64[np.ndarray, "R K"]


class Model(NamedTuple):
    """p_t, and the weights of the model that was fitted, before its sampler."""

    frequencies: Float64[np.ndarray, "R K"]
    weights: Weights


class Draws:
    """Draws of one generation of a group of chains, each of them checked."""

    def __init__(
        self, p0: Float64[np.ndarray, "K"], fit: Fit, key: UInt32[np.ndarray, "2"], generation: int, chains: range
    ):
        self.p0 = p0
        self._fit, self._generation, self._chains = fit, generation, chains
        self._streams = Streams(key, generation, chains.start)

    def real(self, n: int) -> Counts:
        """n tokens of the source."""
        return self.of(np.broadcast_to(self.p0, (len(self._chains), len(self.p0))), n)

    def of(self, weights: Weights, n: int) -> Counts:
        """n tokens with these weights."""
        return self._checked(multinomial(self._streams, np.full(len(self._chains), n), weights), n)

    def subset(self, pool: Counts, n: int) -> Counts:
        """n tokens of a pool, none of them twice."""
        rng = self._streams.generator()
        drawn = np.stack([subset(rng, counts, n) for counts in pool])
        self._checked(pool - drawn, int(pool[0].sum()) - n)
        return self._checked(drawn, n)

    def model(self, counts: Counts, N: int) -> Model:
        """The model that is fitted to counts of N tokens."""
        return Model(self._checked(counts, N) / N, self._fit(self._streams, counts))

    def _checked(self, counts: Counts, n: int) -> Counts:
        """Counts that are at least 0 and n in all, so that none is more than n."""
        if counts.min() < 0 or (counts.sum(axis=1) != n).any():
            where = (
                f"{self._chains.start} to {self._chains.stop - 1} broke an invariant in generation {self._generation}"
            )
            raise EngineFault(f"a chain among {where}; nothing of this run can be trusted")
        return counts


@runtime_checkable
class Policy(Protocol):
    """What a policy keeps of the past."""

    def first(self, draws: Draws) -> Model:
        """Model 1."""
        ...

    def next(self, t: int, draws: Draws, weights: Weights, model: Model) -> Model:
        """Model t, from that of t - 1 and the weights that its sampler draws from."""
        ...


def policy(scenario: Scenario, batches: Batches) -> Policy:
    """The policy of a scenario, with nothing in its memory yet."""
    retention = scenario.retention
    if isinstance(retention, Weighted):
        return _Weighted(retention)
    if isinstance(retention, Forgetting):
        return _Forgetting(retention.rate, batches)
    if isinstance(retention, Window):
        return _Window(retention.length, batches)
    if policy_of(scenario) in ("accumulate", "accumulate_subsample", "pool"):
        return _Everything(scenario, batches)
    return _Batch(scenario, batches)


class _Batch:
    """Nothing is kept, but for the real tokens of scheme "fixed"."""

    def __init__(self, scenario: Scenario, batches: Batches):
        self._batches, self._retention, self._kept = batches, scenario.retention, None
        self._policy = policy_of(scenario)

    def first(self, draws: Draws) -> Model:
        M = int(self._batches.real[0])
        if self._policy != "fixed":
            return draws.model(draws.real(M), M)
        assert isinstance(self._retention, RealShare)
        n = self._retention.real_points(M)
        self._kept = draws.real(n)
        return draws.model(self._kept + draws.real(M - n), M)

    def next(self, t: int, draws: Draws, weights: Weights, model: Model) -> Model:
        n, m = int(self._batches.real[t - 1]), int(self._batches.synthetic[t - 1])
        if self._policy == "iid":
            assert isinstance(self._retention, RealShare)
            share = self._retention.share_of(m)
            return draws.model(draws.of(share * draws.p0 + (1.0 - share) * normalised(weights), m), m)
        counts = draws.of(weights, m)
        if n:
            counts = counts + (draws.real(n) if self._kept is None else self._kept)
        return draws.model(counts, n + m)


class _Everything:
    """All tokens there were; models see all of them, or a subset."""

    def __init__(self, scenario: Scenario, batches: Batches):
        self._retention, self._batches, self._size = scenario.retention, batches, 0
        self._pool: Counts = np.zeros((1, 1), np.int64)

    def first(self, draws: Draws) -> Model:
        self._size = int(self._batches.real[0])
        self._pool = draws.real(self._size)
        return draws.model(self._pool, self._size)

    def next(self, t: int, draws: Draws, weights: Weights, model: Model) -> Model:
        n, m = int(self._batches.real[t - 1]), int(self._batches.synthetic[t - 1])
        self._pool = self._pool + draws.of(weights, m)
        if n:
            self._pool = self._pool + draws.real(n)
        self._size += n + m
        if isinstance(self._retention, AccumulateSubsample):
            seen = draws.of(self._pool, m) if self._retention.replacement else draws.subset(self._pool, m)
            return draws.model(seen, m)
        if isinstance(self._retention, Pool) and self._retention.budget is not None:
            return draws.model(draws.of(self._pool, self._retention.budget), self._retention.budget)
        return draws.model(self._pool, self._size)


class _Window:
    """The last batches, and their sum."""

    def __init__(self, length: int, batches: Batches):
        self._length, self._sizes = length, batches.real + batches.synthetic
        self._window: list[Counts] = []

    def first(self, draws: Draws) -> Model:
        M = int(self._sizes[0])
        self._sum = draws.real(M)
        self._window.append(self._sum)
        return draws.model(self._sum, M)

    def next(self, t: int, draws: Draws, weights: Weights, model: Model) -> Model:
        batch = draws.of(weights, int(self._sizes[t - 1]))
        self._window.append(batch)
        self._sum = self._sum + batch
        if len(self._window) > self._length:
            self._sum = self._sum - self._window.pop(0)
        return draws.model(self._sum, int(self._sizes[max(0, t - self._length) : t].sum()))


class _Weighted:
    """Fresh real tokens and synthetic ones, fitted apart."""

    def __init__(self, retention: Weighted):
        self._retention = retention

    def first(self, draws: Draws) -> Model:
        return draws.model(draws.real(self._retention.real), self._retention.real)

    def next(self, t: int, draws: Draws, weights: Weights, model: Model) -> Model:
        n, m = self._retention.real, self._retention.synthetic
        real, synthetic = draws.model(draws.real(n), n), draws.model(draws.of(weights, m), m)
        return _mixed(self._retention.weight, real, synthetic)


class _Forgetting:
    """Every model there was, fading."""

    def __init__(self, rate: float, batches: Batches):
        self._rate, self._sizes = rate, batches.real + batches.synthetic

    def first(self, draws: Draws) -> Model:
        M = int(self._sizes[0])
        return draws.model(draws.real(M), M)

    def next(self, t: int, draws: Draws, weights: Weights, model: Model) -> Model:
        M = int(self._sizes[t - 1])
        return _mixed(self._rate, draws.model(draws.of(weights, M), M), model)


def _mixed(share: float, a: Model, b: Model) -> Model:
    frequencies = share * a.frequencies + (1.0 - share) * b.frequencies
    return Model(frequencies, share * normalised(a.weights) + (1.0 - share) * normalised(b.weights))
