r"""That accumulated regressions lose a factor $\pi^2/6$ is a property of the design that is labelled again.

With new rows in every generation the limit is smaller, the more so the fewer rows a batch has: $\pi^2/6$ is then an
upper bound that is met only as $M/d\to\infty$, and near $M=d+2$ nothing but the first fit is lost.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import retains
from theory.claims.regression import accumulate_fresh_excess_risk, accumulate_reused_excess_risk
from theory.claims.regression.least_squares import (
    COMMON,
    EQUAL_BATCHES,
    bindings,
    design_is,
    dimension,
    one_fit,
    risk,
    setting,
    sigma,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, M, k, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The two limits, and what one has less than the other, term by term."""
    d = Derivation(
        "Both limits are sums over the generations of what each adds. On one design generation k adds one "
        "part in k^2 "
        "of the error of a fit to M rows, on new rows one part in k of the error of a fit to k M rows."
    )
    reused = d.algebra(
        sp.Sum(one_fit / k**2, (k, 1, sp.oo)), sp.pi**2 / 6 * one_fit,
        because="one design, labelled again in every generation: the statement is right",
    )  # fmt: skip
    d.algebra(
        one_fit / k**2 - sigma**2 * dimension / (k * (k * M - dimension - 1)),
        sigma**2 * dimension * (dimension + 1) * (k - 1) / (k**2 * (M - dimension - 1) * (k * M - dimension - 1)),
        because="new rows: generation k adds so much less, which is positive from k = 2 on: the limit is smaller, and"
        " "
        "the statement fails for every M and d",
    )  # fmt: skip
    return d.concludes(sp.Eq(sp.Limit(E(risk), t, sp.oo), reused.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Not a number: the statement is about the limit alone."""
    return np.full(generations.shape, np.nan)


def limit(scenario: Scenario, at: None = None) -> float:
    """pi^2/6 times the risk of one fit, whatever the design."""
    return accumulate_reused_excess_risk.limit(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The limit of the recurrence that belongs to the design."""
    claim = accumulate_fresh_excess_risk if scenario.source.design == "fresh" else accumulate_reused_excess_risk
    return claim.reference(scenario, generation)


CLAIM = Claim(
    id="regression-accumulate-risk-constant",
    title="All data kept, the excess risk tends to pi^2/6 times that of one fit whatever the design: true of "
    "one design, "
    "too much for new rows",
    kind=Kind.REFUTED,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("accumulate"), EQUAL_BATCHES),
    right_if=(design_is("reused"),),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(
        Example(setting(rows, d, "accumulate", design), t=(np.inf,), algebra=False, simulate=False)
        for rows, d, design in (
            (20, 5, "reused"), (3, 1, "reused"), (20, 5, "fresh"), (3, 1, "fresh"), (52, 50, "fresh"),
        )
    ),
    sources=(
        Source(
            "gerstgrasser2024inevitable", "Section 3.2, Theorem 2", "reported", "its n is t",
            "pi^2/6 as a bound, for a design that every generation labels again",
        ),
    ),
    errata="Narrower than it is quoted: the constant belongs to the protocol of its source, where every generation "
    "labels the rows of the first again, and there it is right and sharp. With new rows in every "
    "generation it stays an "
    "upper bound but is not the limit, which is (M-d-1)/(d+1) (psi(1) - psi(1 - (d+1)/M)) times the risk of one fit: "
    "1.49989 for M = 20 and d = 5 instead of 1.64493, and 1 as M falls to d + 2 with d large.",
)  # fmt: skip
