"""Gaussian chains as anybody would write them: every point drawn and fitted, or the engine's own bits in plain sums."""

import jax
import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri
from scipy.stats import binom

from simulations import bits
from theory.scenario import Scenario


def gaussian_twin(s: Scenario, generations: int, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances of the models, both [generation 1 ... T, replicate], from points that are all drawn."""
    rng = np.random.default_rng(seed)
    mean, variance = np.full(replicates, float(s.source.mean)), np.full(replicates, s.source.variance)
    older, history, kind, retention = [], [], s.retention.kind, s.retention

    def real(n):
        return rng.normal(s.source.mean, np.sqrt(s.source.variance), (replicates, n))

    def synthetic(n):
        center, spread = written(s, mean, variance)
        return center[:, None] + np.sqrt(spread)[:, None] * rng.standard_normal((replicates, n))

    for t in range(1, generations + 1):
        M = s.first_size if t == 1 else s.sample_size.at(t) if s.sample_size is not None else None
        if t == 1:
            points = real(M) if s.biased_from > 1 else synthetic(M)
            older = [points]
        elif kind in ("replace", "forgetting"):
            points = synthetic(M)
        elif kind == "accumulate":
            older.append(synthetic(M))
            points = np.hstack(older)
        elif kind == "window":
            n = retention.real_points(M)
            older = [*older, np.hstack([real(n), synthetic(M - n)])][-retention.length :]
            points = np.hstack(older)
        elif kind == "pool":
            older += [real(retention.real_points(t)), synthetic(retention.synthetic_points(t))]
            points = np.hstack(older)
        elif kind == "weighted":
            fits = [fitted(s, real(retention.real)), fitted(s, synthetic(retention.synthetic))]
        elif retention.scheme == "iid":
            points = np.where(rng.random((replicates, M)) < retention.share_of(M), real(M), synthetic(M))
        else:
            n = retention.real_points(M)
            points = np.hstack([older[0][:, :n] if retention.scheme == "fixed" else real(n), synthetic(M - n)])
        if t > 1 and kind == "weighted":
            w = retention.weight
            mean, variance = (w * a + (1 - w) * b for a, b in zip(*fits, strict=True))
        else:
            fit = fitted(s, points)
            rate = retention.rate if t > 1 and kind == "forgetting" else 1.0
            mean, variance = (
                (1 - rate) * before + rate * now for before, now in zip((mean, variance), fit, strict=True)
            )
        history.append((mean, variance))
    return np.array([m for m, _ in history]), np.array([v for _, v in history])


def fitted(s: Scenario, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the points of each chain, by the estimator of the scenario."""
    mean = points.mean(axis=1)
    if s.estimator.kind == "known_variance":
        return mean, np.full_like(mean, s.source.variance)
    if s.estimator.kind == "known_mean":
        return np.full_like(mean, s.source.mean), ((points - s.source.mean) ** 2).mean(axis=1)
    return mean, ((points - mean[:, None]) ** 2).sum(axis=1) / s.estimator.divide_by(points.shape[1])


def written(s: Scenario, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of what the sampler writes: products of exponentials add up their exponents."""
    sampler = s.sampler
    if sampler.kind == "scaled":
        return mean, sampler.variance_factor * variance
    if sampler.kind == "tilt" and sampler.reward == "value":
        return mean + sampler.strength * variance, variance
    if sampler.kind == "tilt":
        precision = 1.0 / variance + sampler.strength
        return (mean / variance + sampler.strength * sampler.centre) / precision, 1.0 / precision
    return mean, variance


def gaussian_replay(s: Scenario, generations: int, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances [T, R] of the engine's own chains: its random bits, scipy's quantiles, plain squares."""
    replicate, stream = np.arange(replicates, dtype=np.uint32), jax.jit(bits.bits)
    mean, variance = np.full(replicates, float(s.source.mean)), np.full(replicates, s.source.variance)
    older, history, kind, retention = [], [], s.retention.kind, s.retention
    scheme = getattr(retention, "scheme", kind)
    for t in range(1, generations + 1):
        key = bits.generation_key(bits.chain_key(seed, s.digest), np.uint32(t))

        def word(draw, key=key):
            high, low = (np.asarray(half).astype(object) for half in stream(key, replicate, np.uint32(draw)))
            return high * 2**32 + low

        def batch(first_draw, n, mean, variance, boosted=True, word=word):
            n = n + np.zeros(replicates)
            center = mean + np.sqrt(variance / np.maximum(n, 1)) * _normal(word(first_draw))
            a = np.maximum(n - 1, 0) / 2
            boosts = np.where(boosted & (a > 0), np.maximum(np.ceil(4.5 - a), 0), 0)
            gamma = _gamma(np.maximum(a + boosts, 0.5), word(first_draw + 1))
            for i in range(4):
                uniform = ((word(first_draw + 2 + i) // 2**12).astype(float) + 0.5) / 2**52
                gamma = gamma * np.where(i < boosts, uniform ** (1 / np.maximum(a + i, 0.5)), 1.0)
            return n, center, np.where(a > 0, 2 * gamma, 0.0) * variance

        M = s.first_size if t == 1 else s.sample_size.at(t) if s.sample_size is not None else 0
        source = (s.source.mean, s.source.variance)
        model = written(s, mean, variance) if t >= s.biased_from else source
        n = 0
        if kind == "pool":
            n, M = retention.real_points(t), retention.real_points(t) + retention.synthetic_points(t)
        elif kind == "weighted":
            n, M = retention.real, retention.real + (retention.synthetic if t > 1 else 0)
        elif kind == "window":
            n = M if t == 1 and retention.refreshed else retention.real_points(M)
        elif scheme in ("stratified", "fixed"):
            n = M if t == 1 and scheme == "stratified" else retention.real_points(M)
        elif scheme == "iid":
            chance = (word(16) / 2**64).astype(float)
            n = np.searchsorted(binom.cdf(np.arange(M + 1), M, retention.share_of(M)), chance).astype(float)
        fresh = [batch(8, n, *source, scheme != "iid"), batch(0, M - n, *model, scheme != "iid")]
        if kind == "weighted":
            w = retention.weight if t > 1 else 1.0
            parts = [(1.0, m, S / s.estimator.divide_by(n[0])) if n[0] else (0.0, 0.0, 0.0) for n, m, S in fresh]
            mean, variance = (w * a + (1 - w) * b for a, b in zip(parts[0][1:], parts[1][1:], strict=True))
            history.append((mean, variance))
            continue
        if scheme == "fixed":
            older = older or fresh[:1]
            training = [*older, fresh[1]]
        elif kind in ("accumulate", "pool", "window"):
            older += fresh
            training = older = older[-2 * retention.length :] if kind == "window" else older
        else:
            training = fresh
        count, center, squares = _pooled(training)
        rate = retention.rate if t > 1 and kind == "forgetting" else 1.0
        mean = (1 - rate) * mean + rate * center
        variance = (1 - rate) * variance + rate * squares / s.estimator.divide_by(int(count[0]))
        history.append((mean, variance))
    return np.array([m for m, _ in history]), np.array([v for _, v in history])


def _normal(word):
    tail = (2.0 * (word % 2**52).astype(float) + 1.0) / 2.0**54
    return np.where(word < 2**63, -ndtri(tail), ndtri(tail))


def _gamma(a, word):
    tail = (2.0 * (word % 2**52).astype(float) + 1.0) / 2.0**54
    return np.where(word < 2**63, gammainccinv(a, tail), gammaincinv(a, tail))


def _pooled(batches):
    """Count, mean and sum of squares of several sets of points as one."""
    count = sum(n for n, _, _ in batches)
    mean = sum(n * m for n, m, _ in batches) / count
    return count, mean, sum(S + n * (m - mean) ** 2 for n, m, S in batches)
