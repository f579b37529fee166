"""The promised digits of the evaluators of Gaussian retention policies (theory.accuracy.POLICIES), measured.

Worst relative error of ``evaluate`` against each claim's own independent route, or another one in 40 digits where that
does not reach. Values beyond the range of float64 are left out; their logarithm is that of a claim about the
log-variance.
"""

from functools import cache

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from suites import every_run

from theory.accuracy import POLICIES, REGIONS, SIZES, TARGET, TIMES
from theory.claims import claims
from theory.claims.gaussian import (
    accumulate,
    forgetting,
    fresh_window,
    known_mean,
    known_variance,
    pool,
    real_share,
    scaled,
    scaled_pool,
    scaled_share,
    subsample,
    varying,
    weighted,
    window,
)
from theory.scenario import Scenario

DIVISORS = ("mle", "unbiased")


def shares(scheme: str, M: int) -> list[Scenario]:
    """A tenth and a half of the points are real; of the same ones for ever at least two, as one keeps no variance."""
    return [
        real_share.setting(scheme, M, divisor, **({"share": share} if scheme == "iid" else {"real": n}))
        for share in (0.1, 0.5)
        for n in [max(2 if scheme == "fixed" else 1, round(share * M))]
        for divisor in DIVISORS
    ]


def pools(M: int) -> list[Scenario]:
    """M synthetic points and a tenth as many real ones join in each generation, or none but the first."""
    batch = {"kind": "constant", "size": M}
    real = {"kind": "constant", "size": max(2, M // 10)}
    return [pool.setting(r, batch, d) for r in (real, [M] + [0] * 9) for d in DIVISORS]


SETTINGS = {
    "weighted": lambda M: [weighted.setting(M, m, w, d) for m in (M, 10) for w in (1e-6, 0.3, 0.9) for d in DIVISORS],
    "forgetting": lambda M: [forgetting.setting(M, g, d) for g in (1e-3, 0.4) for d in DIVISORS],
    "replace-scaled": lambda M: [scaled.setting(M, c, d) for c in (0.9, 0.99999) for d in DIVISORS],
    "replace-varying": lambda M: [
        varying.setting({"kind": "polynomial", "size": M, "power": p}, d, 1.0)
        for p, d in zip((1.0, 2.0), DIVISORS, strict=True)
    ],
    "accumulate": lambda M: [accumulate.setting(M, divisor=d, first=n) for n in (M, 2) for d in DIVISORS],
    "factors": lambda M: [
        *(forgetting.setting(M, g, d) for g in (1e-3, 0.4) for d in DIVISORS),
        *(accumulate.setting(n, first=n + 2) for n in (3, 10**9) if n == M),
    ],
    "subsample": lambda M: [subsample.setting(M, r, d) for r in (False, True) for d in DIVISORS],
    "subsample-mean-fourth": lambda M: [subsample.setting(M, M > 100)] if M > 2 else [],
    "subsample-variance-second": lambda M: [subsample.setting(M, M > 100, "mle" if M % 3 else "unbiased")],
    "fixed-real-share-mean-fourth": lambda M: [
        real_share.setting("fixed", M, d, real=n) for n in (min(2, M - 1), M // 2) for d in DIVISORS
    ],
    "fixed-real-share-variance-second": lambda M: [
        real_share.setting("fixed", M, d, real=n) for n in (min(2, M - 1), M // 2) for d in DIVISORS
    ],
    "scaled-iid": lambda M: [scaled_share.setting(M, M // 2, c, d, "iid") for c in (0.9, 0.99999) for d in DIVISORS],
    "scaled-fixed": lambda M: [
        scaled_share.setting(M, n, c, d, "fixed") for n in (2, max(2, M // 2)) for c in (0.9, 0.99999) for d in DIVISORS
    ],
    "scaled-accumulate": lambda M: [
        scaled_pool.setting(M, c, d, first=n) for c, n in ((0.9, 2), (1.2, M)) for d in DIVISORS
    ],
    "stratified": lambda M: shares("stratified", M),
    "iid": lambda M: shares("iid", M),
    "fixed": lambda M: shares("fixed", M),
    "pool": pools,
    "window": lambda M: [window.setting(M, W, d) for W in (1, 2) for d in DIVISORS],
    "known-mean": lambda M: [known_mean.setting(M)],
    "known-variance": lambda M: [known_variance.setting(M), known_variance.setting(M, kind="forgetting", rate=0.3)],
    "fresh-window": lambda M: [fresh_window.setting(M, 2, d, share=0.5) for d in DIVISORS] if M % 2 == 0 else [],
    "subsample-mean-squared": lambda M: [subsample.setting(M, r, "mle") for r in (False, True)],
    "accumulate-log": lambda M: [accumulate.setting(M, 1.0, d) for d in DIVISORS],
    "accumulate-mean": lambda M: [accumulate.setting(M, divisor="unbiased")],
    "forgetting-log": lambda M: [forgetting.setting(M, g, d, 1.0) for g in (0.1, 0.5) for d in DIVISORS],
}
CELLS = [
    (name, *region) for name, row in POLICIES.items() for region, promised in zip(REGIONS, row, strict=True) if promised
]
HEAVY = {  # in every run one region of these
    "gaussian-window-variance": ("medium", "many"),
    "gaussian-window-mean-squared-error": ("medium", "many"),
    "gaussian-window-variance-second-moment": ("medium", "many"),
    "gaussian-pool-variance-second-moment": ("medium", "few"),
    "gaussian-iid-real-share-variance-second-moment": ("small", "many"),
    "gaussian-iid-real-share-mean-fourth-moment": ("small", "many"),
    "gaussian-pool-mean-fourth-moment": ("medium", "few"),
    "gaussian-accumulate-log-variance": ("small", "few"),
    "gaussian-accumulate-mean-squared-error-any-divisor": ("large", "few"),
    "gaussian-factors-log-variance-sd": ("medium", "many"),
}
FAST = [cell for cell in CELLS if HEAVY.get(cell[0], cell[1:]) == cell[1:]]


@pytest.mark.parametrize("cell", every_run(CELLS, FAST), ids=" ".join)
def test_promised_accuracy(cell):
    name, sizes, times = cell
    promised = POLICIES[name][REGIONS.index((sizes, times))]
    assert promised is not None
    assert worst_error(name, SIZES[sizes], TIMES[times]) <= promised <= TARGET


def worst_error(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """The largest relative error of one claim's evaluator over a region; at least one value is compared."""
    claim, words = claims()[name], name.removeprefix("gaussian-")
    policy = max((policy for policy in SETTINGS if words.startswith(policy)), key=len)
    found = []
    for scenario in (scenario for size in sizes for scenario in SETTINGS[policy](size)):
        assert claim.covers(scenario)
        for t, value in zip(times, claim.evaluate(scenario, np.array(times)), strict=True):
            truth = reference(name, scenario, t)
            if truth is not None and 1e-290 < abs(truth) < 1e290:
                found.append(float(abs(mpf(float(value)) - truth) / abs(truth)))
    return max(found)


def reference(name: str, scenario: Scenario, t: int) -> mpf | None:
    """The claim's own second route; that of a window in many fits by powers of a matrix, or none."""
    if not name.startswith("gaussian-window") or t <= 10:
        return claims()[name].reference(scenario, t)
    M, W, offset = scenario.sample_size.constant, scenario.retention.length, scenario.estimator.divide_by(1)
    with mpmath.workdps(40):
        v0 = mpf(scenario.source.variance)
        if "second" in name:
            return v0**2 * (mpf(M * M - 1) / (M - 1 + mpf(offset)) ** 2) ** t if W == 1 else None
        return v0 * window_powers(M, W, mpf(offset), t)["error" in name]


@cache
def window_powers(M: int, W: int, offset: mpf, t: int) -> tuple[mpf, mpf]:
    """E v_t and E (mu_t - mu_0)^2 over v_0: squared differences and products of batch means, by powers of a fit."""
    with mpmath.workdps(40):
        size = W + 2 * W * W
        state = mpmath.matrix(size, 1)
        v, error = mpf(1), mpf(0)
        for fit in range(1, W + 1):
            state = joined(state, M, W, fit - 1, v, error)
            v, error = of_window(state, M, W, fit, offset)
        step = mpmath.matrix(size, size)
        for k in range(size):
            unit = mpmath.matrix(size, 1)
            unit[k] = 1
            following = joined(unit, M, W, W, *of_window(unit, M, W, W, offset))
            for row in range(size):
                step[row, k] = following[row]
        state = step ** (t - W) * state
        return of_window(state, M, W, W, offset)


def of_window(state: mpmath.matrix, M: int, W: int, b: int, offset: mpf) -> tuple[mpf, mpf]:
    """Variance and squared error of the model of b batches, the newest first."""
    pairs = [(i, j) for i in range(b) for j in range(b)]
    apart = sum(state[W + W * i + j] for i, j in pairs) / (2 * b)
    squares = (M - 1) * sum(state[i] for i in range(b)) + M * apart
    return squares / (b * M - 1 + offset), sum(state[W + W * W + W * i + j] for i, j in pairs) / b**2


def joined(state: mpmath.matrix, M: int, W: int, old: int, v: mpf, error: mpf) -> mpmath.matrix:
    """The window once a batch of its model has come first; it had ``old`` of them.

    W variances that batches were drawn with, W x W squared differences of their means, and as many products.
    """
    following = mpmath.matrix(W + 2 * W * W, 1)
    following[0], following[W + W * W] = v, error + v / M
    mean_apart = sum(state[W + W * i + j] for i in range(old) for j in range(old)) / (2 * max(old, 1) ** 2)
    kept = min(old, W - 1)
    for i in range(kept):
        following[i + 1] = state[i]
        near = sum(state[W + W * i + j] for j in range(old)) / old - mean_apart + v / M
        product = sum(state[W + W * W + W * i + j] for j in range(old)) / old
        following[W + i + 1] = following[W + W * (i + 1)] = near
        following[W + W * W + i + 1] = following[W + W * W + W * (i + 1)] = product
        for j in range(kept):
            for part in (W, W + W * W):
                following[part + W * (i + 1) + j + 1] = state[part + W * i + j]
    return following
