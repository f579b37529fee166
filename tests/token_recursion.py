"""Token chains as anybody would write them: every point is drawn, every policy is a list of points. Slow, and plain."""

import numpy as np

from theory.scenario import Scenario


def token_recursion(scenario: Scenario, generations: int, replicates: int, seed: int) -> np.ndarray:
    """p_t, [generation 1 ... T, replicate, token]."""
    rng = np.random.default_rng(seed)
    p0, retention = scenario.source.distribution(), scenario.retention
    everything, batches, history, kept, model, p = None, [], [], None, None, None
    for t in range(1, generations + 1):
        n, m = _sizes(scenario, t)
        real = _draws(rng, np.tile(p0, (replicates, 1)), n)
        batch = real if t == 1 else np.concatenate([real, _written(rng, scenario, model, m)], axis=1)
        if t == 1:
            kept = real[:, : _fixed(retention, n)]
        elif getattr(retention, "scheme", None) == "fixed":
            batch = np.concatenate([kept, batch], axis=1)
        elif getattr(retention, "scheme", None) == "iid":
            fresh = _draws(rng, np.tile(p0, (replicates, 1)), m)
            batch = np.where(rng.random(batch.shape) < retention.share_of(m), fresh, batch)
        batches.append(batch)
        everything = np.concatenate(batches, axis=1)
        seen = batch
        if retention.kind in ("accumulate", "pool"):
            seen = everything
        if retention.kind == "window":
            seen = np.concatenate(batches[-retention.length :], axis=1)
        if t > 1 and (retention.kind == "accumulate_subsample" or getattr(retention, "budget", None)):
            size = retention.budget if retention.kind == "pool" else m
            if getattr(retention, "replacement", True):
                chosen = rng.integers(everything.shape[1], size=(replicates, size))
                seen = np.take_along_axis(everything, chosen, axis=1)
            else:
                seen = rng.permuted(everything, axis=1)[:, :size]
        fit_p, fit = _fit(rng, scenario, seen, len(p0))
        if t > 1 and retention.kind == "forgetting":
            fit_p, fit = (retention.rate * new + (1 - retention.rate) * old for new, old in ((fit_p, p), (fit, model)))
        if t > 1 and retention.kind == "weighted":
            a, b = _fit(rng, scenario, batch[:, :n], len(p0)), _fit(rng, scenario, batch[:, n:], len(p0))
            fit_p, fit = (retention.weight * x + (1 - retention.weight) * y for x, y in zip(a, b, strict=True))
        p, model = fit_p, fit
        history.append(p)
    return np.array(history)


def _sizes(scenario, t):
    """Real and synthetic points that are new in generation t."""
    retention = scenario.retention
    if t == 1:
        return scenario.first_size, 0
    if retention.kind == "pool":
        return retention.real_points(t), retention.synthetic_points(t)
    if retention.kind == "weighted":
        return retention.real, retention.synthetic
    M = scenario.sample_size.at(t)
    if getattr(retention, "scheme", None) == "stratified":
        return retention.real_points(M), M - retention.real_points(M)
    return 0, M - (retention.real_points(M) if getattr(retention, "scheme", None) == "fixed" else 0)


def _fixed(retention, n):
    return retention.real_points(n) if getattr(retention, "scheme", None) == "fixed" else 0


def _draws(rng, p, n):
    """n points from each row of p."""
    cumulative = (p / p.sum(axis=1, keepdims=True)).cumsum(axis=1)
    cumulative[:, -1] = 1.0
    alive = p.shape[1] - 1 - (p[:, ::-1] > 0).argmax(axis=1)
    points = (rng.random((len(p), n))[:, :, None] >= cumulative[:, None, :]).sum(axis=2)
    return np.minimum(points, alive[:, None])


def _fit(rng, scenario, points, K):
    """Frequencies, and the model that the estimator makes of the points."""
    counts = (points[:, :, None] == np.arange(K)).sum(axis=1)
    frequencies, kind = counts / points.shape[1], scenario.estimator.kind
    if kind == "additive":
        pseudocount = scenario.estimator.pseudocount
        return frequencies, (counts + pseudocount) / (points.shape[1] + K * pseudocount)
    if kind == "posterior":
        return frequencies, np.array([rng.dirichlet(row) for row in counts + scenario.estimator.pseudocount])
    return frequencies, frequencies


def _written(rng, scenario, model, m):
    """m points of the model's sampler."""
    sampler, q = scenario.sampler, model
    if sampler.kind == "best_of":
        tries = np.stack([_draws(rng, q, m) for _ in range(sampler.k)])
        reward = np.array(sampler.reward)[tries]
        return np.take_along_axis(tries, reward.argmax(axis=0)[None], axis=0)[0]
    if sampler.kind == "temperature":
        q = q ** (1 / sampler.temperature)
    if sampler.kind == "tilt":
        q = q * np.exp(sampler.strength * np.array(sampler.reward))
    if sampler.kind in ("top_k", "top_p"):
        order = np.argsort(-q, axis=1, kind="stable")
        falling = np.take_along_axis(q, order, axis=1)
        before = falling.cumsum(axis=1) - falling
        inside = np.arange(q.shape[1]) < sampler.k if sampler.kind == "top_k" else before < sampler.p - 1e-12
        kept = np.zeros_like(q)
        np.put_along_axis(kept, order, falling * inside, axis=1)
        q = kept
    return _draws(rng, q, m)
