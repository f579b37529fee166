"""Gaussian kernels in several dimensions have the law of chains that draw every point, ranks included."""

import numpy as np
import pytest
from budget import declare, normal_limit
from scipy import stats
from suites import every_run

from simulations.ensemble import Requested, trajectories
from simulations.measures_vector import VECTOR_MEASURES
from theory.scenario import parse_scenario

TWINS = declare("Gaussian kernels in several dimensions against chains that draw every point", 2e-8)

GENERATIONS, CHAINS, TWIN_CHAINS = 3, 2**14, 2**13
STATISTICS = tuple(VECTOR_MEASURES)
ARGUMENTS = {"mean_tail": 0.5, "trace_of_power": 3, "power_of_trace": 3}
COMPARED = ("log_determinant", "mean_squared_error", "trace_of_square", "square_of_trace", "wasserstein2_squared")

SKEW = [[2.0, 0.9, 0.0], [0.9, 1.0, -0.3], [0.0, -0.3, 0.5]]
PLANE = [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]]


def scenario(retention, size=8, divisor="unbiased", covariance=SKEW, sampler=None, first_fit="real", **offset):
    sizes = {"kind": "explicit", "sizes": size} if isinstance(size, list) else {"kind": "constant", "size": size}
    sizes = size if isinstance(size, dict) else sizes
    d = len(covariance)
    table = {
        "source": {"kind": "gaussian", "mean": [1.0, -2.0, 0.5, 0.0, 3.0][:d], "covariance": covariance},
        "retention": retention if isinstance(retention, dict) else {"kind": retention},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    }
    if table["retention"]["kind"] not in ("weighted", "pool"):
        table["sample_size"] = sizes
    if sampler is not None:
        table["sampler"] = {"kind": "scaled", "variance_factor": sampler, "first_fit": first_fit}
    return parse_scenario(table)


def share(scheme, share):
    return {"kind": "real_share", "scheme": scheme, "share": share}


def policy(kind, **fields):
    return {"kind": kind, **fields}


FIVE = np.diag([1.0, 2.0, 3.0, 4.0, 5.0]).tolist()
CASES = {
    "replace": scenario("replace"),
    "replace with few points": scenario("replace", 3, "mle"),
    "replace with fewer points in each generation": scenario("replace", [5, 3, 2], "mle"),
    "replace with a wider sampler": scenario("replace", 6, "offset", sampler=1.7, offset=0.4),
    "accumulate with a narrower sampler from the first fit on": scenario(
        policy("accumulate", first=4), 6, sampler=0.5, first_fit="biased"
    ),
    "replace on a singular source": scenario("replace", 6, "mle", PLANE),
    "replace in five dimensions": scenario("replace", 9, "mle", FIVE),
    "stratified": scenario(share("stratified", 0.25), 8, "mle"),
    "stratified with a narrower sampler": scenario(share("stratified", 0.5), 6, sampler=0.6),
    "stratified on growing sizes": scenario(share("stratified", 0.5), policy("polynomial", size=4, power=1.0), "mle"),
    "one fresh real point": scenario(policy("real_share", scheme="stratified", real=1), 3, "mle"),
    "fixed": scenario(share("fixed", 0.5), 8, "mle"),
    "fixed on other sizes": scenario(policy("real_share", scheme="fixed", real=4), [5, 9, 6], sampler=0.8),
    "iid": scenario(share("iid", 0.3), 7, "mle"),
    "iid with few points": scenario(share("iid", 0.5), 3, "mle", sampler=1.5),
    "accumulate": scenario("accumulate", 6, "mle"),
    "accumulate after few points": scenario(policy("accumulate", first=3), 5),
    "accumulate on a list of sizes": scenario("accumulate", [6, 1, 9], "offset", sampler=0.7, offset=1.5),
    "weighted": scenario(policy("weighted", weight=0.4, real=5, synthetic=7)),
    "weighted with few points": scenario(
        policy("weighted", weight=0.3, real=2, synthetic=2), divisor="mle", sampler=1.3
    ),
    "window": scenario(policy("window", length=3), [4, 3, 5], "mle"),
    "window with few points": scenario(policy("window", length=3), [2, 1, 2], "mle"),
    "window with real points": scenario(policy("window", length=3, real=2), [5, 4, 6], "mle", sampler=1.3),
    "window of one with a share": scenario(policy("window", length=1, share=0.5), 6),
    "window of one": scenario(policy("window", length=1), 6),
    "forgetting": scenario(policy("forgetting", rate=0.3), 6, "mle"),
    "forgetting with few points": scenario(policy("forgetting", rate=0.6), [6, 2, 3], sampler=1.4),
    "pool": scenario(policy("pool", real=[5, 2, 0], synthetic=[0, 4, 6]), divisor="mle"),
    "pool after few points": scenario(policy("pool", real=[2, 0, 1], synthetic=[0, 3, 2]), sampler=0.5),
}


def chains(s, generations, replicates, seed=1, record=None, **more):
    """Every measure of every chain, always all of them: one program serves the whole file."""
    asked = [Requested(name, ARGUMENTS.get(name)) for name in STATISTICS]
    record = range(generations + 1) if record is None else record
    found = trajectories(
        s, generations=generations, replicates=replicates, seed=seed, statistics=asked, record=record, **more
    )
    return dict(zip(STATISTICS, found, strict=True))


def sizes_at(s, t):
    """Real and synthetic points that join in generation t, as the vocabulary says it."""
    retention = s.retention
    if retention.kind == "pool":
        return retention.real_points(t), retention.synthetic_points(t)
    if t == 1:
        return s.first_size, 0
    if retention.kind == "weighted":
        return retention.real, retention.synthetic
    M = s.sample_size.at(t)
    mixes = retention.kind in ("real_share", "window") and getattr(retention, "scheme", None) != "iid"
    n = retention.real_points(M) if mixes else 0
    return n, M - n


