r"""Equal batches, all kept, preserve $\sin(\pi/\sqrt M)/(\pi/\sqrt M)$ of the heterozygosity for ever.

This fraction is the product $\prod_{k\ge1}(1-1/(Mk^2))$, Euler's for the sine: about $1-\pi^2/(6M)$, so ten
points a generation lose 16 % in all, and a single point a generation everything.
"""

import numpy as np
import sympy as sp

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.tokens import accumulate_heterozygosity as every_batch
from theory.claims.tokens.enumeration import digits, first_batch, reference, source_heterozygosity
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity
from theory.laws.symbols import H0, N1, E, M, t
from theory.scenario import Scenario

EQUAL_BATCHES = Assumption(
    "the first batch is as large as the others",
    lambda s: s.sample_size is not None and first_batch(s) == s.sample_size.constant,
)


def derive() -> Derivation:
    """The Gamma functions of the general case at N_1 = M, their limit, and the reflection formula."""
    s = 1 / sp.sqrt(M)
    d = every_batch.derive()
    constant = H0 / (sp.gamma(1 - s) * sp.gamma(1 + s))
    d.algebra(
        d.conclusion.rhs.subs(N1, M),
        constant * sp.gamma(t + 1 - s) * sp.gamma(t + 1 + s) / sp.gamma(t + 1) ** 2,
        because="equal batches: N_1 = M",
    )
    sine = d.algebra(
        constant,
        H0 * sp.sin(sp.pi / sp.sqrt(M)) / (sp.pi / sp.sqrt(M)),
        because="the factor in t tends to 1, as above; this constant is the reflection formula",
    )
    return d.concludes(sp.Eq(E(sp.Symbol(r"H_\infty")), sine.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return {M: scenario.sample_size.constant, H0: digits(source_heterozygosity(scenario))}


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 sin(pi/sqrt(M)) / (pi/sqrt(M)), exactly 0 for M = 1."""
    size = scenario.sample_size.constant
    return heterozygosity(scenario.source.distribution()) * (float(np.sinc(size**-0.5)) if size > 1 else 0.0)


CLAIM = Claim(
    id="tokens-accumulate-heterozygosity-limit",
    title="Accumulating equal batches preserves sin(pi/sqrt(M))/(pi/sqrt(M)) of the heterozygosity",
    kind=Kind.EXACT,
    statistic="heterozygosity",
    assumptions=(*every_batch.TOKENS_ACCUMULATE, EQUAL_BATCHES),
    derive=derive,
    bindings=bindings,
    evaluate=every_batch.evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(
        Example(every_batch.example(size), t=(np.inf,), simulate=False) for size in (1, 2, 10, 100, 10**9)
    ),
    sources=(
        Source(
            "gerstgrasser2024inevitable", "Theorem 2", "reported", "its n is t",
            "the bound pi^2/6 on the inflation, for the test error of linear regression that keeps its inputs",
        ),
        Source(
            "btl2026inflation", "", "cited", "its t is t",
            "the same product and sine for two tokens (K = 2), as a variance: p(1-p) minus what is here",
        ),
    ),
)  # fmt: skip
