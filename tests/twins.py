"""The recursion as anybody would write it: draw every point, fit, draw again. Slow, and plainly right."""

import jax
import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri

from simulations import bits
from simulations.kernels.split import binomial_split
from theory.scenario import Scenario


def gaussian_twin(scenario: Scenario, generations: int, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances of the models, both [generation 1 ... T, replicate]."""
    rng = np.random.default_rng(seed)
    source, kept, means, variances = scenario.source, None, [], []
    mean, variance = np.full(replicates, source.mean), np.full(replicates, source.variance)
    for t in range(1, generations + 1):
        real = rng.normal(source.mean, np.sqrt(source.variance), (replicates, _size(scenario, t)))
        synthetic = mean[:, None] + np.sqrt(variance)[:, None] * rng.standard_normal(real.shape)
        kept = real if t == 1 else kept
        points = _training_set(scenario, t, real, synthetic, kept, rng)
        kept = points if scenario.retention.kind == "accumulate" else kept
        mean = points.mean(axis=1)
        variance = ((points - mean[:, None]) ** 2).sum(axis=1) / scenario.estimator.divide_by(points.shape[1])
        means.append(mean)
        variances.append(variance)
    return np.array(means), np.array(variances)


def token_twin(scenario: Scenario, generations: int, replicates: int, seed: int) -> np.ndarray:
    """Frequencies of the tokens, [generation 1 ... T, replicate, token]."""
    rng = np.random.default_rng(seed)
    p0, kept, history = scenario.source.distribution(), None, []
    K = len(p0)
    frequencies = np.tile(p0, (replicates, 1))
    for t in range(1, generations + 1):
        shape = (replicates, _size(scenario, t))
        real = rng.choice(K, size=shape, p=p0)
        cumulative = frequencies.cumsum(axis=1)
        synthetic = (rng.random(shape)[:, :, None] * cumulative[:, None, -1:] >= cumulative[:, None, :]).sum(axis=2)
        kept = real if t == 1 else kept
        points = _training_set(scenario, t, real, synthetic, kept, rng)
        kept = points if scenario.retention.kind == "accumulate" else kept
        frequencies = (points[:, :, None] == np.arange(K)).mean(axis=1)
        history.append(frequencies)
    return np.array(history)


def _size(scenario: Scenario, t: int) -> int:
    return scenario.first_size if t == 1 else scenario.sample_size.at(t)


def _training_set(scenario, t, real, synthetic, kept, rng):
    """The points that generation t is fitted to; `kept` holds older ones where the policy keeps any."""
    retention = scenario.retention
    if t == 1:
        return real
    if retention.kind == "replace":
        return synthetic
    if retention.kind == "accumulate":
        return np.concatenate([kept, synthetic], axis=1)
    n = retention.real_points(real.shape[1])
    if retention.scheme == "iid":
        return np.where(rng.random(real.shape) < retention.share_of(real.shape[1]), real, synthetic)
    return np.concatenate([(kept if retention.scheme == "fixed" else real)[:, :n], synthetic[:, n:]], axis=1)


def gaussian_replay(s: Scenario, generations: int, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances [T, R] of the engine's own chains: its random bits, scipy's quantiles, plain squares."""
    replicate, stream = np.arange(replicates, dtype=np.uint32), jax.jit(bits.bits)
    mean, variance = np.full(replicates, s.source.mean), np.full(replicates, s.source.variance)
    history, split, pool = [], None, (0.0 * mean, mean, 0.0 * mean)
    if getattr(s.retention, "scheme", None) == "iid":
        split = binomial_split(s.first_size, s.retention.share_of(s.first_size))
    for t in range(1, generations + 1):
        key = bits.generation_key(bits.chain_key(seed, s.digest), np.uint32(t))

        def word(draw, key=key):
            high, low = (np.asarray(half).astype(object) for half in stream(key, replicate, np.uint32(draw)))
            return high * 2**32 + low

        def batch(first_draw, n, mean, variance, word=word):
            w = word(first_draw)
            center = mean + np.sqrt(variance / np.maximum(n, 1)) * _normal(w)
            a = np.maximum(n - 1, 0) / 2
            boosts = np.where(a > 0, np.maximum(np.ceil(4.5 - a), 0), 0)
            gamma = _gamma(np.maximum(a + boosts, 0.5), word(first_draw + 1))
            for i in range(4):
                uniform = ((word(first_draw + 2 + i) // 2**12).astype(float) + 0.5) / 2**52
                gamma = gamma * np.where(i < boosts, uniform ** (1 / np.maximum(a + i, 0.5)), 1.0)
            return n + 0.0 * mean, center, np.where(a > 0, 2 * gamma, 0.0) * variance

        M, n = _size(s, t), 0
        if split is not None:
            w, K = word(16), int(split.row.size)
            column, place = (w * K // 2**64).astype(int), (w * K) % 2**64
            row = np.where(place < split.row.threshold[column].astype(object), column, split.row.other[column])
            n = split.real.count[row]
        elif s.retention.kind == "real_share":
            n = s.retention.real_points(M)
        training = batch(0, M - n, mean, variance)
        if s.retention.kind == "real_share":
            fresh = batch(8, n, s.source.mean, s.source.variance)
            pool = fresh if t == 1 or s.retention.scheme != "fixed" else pool
        if s.retention.kind != "replace":
            training = _pooled(pool, training)
        pool = training if s.retention.kind == "accumulate" else pool
        mean, variance = training[1], training[2] / s.estimator.divide_by(int(training[0][0]))
        history.append((mean, variance))
    return np.array([m for m, _ in history]), np.array([v for _, v in history])


def _normal(word):
    tail = (2.0 * (word % 2**52).astype(float) + 1.0) / 2.0**54
    return np.where(word < 2**63, -ndtri(tail), ndtri(tail))


def _gamma(a, word):
    tail = (2.0 * (word % 2**52).astype(float) + 1.0) / 2.0**54
    return np.where(word < 2**63, gammainccinv(a, tail), gammaincinv(a, tail))


def _pooled(a, b):
    """Counts, means and sums of squares of two sets of points as one."""
    count = a[0] + b[0]
    mean = (a[0] * a[1] + b[0] * b[1]) / count
    return count, mean, a[2] + b[2] + a[0] * (a[1] - mean) ** 2 + b[0] * (b[1] - mean) ** 2
