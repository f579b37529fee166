r"""Points real with probability $\alpha$ keep heterozygosity above a floor, $\theta=(M-1)\alpha(2-\alpha)$.

The counts are multinomial from $q=\alpha f+(1-\alpha)p_t$, so one token's $q(1-q)$ shrinks by $1-1/M$ and
mixes the source in: a linear recursion, $H_\infty=H_0\,\theta/(1+\theta)$, approached at the rate
$(1-1/M)(1-\alpha)^2$. Generation 1, all real, is on it.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import tokens_with_real_share
from theory.claims.tokens import steps
from theory.claims.tokens.enumeration import digits, real_share, reference, source_heterozygosity
from theory.claims.tokens.steps import H, P, averaged, f, q
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity, iid_heterozygosity, iid_theta
from theory.laws.symbols import H0, E, M, alpha, t
from theory.scenario import Scenario, parse_scenario


def derive() -> Derivation:
    """One token's q(1-q) after sampling, its average over p_t, the recursion of the sum, its solution."""
    p = sp.Symbol("p", positive=True)
    theta, ratio = (M - 1) * alpha * (2 - alpha), (1 - 1 / M) * (1 - alpha) ** 2
    d = Derivation("One token at a time; the sum over tokens turns f(1-f) into H_0 and E p_t(1-p_t) into H(t).")
    second = steps.second_moment_of_a_count(d)
    d.algebra(q - second / M**2, (1 - 1 / M) * q * (1 - q), because="E p'(1-p') given q, with p' = X/M")
    steps.mean_is_the_source(d)
    mixture = alpha * f + (1 - alpha) * p
    d.algebra(
        averaged(mixture * (1 - mixture), {p: f, p**2: P}),
        (1 - (1 - alpha) ** 2) * f * (1 - f) + (1 - alpha) ** 2 * (f - P),
        because="q = alpha f + (1-alpha) p_t averaged with E p_t = f and E p_t^2 = P",
    )
    d.algebra(
        H0 * theta / (1 + theta),
        (1 - 1 / M) * (1 - (1 - alpha) ** 2) * H0 / (1 - ratio),
        because="the fixed point of the recursion below, written with theta",
    )
    solved = d.solves(
        H(t),
        H0 * (theta + ratio**t) / (1 + theta),
        index=t,
        initial=(0, H0),
        next_value=(1 - 1 / M) * ((1 - (1 - alpha) ** 2) * H0 + (1 - alpha) ** 2 * H(t)),
        because="the two steps together, summed over tokens; p_0 = f makes generation 1 all real",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("H_t")), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return {
        M: scenario.sample_size.constant, t: generation, H0: digits(source_heterozygosity(scenario)),
        alpha: digits(real_share(scenario)),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E H_t, float64 [T]; t counts fits."""
    size = scenario.sample_size.constant
    share = scenario.retention.share_of(size)
    return heterozygosity(scenario.source.distribution()) * iid_heterozygosity(size, share, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 theta / (1 + theta): 0 without real data, H_0 (1-1/M) with nothing else."""
    size = scenario.sample_size.constant
    theta = iid_theta(size, scenario.retention.share_of(size))
    return heterozygosity(scenario.source.distribution()) * theta / (1.0 + theta)


FOUR_TOKENS = (0.5, 0.3, 0.15, 0.05)
LOPSIDED = (1e-12, 1 - 1e-12)


def example(scheme: str, size: int, probabilities: tuple[float, ...] = FOUR_TOKENS, **real: float) -> Scenario:
    return parse_scenario({
        "source": {"kind": "tokens", "probabilities": list(probabilities)},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "real_share", "scheme": scheme, **real},
    })  # fmt: skip


CLAIM = Claim(
    id="tokens-iid-real-share-heterozygosity",
    title="Points real at random: heterozygosity settles at H_0 theta/(1+theta), theta = (M-1) alpha (2-alpha)",
    kind=Kind.EXACT,
    statistic="heterozygosity",
    assumptions=tokens_with_real_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example("iid", 6, share=0.35), t=(0, 1, 2, 5, 12)),
        Example(example("iid", 100, share=0.1), t=(1, 2, 10, 40, np.inf), simulate=False),
        Example(example("iid", 1, share=0.3), t=(0, 1, 4, np.inf), simulate=False),
        Example(example("iid", 7, share=1.0), t=(1, 3, np.inf), simulate=False),
        Example(example("iid", 50, share=0.0), t=(1, 20, np.inf), simulate=False),
        Example(example("iid", 10**9, LOPSIDED, share=1e-7), t=(1, 10**6, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "bakshi2026improvement", "Theorem 3.1, Corollary 3.2", "reported", "not compared",
            "the recursion of H_0 - E H_t for varying M and alpha; the floor is read off it here",
        ),
    ),
)  # fmt: skip
