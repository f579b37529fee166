r"""Rows that are real by chance: the risk of a refitted regression has the floor of a real share $\alpha$, exactly.

The part of the squared error that a fit keeps is quadratic in the number of synthetic rows. Averaged over coins it is
$b=(1-\alpha)(1-\alpha+\alpha\xi)$: no pair of rows has the same coin, and nothing is left of the finite sample but
$\xi$. A fixed number of real rows keeps less, $b-\alpha(1-\alpha)(1-\xi)/(M-1)$, as long as $\xi<1$.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian.real_share import share_of
from theory.claims.regression import real_share
from theory.claims.regression.least_squares import numbers
from theory.claims.regression.real_share import kept_on_average, mixed_rows, setting, xi
from theory.derivation import Derivation
from theory.laws.geometric import geometric_sum
from theory.laws.mixed_least_squares import log_kept, lost_with_real_share
from theory.laws.symbols import M, alpha
from theory.scenario import Scenario

SYNTHETIC = 1 - alpha
FACTOR = SYNTHETIC * (SYNTHETIC + alpha * xi)


def derive() -> Derivation:
    """What a fit keeps of an error on average over the coins, what it adds, and the sum."""
    return real_share.derived(
        M * SYNTHETIC, M * (M - 1) * SYNTHETIC**2, FACTOR, "two rows are both synthetic with probability (1-alpha)^2"
    )


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share.bindings(scenario, generation, FACTOR)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    lost = lost_with_real_share(size, d, share_of(scenario))
    return noise * d / (size - d - 1) * geometric_sum(log_kept(lost), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The risk of one fit to M real rows over 1 - b; infinite where b is 1 or more."""
    size, d, noise = numbers(scenario)
    lost = lost_with_real_share(size, d, share_of(scenario))
    if noise == 0:
        return 0.0
    return noise * d / (size - d - 1) / float(lost) if lost > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, what is kept by zonal polynomials and averaged over the number of synthetic rows."""
    size, d, _ = numbers(scenario)
    return real_share.reference(scenario, generation, kept_on_average(size, d, share_of(scenario)))


CLAIM = Claim(
    id="regression-iid-real-share-excess-risk",
    title="With each row real by chance the excess risk tends to that of one fit over 1 - b, "
    "b = (1-alpha)(1-alpha + alpha xi) and xi = (d+2)(M-2)/((M+2)(M-d-1)), if b < 1",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=mixed_rows("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("iid", 20, 5, share=0.3), t=(0, 1, 2, 5)),
        Example(setting("iid", 10, 1, noise=1e-4, share=0.125), t=(1, 4), simulate=False),
        Example(setting("iid", 20, 5, real=2), t=(50, np.inf), simulate=False),
        Example(setting("iid", 12, 9, share=0.05), t=(1, 2, 100), simulate=False),
        Example(setting("iid", 12, 9, share=0.05), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("iid", 10, 3, share=1.0), t=(1, 7, np.inf), simulate=False),
        Example(setting("iid", 10, 3, share=0.0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 10**9, 7, share=1e-9), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "dohmatob2025strong", "Corollary 3", "reported", "its t is t",
            "the iteration with a fixed number of real rows, asymptotically",
        ),
    ),
)  # fmt: skip
