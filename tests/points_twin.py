"""Recursions on points as anybody would write them: arrays of points, numpy's samplers, no sufficient statistics."""

import numpy as np

from theory.scenario import Scenario


def point_twin(s: Scenario, generations: int, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances of Gaussian models or kernel densities on the line, both [T, R]."""
    rng, R = np.random.default_rng(seed), replicates
    policy = getattr(s.retention, "scheme", s.retention.kind)
    kept, batches, history, h = np.zeros((R, 0)), [], [], np.zeros(R)
    mean, variance = np.full(R, float(s.source.mean)), np.full(R, s.source.variance)
    training = first = None

    def real(n):
        return rng.normal(s.source.mean, np.sqrt(s.source.variance), (R, n))

    def written(n):
        if s.estimator.kind == "kernel":
            chosen = np.take_along_axis(training, rng.integers(0, training.shape[1], (R, n)), axis=1)
            return chosen + h[:, None] * rng.standard_normal((R, n))
        return mean[:, None] + np.sqrt(variance)[:, None] * _written(s.sampler, mean, variance, n, rng)

    for t in range(1, generations + 1):
        M = s.first_size if t == 1 else s.sample_size.at(t) if s.sample_size else 0
        if t == 1:
            training = first = kept = real(M) if s.biased_from > 1 else written(M)
            batches = [training]
        elif policy == "replace":
            training = written(M)
        elif policy == "iid":
            training = np.where(rng.random((R, M)) < s.retention.share_of(M), real(M), written(M))
        elif policy in ("stratified", "fixed"):
            n = s.retention.real_points(M)
            training = np.concatenate([real(n) if policy == "stratified" else first[:, :n], written(M - n)], axis=1)
        elif policy == "window":
            n = s.retention.real_points(M)
            batches = [*batches, np.concatenate([real(n), written(M - n)], axis=1)][-s.retention.length :]
            training = np.concatenate(batches, axis=1)
        elif policy == "forgetting":
            training = written(M)
        elif policy == "weighted":
            training = written(s.retention.synthetic)
        else:
            pooled = policy == "pool"
            joining = [real(s.retention.real_points(t))] if pooled else []
            joining.append(written(s.retention.synthetic_points(t) if pooled else M))
            training = kept = np.concatenate([kept, *joining], axis=1)
            if policy == "accumulate_subsample" and not s.retention.replacement:
                training = rng.permuted(kept, axis=1)[:, :M]
            elif policy == "accumulate_subsample" or (pooled and s.retention.budget):
                size = s.retention.budget if pooled else M
                training = np.take_along_axis(kept, rng.integers(0, kept.shape[1], (R, size)), axis=1)
        old, (mean, variance, h) = (mean, variance), _fit(s, training, variance)
        if t > 1 and policy == "forgetting":
            mean = old[0] + s.retention.rate * (mean - old[0])
            variance = (1 - s.retention.rate) * old[1] + s.retention.rate * variance
        if t > 1 and policy == "weighted":
            fresh, w = _fit(s, real(s.retention.real)), s.retention.weight
            mean, variance = w * fresh[0] + (1 - w) * mean, w * fresh[1] + (1 - w) * variance
        history.append((mean, variance))
    return np.array([m for m, _ in history]), np.array([v for _, v in history])


def _fit(s, points, before=None):
    n, mean = points.shape[1], points.mean(axis=1)
    squares = ((points - mean[:, None]) ** 2).sum(axis=1)
    if s.estimator.kind == "moments":
        return mean, squares / s.estimator.divide_by(n), None
    relative = s.estimator.relative
    if relative is None:
        h = np.full(len(mean), s.estimator.bandwidth)
    else:
        variances = {"mle": lambda: squares / n, "unbiased": lambda: squares / (n - 1), "model": lambda: before}
        h = relative * np.sqrt(variances[s.estimator.sd]())
    return mean, squares / n + h**2, h


def _written(sampler, mean, variance, n, rng):
    """Points in units of their model."""
    z = rng.standard_normal((len(mean), n))
    if sampler.kind == "truncated":
        while (beyond := np.abs(z) > sampler.cutoff).any():
            z[beyond] = rng.standard_normal(beyond.sum())
    if sampler.kind == "scaled":
        z *= np.sqrt(sampler.variance_factor)
    if sampler.kind == "best_of":
        draws = rng.standard_normal((sampler.k, len(mean), n))
        if sampler.reward == "value":
            return draws.max(axis=0)
        distance = np.abs(mean[:, None] + np.sqrt(variance)[:, None] * draws - sampler.centre)
        z = np.take_along_axis(draws, distance.argmin(axis=0)[None], axis=0)[0]
    return z


def one_parameter_twin(s: Scenario, generations: int, replicates: int, seed: int) -> np.ndarray:
    """theta_t, m_t or lambda_t of uniform, exponential or Poisson chains, [T, R]: every point is drawn."""
    rng, R = np.random.default_rng(seed), replicates
    policy = getattr(s.retention, "scheme", s.retention.kind)
    source = {"uniform": "upper", "exponential": "mean", "poisson": "rate"}[s.family]
    first = np.full(R, getattr(s.source, source))
    parameter, pool, batches, history = first, None, [], []

    def drawn(parameter, n):
        if s.family == "uniform":
            return rng.uniform(0.0, parameter[:, None], (R, n))
        if s.family == "exponential":
            return rng.exponential(parameter[:, None], (R, n))
        return rng.poisson(parameter[:, None], (R, n)).astype(float)

    for t in range(1, generations + 1):
        M = s.first_size if t == 1 else s.sample_size.at(t) if s.sample_size else 0
        if t == 1:
            points = kept = pool = drawn(first, M)
            batches = [points]
        elif policy == "iid":
            points = np.where(rng.random((R, M)) < s.retention.share_of(M), drawn(first, M), drawn(parameter, M))
        elif policy in ("stratified", "fixed"):
            n = s.retention.real_points(M)
            points = np.concatenate(
                [drawn(first, n) if policy == "stratified" else kept[:, :n], drawn(parameter, M - n)], 1
            )
        elif policy == "pool":
            real, synthetic = s.retention.real_points(t), s.retention.synthetic_points(t)
            points = pool = np.concatenate([pool, drawn(first, real), drawn(parameter, synthetic)], axis=1)
        elif policy == "accumulate":
            points = pool = np.concatenate([pool, drawn(parameter, M)], axis=1)
        else:
            batches = [*batches, drawn(parameter, M)][-getattr(s.retention, "length", 1) :]
            points = np.concatenate(batches, axis=1)
        fit = points.max(axis=1) if s.family == "uniform" else points.mean(axis=1)
        rate = s.retention.rate if policy == "forgetting" and t > 1 else 1.0
        parameter = (1 - rate) * parameter + rate * fit
        history.append(parameter)
    return np.array(history)


def regression_twin(s: Scenario, generations: int, replicates: int, seed: int) -> np.ndarray:
    """|w_t - w_*|^2, [T, R], by numpy's least squares on all rows, coefficients that are not 0; or with a ridge."""
    rng, d, sigma = np.random.default_rng(seed), s.source.dimension, np.sqrt(s.source.noise_variance)
    policy, truth = getattr(s.retention, "scheme", s.retention.kind), np.arange(1.0, s.source.dimension + 1)
    ridge, truth = s.estimator.ridge, truth * np.sqrt(s.source.signal) / np.linalg.norm(truth)
    later = s.sample_size.at if s.sample_size else lambda t: s.retention.real + s.retention.synthetic
    risk = np.zeros((generations, replicates))
    for chain in range(replicates):
        w, all_x, all_y, first = truth, np.zeros((0, d)), np.zeros(0), None
        for t in range(1, generations + 1):
            M = s.first_size if t == 1 else later(t)
            x = first[0] if s.source.design == "reused" and t > 1 else rng.standard_normal((M, d))
            noise = sigma * rng.standard_normal(M)
            real = np.full(M, t == 1)
            if policy == "iid" and t > 1:
                real = rng.random(M) < s.retention.share_of(M)
            elif policy in ("stratified", "fixed"):
                real = np.arange(M) < s.retention.real_points(M) if t > 1 else real
            elif policy == "weighted" and t > 1:
                real = np.arange(M) < s.retention.real
            y = np.where(real, x @ truth, x @ w) + noise
            if t == 1:
                first = x, y
            elif policy == "fixed":
                n = s.retention.real_points(M)
                x, y = np.concatenate([first[0][:n], x[n:]]), np.concatenate([first[1][:n], y[n:]])
            all_x, all_y = np.concatenate([all_x, x]), np.concatenate([all_y, y])
            if policy == "weighted" and t > 1:
                n, weight = s.retention.real, s.retention.weight
                root = np.sqrt(np.where(np.arange(M) < n, weight / n, (1 - weight) / s.retention.synthetic))
                x, y = root[:, None] * x, root * y
            if ridge:
                fit = np.linalg.solve(x.T @ x + ridge * np.eye(d), x.T @ y)
            else:
                fit = np.linalg.lstsq(*((all_x, all_y) if policy == "accumulate" else (x, y)), rcond=None)[0]
            rate = s.retention.rate if policy == "forgetting" and t > 1 else 1.0
            w = (1 - rate) * w + rate * fit
            risk[t - 1, chain] = ((w - truth) ** 2).sum()
    return risk
