"""What theory says of a setting: the strongest claim whose assumptions hold answers, with its name and kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from theory.claim import Claim, Kind
from theory.claims import claims
from theory.claims.assumptions import retains
from theory.scenario import QUANTITIES, InputError, Scenario, statistic_called

REPLACED = retains("replace")


class NotCovered(InputError):
    """No claim covers this statistic of this scenario; the line says which assumption of the nearest claim fails."""


@dataclass(frozen=True)
class Prediction:
    """Values at each ``t`` with the claim behind each, or both sides of a pair of bounds.

    ``claim`` and ``kind`` have an entry for each t; of a pair of bounds the lower's, then the upper's, whatever t.
    """

    statistic: str
    t: tuple[float, ...]
    value: Float[np.ndarray, "T *entries"]  # entries: those of a vector-valued statistic
    claim: tuple[str, ...]
    kind: tuple[str, ...]
    lower: Float[np.ndarray, " T"] | None = None  # set, with ``upper``, where only bounds are known
    upper: Float[np.ndarray, " T"] | None = None

    def said(self, place: int) -> list[tuple[str, str, float]]:
        """What is said of the t at this place: claim, kind and value, twice where a pair of bounds answers."""
        if self.lower is None or self.upper is None:
            return [(self.claim[place], self.kind[place], self.value[place])]
        return list(zip(self.claim, self.kind, (self.lower[place], self.upper[place]), strict=True))


@dataclass(frozen=True)
class Quantiles:
    """The law of a single chain: at each ``t`` the level below which it lies with each probability ``q``."""

    statistic: str
    t: tuple[float, ...]
    q: tuple[float, ...]
    value: Float[np.ndarray, "T Q"]
    claim: str
    kind: str


def predict(scenario: Scenario, statistic: str, t: Sequence[float] = (), at: float | None = None) -> Prediction:
    """The strongest applicable claim's value at every generation; exact before bound before asymptotic.

    ``t`` counts fits (0 is the source, ``inf`` asks for the limit). Raises ``InputError`` for an unknown statistic or a
    bad argument and ``NotCovered`` where no claim answers.
    """
    generations, at, answering = _question(scenario, statistic, t, at)
    refusals: list[InputError] = []
    for place, best in enumerate(answering):
        if best.kind in (Kind.UPPER_BOUND, Kind.LOWER_BOUND):
            return _bounds(answering[place:], statistic, generations, scenario, at)
        try:
            value = best.value(scenario, generations, at)
        except InputError as beyond:  # the next claim may know it where this one would take too long
            refusals.append(beyond)
            continue
        size = generations.size
        return Prediction(statistic, tuple(generations.tolist()), value, (best.id,) * size, (best.kind.value,) * size)
    raise refusals[0]


def predictions(
    scenario: Scenario, statistic: str, t: Sequence[float] = (), at: float | None = None
) -> list[Prediction]:
    """What every applicable claim says by itself, strongest first; errors as ``predict`` raises them."""
    generations, at, answering = _question(scenario, statistic, t, at)
    said, refusals = [], []
    for claim in answering:
        try:
            value, size = claim.value(scenario, generations, at), generations.size
        except InputError as beyond:
            refusals.append(beyond)
            continue
        said.append(
            Prediction(
                statistic, tuple(generations.tolist()), value, (claim.id,) * size, (claim.kind.value,) * size,
                lower=value if claim.kind is Kind.LOWER_BOUND else None,
                upper=value if claim.kind is Kind.UPPER_BOUND else None,
            )
        )  # fmt: skip
    if not said:
        raise refusals[0]
    return said


def quantiles(
    scenario: Scenario, statistic: str, t: Sequence[float], q: Sequence[float], at: float | None = None
) -> Quantiles:
    """Quantiles over chains by the strongest claim that knows the law of one chain, for probabilities 0 < q < 1.

    Raises ``InputError`` as ``predict`` does and for a probability out of range, ``NotCovered`` where no claim knows
    the law.
    """
    generations = np.asarray(_generations(statistic, t, scenario), dtype=np.float64)
    probabilities = np.asarray(q, dtype=np.float64)
    for level in probabilities:
        if not 0 < level < 1:
            raise InputError(f"q must lie between 0 and 1, both excluded, got {level:g}")
    refusal = NotCovered(f"{statistic}: no claim knows its law in a single chain here, so there are no quantiles")
    for claim in claims_about(scenario, statistic):
        if claim.quantile is not None and _can_answer(claim, scenario, generations):
            at = QUANTITIES[statistic].checked_argument(at, scenario.family)
            try:
                value = claim.quantile(scenario, generations, probabilities, at)
            except InputError as beyond:  # the next claim may know it where this one would take too long
                refusal = beyond
                continue
            levels = tuple(probabilities.tolist())
            return Quantiles(statistic, tuple(generations.tolist()), levels, value, claim.id, claim.kind.value)
    raise refusal


def claims_about(scenario: Scenario, statistic: str) -> list[Claim]:
    """Claims that cover the scenario, strongest first; refuted statements never answer."""
    covering = [
        claim
        for claim in claims().values()
        if claim.statistic == statistic and claim.kind is not Kind.REFUTED and claim.covers(scenario)
    ]
    return sorted(covering, key=lambda claim: claim.kind.strength)


def reason_not_covered(scenario: Scenario, statistic: str, limit: bool = False, latest: float = 0.0) -> str:
    """One line: the nearest claim (fewest assumptions failing) and what fails in it, or which t is out of its reach."""
    covering = claims_about(scenario, statistic)
    reach = max((claim.reach(scenario) if claim.reach else np.inf for claim in covering), default=np.inf)
    if latest > reach == 0:
        return f"{statistic}: only the limit t = inf is covered in this scenario, got t = {latest:.0f}"
    if latest > reach:
        or_limit = ", or inf," if any(claim.knows_limit(scenario) for claim in covering) else ","
        return f"{statistic}: t must be at most {reach:.0f} in this scenario{or_limit} got {latest:.0f}"
    if limit and covering:
        return f"{statistic}: no claim gives the limit t = inf here; a finite t is covered"
    nearest = nearest_claim(scenario, statistic)
    if nearest is None:
        return f"{statistic}: no claim is about this statistic yet"
    failing = "; ".join(nearest.failing_assumptions(scenario))
    return f"{statistic}: no claim covers this scenario; the nearest is {nearest.id}, which assumes that {failing}"


def nearest_claim(scenario: Scenario, statistic: str) -> Claim | None:
    """The claim in which fewest assumptions fail; of equals, of this family, retention, strongest, of replacement."""
    candidates = [
        claim for claim in claims().values() if claim.statistic == statistic and claim.kind is not Kind.REFUTED
    ]

    def distance(claim: Claim) -> tuple[int, bool, bool, int, bool]:
        failing = claim.failing_assumptions(scenario)
        other_family = all(example.scenario.family != scenario.family for example in claim.examples)
        other_retention = any("retention" in name for name in failing)
        # replacement is the policy of which most is known: the same claim family then answers for every statistic
        return len(failing), other_family, other_retention, claim.kind.strength, REPLACED.name not in failing

    return min(candidates, key=distance, default=None)


def statistics_of(scenario: Scenario) -> list[str]:
    """Names of the statistics that say something of the scenario's source, in the order of the vocabulary."""
    line = getattr(scenario.source, "dimension", 1) == 1
    return [
        name
        for name, quantity in QUANTITIES.items()
        if scenario.family in quantity.families
        and not (quantity.several_dimensions if line else quantity.one_dimension)
    ]


