"""The recursion as anybody would write it: draw every point, fit, draw again. Slow, and plainly right."""

import numpy as np

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
