"""What claims about a budget of points share: conditions, symbols, the tangent of 1/M, and the recurrence."""

from collections.abc import Callable

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Example
from theory.claims.assumptions import (
    FAITHFUL,
    GAUSSIAN,
    MOMENTS,
    UNDISTURBED,
    divisor_is,
    retains,
    sample_size_at_least,
)
from theory.claims.gaussian.varying import MOST_FITS, setting, sizes
from theory.derivation import Derivation
from theory.laws.symbols import k, t
from theory.scenario import Scenario

SPENT = (GAUSSIAN, MOMENTS, retains("replace"), sample_size_at_least(2), FAITHFUL, UNDISTURBED)
UNBIASED, MLE = (*SPENT, divisor_is("unbiased")), (*SPENT, divisor_is("mle"))
total = sp.Sum(sizes[k], (k, 1, t))
size, level = sp.symbols("n c", positive=True)


def reach(scenario: Scenario) -> float:
    """Fits that are added up one by one."""
    return MOST_FITS


def tangent(d: Derivation) -> None:
    """1/n is at least its tangent at any c."""
    d.algebra(
        1 / size - (2 / level - size / level**2), (size - level) ** 2 / (size * level**2),
        because="never negative, and 0 for n = c alone: 1/n lies above its tangent at c",
    )  # fmt: skip


def spent(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """B_t = M_1 + ... + M_t for each t, in points."""
    latest = int(generations.max(initial=0))
    added = np.cumsum(scenario.sample_size.schedule(latest).astype(np.float64))
    return np.concatenate([[0.0], added])[generations]


def bounded(
    generations: Int[np.ndarray, " T"], bound: Callable[[Float[np.ndarray, " T"]], Float[np.ndarray, " T"]]
) -> Float[np.ndarray, " T"]:
    """A bound at every t of a chain, 0 for the source."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(generations > 0, bound(generations.astype(np.float64)), 0.0)


def examples(divisor: str) -> tuple[Example, ...]:
    """Sizes of every kind, equal ones among them, where the bound is attained."""
    return (
        Example(setting({"kind": "explicit", "sizes": [20, 9, 100]}, divisor), t=(1, 2, 3)),
        Example(setting({"kind": "constant", "size": 10}, divisor), t=(1, 5)),
        Example(setting({"kind": "constant", "size": 2}, divisor), t=(1, 40), simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}, divisor), t=(1, 12), simulate=False),
        Example(setting({"kind": "geometric", "size": 20, "ratio": 2.0}, divisor), t=(1, 20), simulate=False),
        Example(setting({"kind": "constant", "size": 10**9}, divisor), t=(3, 300), algebra=False, simulate=False),
    )
