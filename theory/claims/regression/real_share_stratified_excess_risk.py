r"""Fresh real rows hold the excess risk of a refitted regression at a floor: exact for every $M$, $d$ and $n$.

One fit keeps the part $b=m(m-1+\xi n)/(M(M-1))$ of the squared error of the model that labelled its $m$ rows, and adds
the error of a fit to $M$ real rows. The floor is that error over $1-b$. For $d\ll M$, $b=p_2^2$, $p_2=m/M$: the floor
is $1/(1+p_2)$ of the risk of a fit to the $n$ real rows alone, as the model before brings what older real rows taught
it. Few rows for many coefficients undo that: from $m(\xi-1)=M-1$ on the mean grows for ever, $\xi\approx d/(M-d)$.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.regression import real_share
from theory.claims.regression.least_squares import numbers
from theory.claims.regression.real_share import kept_by_zonal_polynomials, mixed_rows, setting, xi
from theory.derivation import Derivation
from theory.laws.geometric import geometric_sum
from theory.laws.mixed_least_squares import log_kept, lost_with_real_rows
from theory.laws.symbols import M, m
from theory.scenario import Scenario

FACTOR = m * (m - 1 + xi * (M - m)) / (M * (M - 1))


def derive() -> Derivation:
    """What a fit keeps of an error, what it adds, and the sum."""
    return real_share.derived(m, m * (m - 1), FACTOR, "m of the M rows are synthetic")


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share.bindings(scenario, generation, FACTOR)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    lost = lost_with_real_rows(size, d, scenario.retention.real_points(size))
    return noise * d / (size - d - 1) * geometric_sum(log_kept(lost), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The risk of one fit to M real rows over 1 - b; infinite where b is 1 or more."""
    size, d, noise = numbers(scenario)
    lost = lost_with_real_rows(size, d, scenario.retention.real_points(size))
    if noise == 0:
        return 0.0
    return noise * d / (size - d - 1) / float(lost) if lost > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, what is kept by zonal polynomials."""
    size, d, _ = numbers(scenario)
    part = kept_by_zonal_polynomials(size, d, size - scenario.retention.real_points(size))
    return real_share.reference(scenario, generation, part)


CLAIM = Claim(
    id="regression-stratified-real-share-excess-risk",
    title="With n fresh real rows among M the excess risk tends to that of one fit over 1 - b, "
    "b = m(m-1 + xi n)/(M(M-1)) and xi = (d+2)(M-2)/((M+2)(M-d-1)), if b < 1",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=mixed_rows("stratified"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("stratified", 20, 5, real=10), t=(0, 1, 2, 5)),
        Example(setting("stratified", 12, 3, real=3), t=(1, 2, 6)),
        Example(setting("stratified", 10, 1, noise=1e-4, real=2), t=(1, 4), simulate=False),
        Example(setting("stratified", 20, 5, share=0.1), t=(50, np.inf), simulate=False),
        Example(setting("stratified", 3, 1, real=1), t=(1, 2, 100, np.inf), simulate=False),
        Example(setting("stratified", 12, 9, real=2), t=(1, 2, 100), simulate=False),
        Example(setting("stratified", 12, 9, real=2), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("stratified", 52, 50, real=51), t=(1, 2, np.inf), simulate=False),
        Example(setting("stratified", 10, 3, real=10), t=(1, 7, np.inf), simulate=False),
        Example(setting("stratified", 10, 3, real=0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, 3, noise=0.0, real=4), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10**9, 7, real=1), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "dohmatob2025strong", "Corollary 1", "reported", "one fit",
            "one fit to both kinds of rows, asymptotically in M and d: an error c^2 of the labels enters by p_2^2 c^2 "
            "where d/M is small",
        ),
        Source(
            "dohmatob2025strong", "Corollary 3", "reported", "its t is t",
            "the iteration, asymptotically: the floor of small d/M, the risk of one fit over 1 - p_2^2",
        ),
    ),
    errata="At first order in phi = d/M the part that is kept has a second term: it tends to p_2^2 + p_1 p_2 "
    "phi/(1-phi) as M and d grow in proportion. A floor over 1 - p_2^2 is right for small phi only; from "
    "phi/(1-phi) = 1 + 1/p_2 on the mean has no floor, although real rows arrive in every generation.",
)  # fmt: skip
