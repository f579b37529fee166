"""The expected variance with fresh real points in training sets that grow or shrink.

A fixed number of real points in training sets that grow is a shrinking share; in training sets that shrink it grows.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Kind
from theory.claims.gaussian import real_share_varying
from theory.claims.gaussian.real_share import VARIANCE
from theory.claims.gaussian.real_share_varying import LAST, examples, one_fit, varying_real_share
from theory.derivation import Derivation
from theory.scenario import Scenario

SCHEME = "stratified"


def derive() -> Derivation:
    """One fit, from the means one fit earlier."""
    return one_fit(SCHEME, VARIANCE)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share_varying.bindings(SCHEME, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """In squared data units; t counts fits. Steps through all of them: 10 ms for 10 000."""
    return real_share_varying.expected(SCHEME, scenario, generations)[VARIANCE]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, each generation with the map of its own training set."""
    return real_share_varying.reference(scenario, generation, VARIANCE)


CLAIM = Claim(
    id="gaussian-stratified-real-share-varying-variance",
    title="Fresh real points in training sets that grow or shrink: the expected variance obeys a linear recursion "
    "with the error of the mean (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=varying_real_share(SCHEME),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: LAST,
    examples=examples(SCHEME),
)