def _question(
    scenario: Scenario, statistic: str, t: Sequence[float], at: float | None
) -> tuple[Float[np.ndarray, " T"], float | None, list[Claim]]:
    """The generations and the argument, checked, with the claims that answer, at least one."""
    generations = np.asarray(_generations(statistic, t, scenario), dtype=np.float64)
    vocabulary = getattr(scenario.source, "vocabulary", None)
    at = QUANTITIES[statistic].checked_argument(at, scenario.family, vocabulary)
    answering = answering_claims(scenario, statistic, generations)
    if not answering:
        latest = float(np.max(generations, initial=0.0, where=np.isfinite(generations)))
        raise NotCovered(reason_not_covered(scenario, statistic, bool(np.isinf(generations).any()), latest))
    return generations, at, answering


def answering_claims(scenario: Scenario, statistic: str, generations: Float[np.ndarray, " T"]) -> list[Claim]:
    """Claims that answer at all these generations, strongest first."""
    return [claim for claim in claims_about(scenario, statistic) if _can_answer(claim, scenario, generations)]


def _can_answer(claim: Claim, scenario: Scenario, generations: np.ndarray) -> bool:
    finite = generations[np.isfinite(generations)]
    if finite.size < generations.size and not claim.knows_limit(scenario):
        return False
    return claim.reach is None or finite.max(initial=0.0) <= claim.reach(scenario)


def _bounds(
    answering: list[Claim], statistic: str, generations: np.ndarray, scenario: Scenario, at: float | None
) -> Prediction:
    """Both sides, each by the claim that is tightest in the sum over the generations asked for."""
    sides: dict[Kind, Claim] = {}
    values: dict[Kind, np.ndarray] = {}
    for claim in (claim for claim in answering if claim.kind in (Kind.UPPER_BOUND, Kind.LOWER_BOUND)):
        sign = 1.0 if claim.kind is Kind.UPPER_BOUND else -1.0
        value = claim.value(scenario, generations, at)
        if claim.kind not in sides or sign * value.sum() < sign * values[claim.kind].sum():
            sides[claim.kind], values[claim.kind] = claim, value
    known = [kind for kind in (Kind.LOWER_BOUND, Kind.UPPER_BOUND) if kind in sides]
    repeated = 1 if len(known) == 2 else generations.size
    return Prediction(
        statistic,
        tuple(generations.tolist()),
        values[known[-1]],
        tuple(sides[kind].id for kind in known) * repeated,
        tuple(kind.value for kind in known) * repeated,
        lower=values.get(Kind.LOWER_BOUND),
        upper=values.get(Kind.UPPER_BOUND),
    )


def _generations(statistic: str, t: Sequence[float], scenario: Scenario) -> Sequence[float]:
    """Check the statistic and its generations; times and final values default to t = inf."""
    quantity = statistic_called(statistic)
    if scenario.family not in quantity.families:
        families = f"famil{'y' if len(quantity.families) == 1 else 'ies'} {', '.join(quantity.families)}"
        raise InputError(f"statistic {statistic} belongs to the {families}, got a source of family {scenario.family}")
    if quantity.final:
        if any(np.isfinite(generation) for generation in t):
            named = ",".join(f"{generation:.15g}" for generation in t[:8]) + (",..." if len(t) > 8 else "")
            raise InputError(f"statistic {statistic} belongs to the whole chain: t must be inf, got {named}")
        return t or (np.inf,)
    for generation in t:
        if np.isnan(generation) or generation < 0 or (np.isfinite(generation) and generation != int(generation)):
            raise InputError(f"t must be whole numbers from 0 on, or inf, got {generation}")
    if not len(t):
        raise InputError(f"t must name at least one generation for statistic {statistic}")
    return t
