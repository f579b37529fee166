"""The numbers of every generation of a Gaussian chain, by policy: laws of its batches, weights of its parts."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float64, Int64

from simulations.chi_square import chi_square_table, route_of
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.line.batches import batch_law
from simulations.kernels.line.gaussian import (
    Coins,
    GaussianProgram,
    GaussianRow,
    GaussianTables,
    Weights,
    Writing,
    slot_groups,
)
from simulations.kernels.line.gaussian_shape import lane_width, likely, slots
from simulations.kernels.line.split import Split, binomial_split
from simulations.kernels.method import Question
from simulations.kernels.setting import batches, policy_of, refreshed
from simulations.measure import GaussianModel, GaussianUnits
from theory.scenario import Scenario
from theory.scenario.estimator import KnownMean, KnownVariance, Moments
from theory.scenario.retention import Forgetting, RealShare, Weighted, Window
from theory.scenario.sampler import Scaled, Tilt
from theory.scenario.source import GaussianSource

Fitted = Moments | KnownMean | KnownVariance
Times = Int64[np.ndarray, "B"]
Counts = Int64[np.ndarray, "*B"]

PARTS = {
    "accumulate": "model",
    "forgetting": "model",
    "stratified": "real",
    "weighted": "real",
    "pool": "real",
}
"""The parts of a policy's program, where they do not go by its own name."""


def gaussian_kernel(question: Question) -> Kernel:
    """The kernel of a Gaussian scenario in one dimension that method "moments" covers."""
    scenario, generations = question.scenario, question.generations
    source, sampler, policy = scenario.source, scenario.sampler, policy_of(scenario)
    assert isinstance(source, GaussianSource)
    assert isinstance(scenario.estimator, Fitted)
    units = GaussianUnits(np.float64(source.variance or 0.0), np.log(source.variance or 0.0))
    if policy == "iid":
        rows, split, most = _coins(scenario, scenario.estimator, generations)
        tables = GaussianTables(units, split, chi_square_table(most))
    else:
        rows, tables = _rows(scenario, scenario.estimator, generations), GaussianTables(units)

    def block(first: int) -> GaussianRow:
        return rows(np.minimum(np.arange(first, first + BLOCK), generations))

    tilt = str(sampler.reward) if isinstance(sampler, Tilt) else "none"
    known = {"known_mean": "mean", "known_variance": "variance"}.get(scenario.estimator.kind, "nothing")
    program = GaussianProgram(PARTS.get(policy, policy), tilt, slots(scenario, generations), known)
    start = GaussianModel(np.zeros(()), np.zeros(()))
    return Kernel("gaussian", program, lane_width(scenario), tables, block, start)


def _blank(scenario: Scenario, t: Times) -> GaussianRow:
    """A row without batches. No sampler touches real points: those of generation 1 unless its first fit is biased."""
    source, sampler = scenario.source, scenario.sampler
    assert isinstance(source, GaussianSource)
    variance = source.variance or 0.0
    width = np.sqrt(variance)
    root, strength, centre = 1.0, 0.0, 0.0
    if isinstance(sampler, Scaled):
        root = np.sqrt(sampler.variance_factor)
    elif isinstance(sampler, Tilt):
        strength = sampler.strength * (width if sampler.reward == "value" else variance)
        centre = 0.0 if sampler.centre is None else (sampler.centre - float(np.ravel(source.mean)[0])) / width
    biased = t >= scenario.biased_from
    writing = Writing(np.where(biased, root, 1.0), np.where(biased, strength, 0.0), np.where(biased, centre, 0.0))
    return GaussianRow(t == 1, np.zeros(len(t), np.int32), writing)


