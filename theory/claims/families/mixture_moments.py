r"""What claims about the mean and the variance of a whole refitted mixture share: it has those of the points it sees.

Wherever the likelihood of a mixture of normals is stationary, and after every step towards it, its mean is that of the
points and its variance their mean squared deviation: whether components overlap, die or are alone. Expectations of both
follow from means and variances of the laws that the points are drawn from, so that they are those of one normal law.
"""

import sympy as sp

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, MIXTURE, UNDISTURBED
from theory.claims.exact_claims import exact_claim
from theory.derivation import Derivation
from theory.scenario import Scenario, parse_scenario

POOLED = Assumption(
    "the points of a fit count alike: no weights on batches and no forgetting",
    lambda s: s.retention.kind not in ("weighted", "forgetting"),
)
OVERLAPPING = {"weights": [0.3, 0.7], "means": [-1.0, 1.5], "variances": [1.0, 0.25]}
APART = {"weights": [0.25, 0.75], "means": [0.0, 40.0], "variances": [1.0, 0.5]}


def assumptions(statistic: str) -> tuple[Assumption, ...]:
    """A mixture under a policy for which an exact claim knows the statistic of one normal law."""
    on_one = Assumption(
        f"an exact claim covers {statistic} of one normal law, fitted by maximum likelihood",
        lambda s: MIXTURE.holds(s) and POOLED.holds(s) and exact_claim(one_normal(s), statistic) is not None,
    )
    return (MIXTURE, POOLED, FAITHFUL, UNDISTURBED, on_one)


def one_normal(scenario: Scenario) -> Scenario:
    """The same policy and sizes for the normal law N(0, 1)."""
    source = {"kind": "gaussian", "mean": 0.0, "variance": 1.0}
    return parse_scenario(
        scenario.dump() | {"source": source, "estimator": {"kind": "moments", "divisor": "mle"}}
    )  # fmt: skip


def whole_variance(scenario: Scenario) -> sp.Rational:
    """That of the source, as a fraction."""
    weights, means, variances = (
        [exact(value) for value in values]
        for values in (scenario.source.weights, scenario.source.means, scenario.source.variances)
    )
    total = sum(weights)
    mean = sum(w * m for w, m in zip(weights, means, strict=True)) / total
    return sum(w * (s + (m - mean) ** 2) for w, m, s in zip(weights, means, variances, strict=True)) / total


def fitted_moments(d: Derivation) -> None:
    """The moments of a fitted mixture, and what their expectations are made of."""
    x1, x2, a, b, e = sp.symbols("x_1 x_2 a b e", real=True)
    r1, r2 = sp.symbols("r_1 r_2", positive=True)
    parts = ((r1, r2), (1 - r1, 1 - r2))
    weights = [sum(r) / 2 for r in parts]
    means = [(r[0] * x1 + r[1] * x2) / sum(r) for r in parts]
    middle, m = (x1 + x2) / 2, sp.Symbol("m")
    d.algebra(
        sp.Add(*(w * m for w, m in zip(weights, means, strict=True)), evaluate=False), middle,
        because="two points and two components, the first responsible for r_1 of one and r_2 of the other: where the "
        "likelihood is stationary its weight is the mean of both and its mean that of the points so weighted, and "
        "the mean of the mixture is that of the points; more of either are sums in the same way",
    )  # fmt: skip
    d.algebra(
        sp.Subs(r1 * (x1 - m) ** 2 + r2 * (x2 - m) ** 2 + (r1 + r2) * m**2, m, means[0]), r1 * x1**2 + r2 * x2**2,
        because="and its variance likewise: that of a component times its weight, and its squared mean times that, are "
        "the squares of the points so weighted. Over components the responsibilities for a point add up to 1: the mean "
        "square of the mixture is that of the points, and its variance their mean squared deviation",
    )  # fmt: skip
    d.algebra(
        ((a - b + e) ** 2 + (a - b - e) ** 2) / 2, (a - b) ** 2 + e**2,
        because="squared differences of points and means: errors of independent draws have the mean 0 and enter by "
        "their squares alone, so that expectations depend on the means and the variances of the models that were "
        "drawn from, not on their shape",
    )  # fmt: skip


def setting(components: dict, size: int | dict | None = 12, **retention) -> Scenario:
    """A scenario for the examples; without a size the policy has its own."""
    schedule = size if isinstance(size, dict) else {"kind": "constant", "size": size}
    return parse_scenario(
        {"source": {"kind": "mixture", **components}, "retention": retention or {"kind": "replace"}}
        | ({} if size is None else {"sample_size": schedule})
    )  # fmt: skip
