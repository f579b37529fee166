r"""Refitted to their own samples, tokens lose heterozygosity by the factor $1-1/M$ a generation.

Whatever the source: two of the M tokens of a training set are the same draw with probability $1/M$; otherwise
they differ as often as two draws from the model do. So $E\,H_t = H_0(1-1/M)^t$: half of it is gone after
$M\ln2$ generations, and in the end one type is left.
"""

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.enumeration import digits, source_heterozygosity
from theory.claims.tokens.forward_chain import ALL_STATES_TO, expectation, in_full_digits, spread, sum_over_tokens
from theory.claims.tokens.steps import H, q, second_moment_of_a_count
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity, power
from theory.laws.symbols import H0, E, M, t
from theory.scenario import Scenario, parse_scenario


def derive() -> Derivation:
    """One token's q(1-q) after sampling; the sum over tokens is a recursion, which is solved."""
    d = Derivation("One token at a time: its share q in the model, its share p' = X/M among M draws from it.")
    second = second_moment_of_a_count(d)
    d.algebra(q - second / M**2, (1 - 1 / M) * q * (1 - q), because="E p'(1-p') given q, as E p' = q")
    solved = d.solves(
        H(t),
        H0 * (1 - 1 / M) ** t,
        index=t,
        next_value=(1 - 1 / M) * H(t),
        initial=(0, H0),
        because="summed over tokens, with the model's q the frequencies of generation t, or the source for t = 0",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("H_t")), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return {M: scenario.sample_size.constant, t: generation, H0: digits(source_heterozygosity(scenario))}


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E H_t, float64 [T], a probability; t counts fits."""
    return heterozygosity(scenario.source.distribution()) * power((1.0 / scenario.sample_size.constant,), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """0: one type is left."""
    return 0.0


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """The chain of each token's count for small M; for large M its second moment, step by step."""
    size = scenario.sample_size.constant
    if size <= ALL_STATES_TO:
        return sum_over_tokens(scenario, lambda q: expectation(size, q, t, spread) if t else q * (1 - q))
    return sum_over_tokens(scenario, lambda q: q - second_moment(size, q, int(t)))


def second_moment(size: int, q: mpf, t: int) -> mpf:
    """E p_t^2 of a token: Var(X | p) = M p (1-p) adds E p(1-p)/M in every generation."""
    with in_full_digits():
        square = q * q
        for _ in range(t):
            square += (q - square) / size
        return square


def example(size: int, probabilities: tuple[float, ...]) -> Scenario:
    return parse_scenario(
        {
            "source": {"kind": "tokens", "probabilities": list(probabilities)},
            "sample_size": {"kind": "constant", "size": size},
            "retention": {"kind": "replace"},
        }
    )


CLAIM = Claim(
    id="tokens-replace-heterozygosity",
    title="Heterozygosity decays as H_0 (1-1/M)^t, whatever the source",
    kind=Kind.EXACT,
    statistic="heterozygosity",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(50, (0.6, 0.3, 0.1)), t=(0, 1, 2, 10)),
        Example(example(7, (0.37, 0.25, 0.2, 0.1, 0.05, 0.03)), t=(1, 5, 30, np.inf)),
        Example(example(1, (0.5, 0.5)), t=(0, 1, 3, np.inf), simulate=False),
        Example(example(10**9, (1 - 1e-12, 1e-12)), t=(1, 1000), simulate=False),
    ),
    sources=(
        Source("wright1931evolution", "", "cited", "not compared", "the decay by 1-1/(2N) among N diploid parents"),
        Source(
            "seddik2024bad",
            "",
            "cited",
            "its m counts generations",
            "the expected sum of squared probabilities, 1 - E H",
        ),
    ),
)
