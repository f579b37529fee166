"""Rules across the tables of a scenario, checked once every table is valid on its own: one line for each broken one."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from theory.scenario.errors import alternatives, shown
from theory.scenario.estimator import Kernel, KnownMean, KnownVariance, Moments
from theory.scenario.retention import Accumulate, Pool, RealShare, Weighted, Window, exact_points
from theory.scenario.sampler import BestOf, Tilt, TopK
from theory.scenario.source import GaussianSource, RegressionSource, TokenSource, ZipfSource

if TYPE_CHECKING:
    from theory.scenario.scenario import Scenario

FAMILIES = ("gaussian", "tokens", "regression", "uniform", "exponential", "poisson", "mixture")

ESTIMATORS = {
    "gaussian": ("moments", "kernel", "known_mean", "known_variance"),
    "tokens": ("frequency", "additive", "posterior"),
    "regression": ("least_squares",),
    "uniform": ("likelihood",),
    "exponential": ("likelihood",),
    "poisson": ("likelihood",),
    "mixture": ("likelihood",),
}
"""The estimators of each family. The first is the default, but a Gaussian has none: its divisor must be said."""

SAMPLERS = {
    "gaussian": ("faithful", "truncated", "scaled", "best_of", "tilt"),
    "tokens": ("faithful", "temperature", "top_k", "top_p", "best_of", "tilt"),
    "regression": ("faithful",),
    "uniform": ("faithful", "best_of", "tilt"),
    "exponential": ("faithful", "best_of", "tilt"),
    "poisson": ("faithful", "best_of", "tilt"),
    "mixture": ("faithful", "best_of", "tilt"),
}

REAL_AGAIN = ("real_share", "weighted", "pool")
"""Policies that see real points after the first generation, or see those of the first again beside synthetic ones."""


def family_of(kind: str) -> str:
    """The family of models that belongs to a kind of source."""
    return "tokens" if kind == "zipf" else kind


def broken_rules(scenario: "Scenario") -> list[str]:
    """One line for each combination of tables that makes no sense together."""
    missing = [*_presence_of_sizes(scenario), *_presence_of_estimator(scenario)]
    if missing:
        return missing
    rules = (
        _estimator,
        _sampler,
        _first_fit,
        _real_share,
        _fixed_share,
        _least_sizes,
        _rows,
        _weighted,
        _disturbances,
        _feedback,
    )
    return [line for rule in rules for line in rule(scenario)]


def _presence_of_sizes(s: "Scenario") -> Iterator[str]:
    own = isinstance(s.retention, (Weighted, Pool))
    if own and s.sample_size is not None:
        yield (
            f'sample_size must be left out with retention.kind "{s.retention.kind}", whose sizes are retention.real '
            f"and retention.synthetic, got {shown(s.sample_size)}"
        )
    if not own and s.sample_size is None:
        yield 'sample_size must be a table with kind "constant", "polynomial", "geometric" or "explicit", got nothing'


def _presence_of_estimator(s: "Scenario") -> Iterator[str]:
    if s.estimator is None:
        allowed = alternatives(ESTIMATORS[s.family])
        yield f"estimator must be a table with kind {allowed} for a {s.source.kind} source, got nothing"


def _estimator(s: "Scenario") -> Iterator[str]:
    allowed = ESTIMATORS[s.family]
    if s.estimator.kind not in allowed:
        yield f'estimator.kind must be {alternatives(allowed)} for a {s.source.kind} source, got "{s.estimator.kind}"'
    elif isinstance(s.estimator, KnownMean | KnownVariance) and s.source.dimension > 1:  # type: ignore[union-attr]
        yield (
            f'estimator.kind must be "moments" or "kernel" for a source in {s.source.dimension} dimensions, '  # type: ignore[union-attr]
            f'got "{s.estimator.kind}"'
        )


def _sampler(s: "Scenario") -> Iterator[str]:
    allowed = SAMPLERS[s.family]
    if s.sampler.kind not in allowed:
        yield f'sampler.kind must be {alternatives(allowed)} for a {s.source.kind} source, got "{s.sampler.kind}"'
        return
    if isinstance(s.source, GaussianSource) and s.source.dimension > 1 and s.sampler.kind not in ("faithful", "scaled"):
        yield (
            f'sampler.kind must be "faithful" or "scaled" for a source in {s.source.dimension} dimensions, '
            f'got "{s.sampler.kind}"'
        )
    if isinstance(s.source, (TokenSource, ZipfSource)):
        K = s.source.vocabulary
        if isinstance(s.sampler, TopK) and s.sampler.k > K:
            yield f"sampler.k must be at most the vocabulary, {K}, got {s.sampler.k}"
        if isinstance(s.sampler, (BestOf, Tilt)):
            reward = s.sampler.reward
            if isinstance(reward, str):
                yield f'sampler.reward must be a list of {K} numbers, one for each token, got "{reward}"'
            elif len(reward) != K:
                yield f"sampler.reward must have one number for each of the {K} tokens, got {len(reward)}"
    elif isinstance(s.sampler, (BestOf, Tilt)) and not isinstance(s.sampler.reward, str):
        given = shown(s.sampler.reward)
        yield f'sampler.reward must be "value" or "quadratic" for a {s.source.kind} source, got {given}'


def _first_fit(s: "Scenario") -> Iterator[str]:
    if s.biased_from > 1:
        return
    if s.family != "gaussian":
        yield f'sampler.first_fit must be "real" for a {s.source.kind} source, got "biased"'
    elif s.retention.kind in REAL_AGAIN or _refreshed_window(s):
        yield (
            f'sampler.first_fit must be "real" with retention.kind "{s.retention.kind}", whose real points come from '
            'the source as it is, got "biased"'
        )


def _refreshed_window(s: "Scenario") -> bool:
    return isinstance(s.retention, Window) and s.retention.refreshed


def _real_share(s: "Scenario") -> Iterator[str]:
    if not isinstance(s.retention, RealShare | Window) or s.sample_size is None:
        return
    sizes = s.sample_size.leading_sizes()
    if s.retention.real is not None:
        least = min(sizes)
        if s.retention.real > least:
            where = "" if s.sample_size.constant else f" in generation {sizes.index(least) + 1}"
            yield f"retention.real must be at most the sample size, {least}{where}, got {s.retention.real}"
        return
    share = s.retention.share or 0.0
    if isinstance(s.retention, RealShare):
        if s.retention.scheme == "iid":
            return
        which = f'scheme "{s.retention.scheme}"'
    else:
        which = 'retention.kind "window"'
    for t, M in enumerate(sizes, start=1):
        points = exact_points(share, M)
        if abs(points - round(points)) > 1e-9 + 4e-16 * float(points):
            step = math.gcd(*sizes)
            lower = math.floor(exact_points(share, step))
            where = "" if s.sample_size.constant else f" in generation {t}"
            yield (
                f"retention.share must make a whole number of points with {which}: "
                f"{shown(share)} of {M}{where} is {float(points):.6g}, the nearest shares are {lower / step:.12g} and "
                f"{(lower + 1) / step:.12g}, got {shown(share)}"
            )
            return


def _fixed_share(s: "Scenario") -> Iterator[str]:
    if not isinstance(s.retention, RealShare) or s.retention.scheme != "fixed" or s.retention.share is None:
        return
    if s.sample_size is not None and len(set(s.sample_size.leading_sizes())) > 1:
        yield (
            'retention.share must be replaced by retention.real with scheme "fixed" where sizes change, as the same '
            f"points are kept for ever, got {shown(s.retention.share)}"
        )


def _smallest_fits(s: "Scenario") -> list[tuple[str, int]]:
    """The fields that say how many points a model is fitted to, each with its smallest value."""
    if isinstance(s.retention, Weighted):
        return [("retention.real", s.retention.real), ("retention.synthetic", s.retention.synthetic)]
    if isinstance(s.retention, Pool):
        real = s.retention.real_points(1)
        budget = [] if s.retention.budget is None else [("retention.budget", s.retention.budget)]
        return [("retention.real", real), *budget]
    if s.sample_size is None:
        return []
    sizes = s.sample_size.leading_sizes()
    if isinstance(s.retention, Accumulate):
        first = s.retention.first
        return [("retention.first", first)] if first is not None else [(_size_field(s), sizes[0])]
    return [(_size_field(s), min(sizes))]


def _size_field(s: "Scenario") -> str:
    return "sample_size.sizes" if s.sample_size is not None and s.sample_size.kind == "explicit" else "sample_size.size"


def _least_sizes(s: "Scenario") -> Iterator[str]:
    if isinstance(s.estimator, Moments):
        for field, n in _smallest_fits(s):
            if s.estimator.divide_by(n) > 0.0:
                continue
            if s.estimator.divisor == "unbiased":
                yield f'{field} must be at least 2 with divisor "unbiased", got {n}'
            else:
                yield (
                    f"estimator.offset must be greater than {1 - n} where {field} is {n}, as the divisor is "
                    f"{n} - 1 + offset, got {shown(s.estimator.offset)}"
                )
    if isinstance(s.estimator, Kernel) and s.estimator.relative is not None:
        for field, n in _smallest_fits(s):
            if n < 2:
                yield f"{field} must be at least 2 with a relative bandwidth, got {n}"


def _rows(s: "Scenario") -> Iterator[str]:
    if isinstance(s.source, RegressionSource):
        for field, n in _smallest_fits(s):
            if n < s.source.dimension:
                yield (
                    f"{field} must be at least source.dimension, {s.source.dimension}, "
                    f"as least squares needs as many rows, got {n}"
                )


def _weighted(s: "Scenario") -> Iterator[str]:
    if isinstance(s.retention, Weighted) and s.family not in ("gaussian", "tokens", "regression"):
        yield (
            'retention.kind must not be "weighted" for a source other than gaussian, tokens, zipf or regression, '
            f"got a {s.source.kind} source"
        )


def _disturbances(s: "Scenario") -> Iterator[str]:
    if s.contamination is not None and s.retention.kind not in REAL_AGAIN and not _refreshed_window(s):
        yield (
            'contamination must be left out unless retention.kind is "real_share", "weighted" or "pool", or "window" '
            "with real points, as no real points come after the first generation, got retention.kind "
            f'"{s.retention.kind}"'
        )
    if s.poison is None:
        return
    if not isinstance(s.source, (TokenSource, ZipfSource)):
        yield f"poison must be left out unless the source has tokens, got a {s.source.kind} source"
    elif len(s.poison.probabilities) != s.source.vocabulary:
        yield (
            f"poison.probabilities must have one entry for each of the {s.source.vocabulary} tokens, "
            f"got {len(s.poison.probabilities)}"
        )
    if isinstance(s.retention, RealShare | Window) and s.sample_size is not None:
        real = max(s.retention.share_of(M) for M in s.sample_size.leading_sizes())
        if real + s.poison.share > 1.0 + 1e-12:
            yield f"poison.share must be at most what real points leave, {1.0 - real:.12g}, got {shown(s.poison.share)}"


def _feedback(s: "Scenario") -> Iterator[str]:
    if s.feedback is not None:
        if s.family != "tokens":
            yield f"feedback must be left out unless the source has tokens, got a {s.source.kind} source"
        if not (isinstance(s.retention, RealShare) and s.retention.scheme == "iid" and s.retention.share is not None):
            yield (
                'feedback must be left out unless retention is "real_share" with scheme "iid" and a share (the human '
                f"share of what the machine reads), got retention = {shown(s.retention)}"
            )
        if s.islands is not None:
            yield "islands must be left out where feedback is given, got both"
