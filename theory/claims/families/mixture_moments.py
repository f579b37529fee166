r"""What claims about the mean and the variance of a whole refitted mixture share: it has those of the points it sees.

Wherever the likelihood of a mixture of normals is stationary, and after every step towards it, its mean is that of the
points and its variance their mean squared deviation: whether components overlap, die or are alone. Expectations of both
follow from means and variances of the laws that the points are drawn from, so that they are those of one normal law.
"""

from dataclasses import dataclass

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, exact
from theory.claims.assumptions import FAITHFUL, MIXTURE, UNDISTURBED
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.families.mixture_heterozygosity import setting as components
from theory.derivation import Derivation
from theory.laws.symbols import t, v0
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


@dataclass(frozen=True)
class OfOneNormal:
    """A statistic that is the variance of the source times that of one normal law, ``of_one`` in the statement."""

    statistic: str
    of_one: type

    def derive(self, introduction: str, mean: sp.Expr) -> Derivation:
        """Mixture and normal law follow one linear recursion."""
        d, a = Derivation(introduction), sp.Symbol("a")
        fitted_moments(d)
        said = d.solves(
            mean, v0 * self.of_one(t), index=t, initial=(0, v0 * self.of_one(0)),
            next_value=v0 * self.of_one(t + 1) + a * (mean - v0 * self.of_one(t)),
            because="the same linear recursion for mixture and normal law in units of v_0, the source's variance: what "
            "they differ by follows it without its constant term, here with one coefficient a, and is 0 for the source",
        )  # fmt: skip
        return d.concludes(sp.Eq(mean, said.rhs, evaluate=False))

    def bindings(self, scenario: Scenario, generation: int, at: None = None) -> dict:
        """The normal law's own statement."""
        line = one_normal(scenario)
        number = sp.Float(self._claim(line).algebra_value(line, int(generation)), 40)
        return {t: generation, v0: whole_variance(scenario), self.of_one: lambda generation: number}

    def evaluate(
        self, scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None
    ) -> Float[np.ndarray, " T"]:
        """Of the whole mixture, in squared data units; t counts fits."""
        line = one_normal(scenario)
        return float(whole_variance(scenario)) * self._claim(line).evaluate(line, generations, None)

    def limit(self, scenario: Scenario, at: None = None) -> float:
        """The limit for one normal law, where it is known."""
        line = one_normal(scenario)
        return float(whole_variance(scenario)) * float(self._claim(line).limit(line, None))

    def reference(self, scenario: Scenario, generation: float, at: None = None) -> mpf:
        """The route that checks the claim about one normal law."""
        line, unit = one_normal(scenario), whole_variance(scenario)
        with mpmath.workdps(40):
            return mpf(int(unit.p)) / int(unit.q) * self._claim(line).reference(line, generation, None)

    def settles(self, scenario: Scenario) -> bool:
        """Whether the limit is known."""
        return settles(self.statistic)(one_normal(scenario))

    def reach(self, scenario: Scenario) -> float:
        """The largest finite t that is known."""
        return reach_of(self.statistic)(one_normal(scenario))

    def _claim(self, line: Scenario) -> Claim:
        found = exact_claim(line, self.statistic)
        assert found is not None
        return found


def setting(components: dict, size: int | dict | None = 12, **retention) -> Scenario:
    """A scenario for the examples; without a size the policy has its own."""
    schedule = size if isinstance(size, dict) else {"kind": "constant", "size": size}
    return parse_scenario(
        {"source": {"kind": "mixture", **components}, "retention": retention or {"kind": "replace"}}
        | ({} if size is None else {"sample_size": schedule})
    )  # fmt: skip


EXAMPLES = (
    Example(components(60, 0.2), t=(1, 5)),
    Example(setting(OVERLAPPING), t=(1, 4), simulate=False),
    Example(setting(OVERLAPPING, kind="accumulate"), t=(1, 3), simulate=False),
    Example(setting(APART, kind="real_share", scheme="stratified", share=0.25), t=(1, 5), simulate=False),
    Example(setting(APART, kind="real_share", scheme="iid", share=0.3), t=(0, 2, np.inf), algebra=False,
            simulate=False),
    Example(setting(OVERLAPPING, kind="real_share", scheme="fixed", share=0.25), t=(1, 3), simulate=False),
    Example(setting(APART, {"kind": "explicit", "sizes": [12, 6, 9]}), t=(1, 3), simulate=False),
    Example(setting(APART, kind="window", length=2), t=(2, 4), simulate=False),
    Example(setting(APART, None, kind="pool", real=[10, 5, 5], synthetic=[0, 5, 5]), t=(1, 3), simulate=False),
    Example(setting(APART, kind="accumulate_subsample", replacement=False), t=(3, np.inf), algebra=False,
            simulate=False),
    Example(setting(OVERLAPPING, 10**9), t=(10**6, np.inf), algebra=False, simulate=False),
    Example(setting(OVERLAPPING, 2), t=(0, 1, 3), algebra=False, simulate=False),
)  # fmt: skip