def _rows(scenario: Scenario, estimator: Fitted, generations: int) -> Callable[[Times], GaussianRow]:
    """Rows of the policies whose batches have sizes that are known."""
    policy, retention = policy_of(scenario), scenario.retention
    real, synthetic = batches(scenario, generations)
    kept = retention.real_points(int(real[0])) if isinstance(retention, RealShare) and policy == "fixed" else 0
    if PARTS.get(policy) != "real" and not refreshed(scenario):  # at t = 1 real and synthetic points are one law
        real, synthetic = 0 * real, np.where(np.arange(len(real)) == 0, real - kept, synthetic)
    before = np.concatenate([[0], np.cumsum(real + synthetic)[:-1]])

    def row(t: Times) -> GaussianRow:
        n, m = real[t - 1], synthetic[t - 1]
        blank = _blank(scenario, t)._replace(synthetic_law=batch_law(m))
        if isinstance(retention, Window):
            held = _window(blank, retention, estimator, real + synthetic, t, slots(scenario, generations))
            return held._replace(real_law=batch_law(n), **_joined(m, n)) if refreshed(scenario) else held
        if isinstance(retention, Forgetting):
            rate = np.where(t > 1, retention.rate, 1.0)
            return blank._replace(synthetic=_mixed(rate, estimator, m), model=_mixed(1.0 - rate))
        if isinstance(retention, Weighted):
            share = np.where(t > 1, retention.weight, 1.0)
            return blank._replace(
                real_law=batch_law(n),
                real=_mixed(share, estimator, n),
                synthetic=_mixed(1.0 - share, estimator, n * 0 + retention.synthetic),
                model=_mixed(0.0 * share),
            )
        if policy == "fixed":
            ours, held = _pooled(estimator, m, n * 0 + kept)
            return blank._replace(real_law=batch_law(n * 0 + kept), synthetic=ours, held=(held,))
        pool = before[t - 1] if policy in ("accumulate", "pool") else n * 0
        if PARTS.get(policy) != "real":
            ours, model = _pooled(estimator, m, pool)
            return blank._replace(synthetic=ours, model=_undivided(model, estimator, pool))
        ours, fresh, model = _pooled(estimator, m, n, pool)
        return blank._replace(
            real_law=batch_law(n), synthetic=ours, real=fresh, model=_undivided(model, estimator, pool)
        )

    return row


def _window(
    blank: GaussianRow, retention: Window, estimator: Fitted, sizes: Counts, t: Times, places: int
) -> GaussianRow:
    """The last batches, each in the place of the one that it drives out."""
    place, slot = np.arange(places), (t - 1) % retention.length
    since = t[:, None] - (slot[:, None] - place) % retention.length  # the generation that fills each place
    counts = np.where((since > 0) & (place < retention.length), sizes[np.maximum(since, 1) - 1], 0)
    held = _pooled(estimator, *counts.T)
    together = Weights(*(np.stack(parts, axis=1) for parts in zip(*held, strict=True)))
    groups = tuple(Weights(*(part[:, group] for part in together)) for group in slot_groups(places))
    return blank._replace(slot=slot.astype(np.int32), held=groups)


def _joined(m: Counts, n: Counts) -> dict[str, Weights]:
    """The weights with which synthetic and real points become one batch: its mean, and its squares about that."""
    return {name: Weights(part / (m + n), np.ones(len(m)), part) for name, part in (("synthetic", m), ("real", n))}


def _divisor(estimator: Fitted, n: Counts) -> Float64[np.ndarray, "B"]:
    if not isinstance(estimator, Moments):
        return np.asarray(n, float)
    return np.array([estimator.divide_by(int(points)) for points in n], float)


def _pooled(estimator: Fitted, *counts: Counts) -> list[Weights]:
    """The weights of parts of so many points that are pooled."""
    n = np.sum(counts, axis=0)
    L = _divisor(estimator, n)
    return [Weights(part / n, 1.0 / L, part / L) for part in counts]


def _undivided(model: Weights, estimator: Fitted, pool: Counts) -> Weights:
    """The weights of the model before for a pool of so many points, whose squares are v times its divisor."""
    divisor = np.where(pool > 0, _divisor(estimator, np.where(pool > 0, pool, pool.max())), 0.0)
    return model._replace(squares=model.squares * divisor)


def _mixed(weight: Float64[np.ndarray, "B"], estimator: Fitted | None = None, n: Counts | None = None) -> Weights:
    """The weights of a model that is mixed in, fitted to n points where it is not there already."""
    divisor = 1.0 if estimator is None or n is None else _divisor(estimator, n)
    about = weight if isinstance(estimator, KnownMean) else np.zeros_like(weight)
    return Weights(weight, weight / divisor, about)


def _coins(
    scenario: Scenario, estimator: Fitted, generations: int
) -> tuple[Callable[[Times], GaussianRow], Split, int]:
    """Rows of scheme "iid", the numbers of real points they draw, and the largest size."""
    retention, sizes = scenario.retention, scenario.sample_size
    assert isinstance(retention, RealShare)
    assert sizes is not None
    distinct, place = np.unique(sizes.schedule(generations), return_inverse=True)
    M = distinct.tolist()
    shares = [retention.share_of(size) for size in M]
    ranges = [likely(size, share) for size, share in zip(M, shares, strict=True)]
    real = np.array([route_of(*numbers) for numbers in ranges], np.int32)
    pairs = zip(M, ranges, strict=True)
    synthetic = np.array([route_of(size - most, size - least) for size, (least, most) in pairs], np.int32)
    divisor = _divisor(estimator, distinct)

    def row(t: Times) -> GaussianRow:
        at = place[t - 1]
        coins = Coins(at.astype(np.int32), distinct[at].astype(float), divisor[at], real[at], synthetic[at])
        return _blank(scenario, t)._replace(coins=coins)

    return row, binomial_split(M, shares), max(M)
