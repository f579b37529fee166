r"""If every batch stays in the pool, heterozygosity falls only to a positive limit: a ratio of Gamma functions.

A batch of $M$ joining a pool of $N-M$ points takes the share $M/N^2$ of what is left. From $N_1$ real points
and with $M$ synthetic ones per generation, $N=N_1+tM$, so that from t = 1 on
$H_t=H_0(1-1/N_1)\prod_{k<t}(1-M/(N_1+kM)^2)$: with $r=N_1/M$ and $s=1/\sqrt M$ the factors are
$(r+k-s)(r+k+s)/(r+k)^2$, and both the product and its limit are closed. A first batch of one point leaves nothing.
"""

import mpmath
import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, FREQUENCY, TOKENS, UNDISTURBED, retains
from theory.claims.tokens.enumeration import digits, first_batch, reference, source_heterozygosity
from theory.claims.tokens.real_share_iid import FOUR_TOKENS, LOPSIDED
from theory.claims.tokens.steps import H, second_moment_of_a_count
from theory.derivation import Derivation, Verdict, agree
from theory.laws.accumulation import log_variance_left
from theory.laws.mixing import heterozygosity
from theory.laws.symbols import H0, N1, E, M, t
from theory.scenario import Scenario, parse_scenario

TOKENS_ACCUMULATE = (TOKENS, FREQUENCY, retains("accumulate"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
LARGE_T = 10**8


def derive() -> Derivation:
    """What one batch takes from the pool, the recursion solved by Gamma functions, and its limit."""
    p = sp.Symbol("p", positive=True)
    N, c = sp.symbols("N c", positive=True)
    r, s = N1 / M, 1 / sp.sqrt(M)
    d = Derivation("One token, a share p of a pool of N points: M points drawn from the pool join it. From t = 1 on.")
    drawn = second_moment_of_a_count(d, M, p)
    d.algebra(
        p - ((N * p) ** 2 + 2 * N * p * M * p + drawn) / (N + M) ** 2, (1 - M / (N + M) ** 2) * p * (1 - p),
        because="E p'(1-p') of the pool with the batch; E p' = p",
    )  # fmt: skip
    d.given(
        sp.gamma(t + c) * sp.gamma(t - c) / sp.gamma(t) ** 2, sp.Integer(1), relation=r"\sim", source="dlmf",
        because="ratios of Gamma functions at large argument (5.11.12): the product converges to "
        "more than 0, so that only N_1 = 1, which has H_t = 0 from t = 1 on, loses everything",
        check=_ratio_tends_to_one,
    )  # fmt: skip
    start = sp.gamma(1 + r) ** 2 / (sp.gamma(1 + r - s) * sp.gamma(1 + r + s))
    solved = d.solves(
        H(t), H0 * (1 - 1 / N1) * start * sp.gamma(t + r - s) * sp.gamma(t + r + s) / sp.gamma(t + r) ** 2,
        index=t, next_value=(1 - M / (N1 + t * M) ** 2) * H(t), initial=(1, H0 * (1 - 1 / N1)),
        because="summed over tokens; the first fit, to N_1 real points, leaves 1-1/N_1; then N + M = N_1 + tM",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.Symbol("H_t")), solved.rhs, evaluate=False))


def _ratio_tends_to_one() -> list[Verdict]:
    with mpmath.workdps(40):
        third = mpmath.mpf(1) / 3
        ratios = [mpmath.gammaprod([LARGE_T + c, LARGE_T - c], [LARGE_T, LARGE_T]) for c in (third, 1)]
    return [agree(ratio, 1, 2 / LARGE_T) for ratio in ratios]


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return {
        M: digits(scenario.sample_size.constant), N1: digits(first_batch(scenario)), t: generation,
        H0: digits(source_heterozygosity(scenario)),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E H_t of the whole pool, float64 [T]; t counts fits. H is the variance of tokens written as unit vectors."""
    left = log_variance_left(scenario.sample_size.constant, first_batch(scenario), generations)
    return heterozygosity(scenario.source.distribution()) * np.exp(left)


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 (1-1/N_1) Gamma(1+r)^2 / (Gamma(1+r-s) Gamma(1+r+s)); 0 only where the first batch is a single point."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def example(size: int, probabilities: tuple[float, ...] = FOUR_TOKENS, **first: int) -> Scenario:
    return parse_scenario({
        "source": {"kind": "tokens", "probabilities": list(probabilities)},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "accumulate", **first},
    })  # fmt: skip


CLAIM = Claim(
    id="tokens-accumulate-heterozygosity",
    title="Accumulating all batches, heterozygosity is from t = 1 on a ratio of Gamma functions, whose limit is "
    "positive where N_1 >= 2",
    kind=Kind.EXACT,
    statistic="heterozygosity",
    assumptions=TOKENS_ACCUMULATE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(10), t=(1, 2, 10)),
        Example(example(10), t=(100, 101, 102, 400), simulate=False),
        Example(example(10, first=30), t=(1, 2, 10, 50)),
        Example(example(3, first=2), t=(1, 2, 3, 4), simulate=False),
        Example(example(1), t=(1, 5), simulate=False),
        Example(example(10, first=30), t=(0, np.inf), algebra=False, simulate=False),
        Example(example(1_000_000, first=1000), t=(1, 1000, 100_000), simulate=False),
        Example(example(2, LOPSIDED, first=5), t=(2, 1_000_000), simulate=False),
    ),
    sources=(
        Source(
            "gerstgrasser2024inevitable", "Theorem 2", "reported", "its n is t",
            "the sum of 1/i^2 up to pi^2/6, for the test error of linear regression that keeps its inputs",
        ),
        Source("dey2024universality", "", "cited", "not compared", "the constant pi^2/6 for exponential families"),
    ),
)  # fmt: skip
