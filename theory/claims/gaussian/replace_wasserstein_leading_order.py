r"""For $t\ll M$ the expected squared Wasserstein distance is $\frac32 v_0 t/M$ under both usual divisors.

Unbiased, the mean contributes $v_0t/M$ and the standard deviation half as much; under maximum likelihood the whole
comes from the standard deviation and its product with that of the source. The difference between the divisors,
unbounded or bounded, is of second order in $t/M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_REPLACE, divisor_is, sample_size_at_least
from theory.claims.gaussian.one_fit import root_mean_factor
from theory.claims.gaussian.replace import bindings, setting
from theory.claims.gaussian.replace_wasserstein import CLAIM as EXACT
from theory.claims.gaussian.replace_wasserstein import distance, reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, L, M, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """The exact expectation under each divisor, the first terms of c, and the slope in 1/M at 0."""
    u, z = sp.symbols("u z", positive=True)
    d = Derivation(
        "With u = 1/M, the exact expectation is v_0 f(u) with f(0) = 0; the leading term is its slope at 0, for "
        "fixed t."
    )
    exact = EXACT.statement.rhs
    d.algebra(
        exact.subs(L, M - 1), v0 * (t / M + 2 * (1 - root_mean_factor.subs(L, M - 1) ** t)),
        because="the exact expectation for the unbiased divisor",
    )  # fmt: skip
    d.algebra(exact.subs(L, M), 2 * v0 * (1 - root_mean_factor.subs(L, M) ** t), because="and under maximum likelihood")
    d.given(
        sp.gamma(z + sp.Rational(1, 2)) / (sp.gamma(z) * sp.sqrt(z)), 1 - 1 / (8 * z), relation=r"\sim", source="dlmf",
        check=first_terms_of_the_quotient,
        because="to order 1/z^2; with z = (M-1)/2 the mean root factor is c = sqrt((M-1)/L) (1 - 1/(4(M-1)))",
    )  # fmt: skip
    c = 1 - u / (4 * (1 - u))
    slopes = [
        d.algebra(
            sp.Subs(sp.Derivative(v0 * f, u), u, 0) / M, 3 * v0 * t / (2 * M), because=f"the leading term, {name}"
        )
        for f, name in (
            (t * u + 2 * (1 - c**t), "unbiased: sqrt((M-1)/L) = 1"),
            (2 * (1 - (sp.sqrt(1 - u) * c) ** t), "under maximum likelihood: sqrt((M-1)/L) = sqrt(1-u)"),
        )
    ]
    return d.concludes(Asymptotically(E(distance**2), slopes[0].rhs))


def first_terms_of_the_quotient() -> list[Verdict]:
    """The remainder times z^2 tends to 1/128, the next coefficient."""
    with mpmath.workdps(40):
        half = mpmath.mpf(1) / 2
        return [
            agree((mpmath.gammaprod([z + half], [z]) / mpmath.sqrt(z) - 1 + 1 / (8 * z)) * 128 * z**2, 1, 10 / z)
            for z in (mpmath.mpf(10) ** 6, mpmath.mpf(10) ** 8)
        ]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """(3/2) v_0 t/M in squared data units; t counts fits."""
    return 1.5 * scenario.source.variance * generations / scenario.sample_size.constant


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """At most t/M, relative to the exact value: a bound that every example keeps, and that the limit is measured by."""
    return generation / scenario.sample_size.constant


CLAIM = Claim(
    id="gaussian-replace-wasserstein2-leading-order",
    title="For t far below M the expected squared Wasserstein distance is about (3/2) v_0 t/M, unbiased or maximum "
    "likelihood",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared",
    assumptions=(*GAUSSIAN_REPLACE, divisor_is("mle", "unbiased"), sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    regime="M grows and t stays fixed",
    examples=(
        Example(setting(2, "unbiased"), t=(1, 2), simulate=False),
        Example(setting(10, "unbiased"), t=(1, 5, 10, 100), simulate=False),
        Example(setting(10, "mle"), t=(1, 5, 50), simulate=False),
        Example(setting(1000, "mle"), t=(1, 10), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Supplement, Eq. 6", "reported", "its n + 1 is t",
            "(3/2) v_0 sum_i 1/M_i to first order, for the unbiased divisor and sample sizes that may vary",
        ),
    ),
)  # fmt: skip