def fitted(points, estimator):
    """Means [R, d] and covariances [R, d, d] of points [R, n, d]."""
    mean = points.mean(axis=1)
    apart = points - mean[:, None]
    return mean, np.einsum("rni,rnj->rij", apart, apart) / estimator.divide_by(points.shape[1])


def twin(s, generations, replicates, seed):
    """Every point drawn, every training set fitted: means and covariances of the models, generation by generation."""
    rng = np.random.default_rng(seed)
    source, retention, factor = s.source, s.retention, getattr(s.sampler, "variance_factor", 1.0)
    d, mean0, covariance0 = source.dimension, source.mean_vector(), source.covariance_matrix()

    def drawn(mean, covariance, n):
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
        return mean[..., None, :] + np.einsum("...ij,...nj->...ni", root, rng.standard_normal((replicates, n, d)))

    def real_points(n):
        return drawn(np.tile(mean0, (replicates, 1)), np.tile(covariance0, (replicates, 1, 1)), n)

    mean, covariance, older, kept = None, None, [], None
    for t in range(1, generations + 1):
        n, m = sizes_at(s, t)
        real = real_points(n)
        if t == 1:
            if s.biased_from == 1:
                real = drawn(np.tile(mean0, (replicates, 1)), np.tile(factor * covariance0, (replicates, 1, 1)), n)
            new, older, kept = real, [real], real
            mean, covariance = fitted(real, s.estimator)
            yield mean, covariance
            continue
        synthetic = drawn(mean, factor * covariance, m)
        if retention.kind == "weighted":
            w, a, b = retention.weight, fitted(real, s.estimator), fitted(synthetic, s.estimator)
            mean, covariance = (w * x + (1 - w) * y for x, y in zip(a, b, strict=True))
            yield mean, covariance
            continue
        if retention.kind == "forgetting":
            a = fitted(synthetic, s.estimator)
            mean, covariance = (
                retention.rate * x + (1 - retention.rate) * y for x, y in zip(a, (mean, covariance), strict=True)
            )
            yield mean, covariance
            continue
        new = np.concatenate([real, synthetic], axis=1)
        if getattr(retention, "scheme", None) == "iid":
            coin = rng.random((replicates, m, 1)) < retention.share
            new = np.where(coin, real_points(m), synthetic)
        elif getattr(retention, "scheme", None) == "fixed":
            new = np.concatenate([kept[:, :n], synthetic], axis=1)
        older = [*older, new]
        if retention.kind in ("accumulate", "pool"):
            new = np.concatenate(older, axis=1)
        elif retention.kind == "window":
            new = np.concatenate(older[-retention.length :], axis=1)
        mean, covariance = fitted(new, s.estimator)
        yield mean, covariance


def definitions(s, mean, covariance):
    """The statistics by their definitions; eigenvalues of a singular matrix within rounding of 0 are 0."""
    covariance0 = s.source.covariance_matrix()
    values, vectors = np.linalg.eigh(covariance0)
    root0 = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    error = ((mean - s.source.mean_vector()) ** 2).sum(-1)
    trace = np.trace(covariance, axis1=1, axis2=2)
    spectrum = np.linalg.eigvalsh(covariance)
    singular = spectrum[:, 0] < 1e-11 * spectrum[:, -1]
    log_determinant = np.where(singular, -np.inf, np.log(np.where(singular[:, None], 1.0, np.abs(spectrum))).sum(-1))
    between = np.sqrt(np.maximum(np.linalg.eigvalsh(root0 @ covariance @ root0), 0.0)).sum(-1)
    wasserstein = error + np.trace(covariance0) + trace - 2 * between
    return log_determinant, error, (covariance**2).sum((1, 2)), trace**2, wasserstein


FAST = (
    "replace with a wider sampler",
    "stratified",
    "iid",
    "accumulate on a list of sizes",
    "window with few points",
)
"""Programs of several dimensions take long to compile: these five have every part that the others are made of."""


@pytest.mark.parametrize("name", every_run(CASES, FAST))
def test_chains_have_the_law_of_chains_that_draw_every_point(name):
    s = CASES[name]
    limit = TWINS / (len(CASES) * GENERATIONS * (2 * len(COMPARED) + 1))
    measured = chains(s, GENERATIONS, CHAINS)
    ours = np.stack([measured[name][1:] for name in COMPARED])
    for t, (mean, covariance) in enumerate(twin(s, GENERATIONS, TWIN_CHAINS, seed=2)):
        theirs = definitions(s, mean, covariance)
        share_of_singular = np.mean(ours[0, t] == -np.inf), np.mean(theirs[0] == -np.inf)
        if min(share_of_singular) > 0.999 or max(share_of_singular) < 0.001:
            assert share_of_singular[0] == pytest.approx(share_of_singular[1], abs=1e-3)
        else:
            numbers = zip(share_of_singular, (CHAINS, TWIN_CHAINS), strict=True)
            counts = [[round(p * n), n - round(p * n)] for p, n in numbers]
            assert stats.chi2_contingency(counts).pvalue > limit
        for x, y in zip(ours[:, t], theirs, strict=True):
            x, y = x[np.isfinite(x)], y[np.isfinite(y)]
            if min(len(x), len(y)) < 1000:
                continue
            assert stats.ks_2samp(x, y, method="asymp").pvalue > limit
            x, y = (np.log(np.maximum(z, 1e-300)) if (z > 0).all() else z for z in (x, y))
            z = (x.mean() - y.mean()) / np.sqrt(x.var() / len(x) + y.var() / len(y))
            assert abs(z) < normal_limit(limit)
