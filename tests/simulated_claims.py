"""Every claim beside chains: which runs its examples need, how many chains, and what each comparison says against it.

One run serves every claim about the same scenario. A run has as many chains as a fixed amount of work allows, and the
smallest bias a comparison detects is known: (limit + DETECTED) standard errors are missed once in a thousand times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from simulations.compare import z_score
from simulations.ensemble import EnsembleResult, Requested, run_ensemble
from simulations.precision import carried_by_few
from theory.claim import Claim, Example, Kind
from theory.claims import claims
from theory.scenario import Scenario

SEED = 20_261_121
GAUSSIAN_CHAINS, VECTOR_CHAINS = 2**17, 2**15
TOKEN_DRAWS = 2**26  # chains times generations times points of one run
ROW_NUMBERS = 2**25  # chains times generations times the numbers in the rows of a regression
HOST_CHAINS = 20_000  # of a family whose chains are drawn one by one
FEWEST_CHAINS, MOST_CHAINS = 2**12, 2**17
ENDED = 40  # a token chain that is only resampled has not ended after 40 M generations once in e^40 times
COLLAPSE = {family: f"{family}-replace-collapse-time" for family in ("gaussian", "uniform")}
UNCOLLAPSED = 1e-9  # so few chains have not collapsed at half the time that is run, and of those as few at its end
DETECTED = 3.1  # standard errors beyond the limit


@dataclass(frozen=True)
class Run:
    """What one ensemble must record for the claims about its scenario."""

    scenario: Scenario
    statistics: tuple[Requested, ...]
    record: tuple[int, ...]
    replicates: int

    def ensemble(self, seed: int = SEED) -> EnsembleResult:
        """The chains, on a stream of their own for each seed."""
        return run_ensemble(
            self.scenario, generations=self.record[-1], replicates=self.replicates, seed=seed,
            statistics=self.statistics, record=self.record,
        )  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """One number of a claim beside one of a run; ``against`` is in standard errors, one-sided for a bound."""

    where: str
    theory: float
    simulation: float
    against: float
    detects: float  # the smallest relative bias that is found
    judged: bool  # False where so few chains carry the mean that its error is not normal


def simulated(claim: Claim) -> tuple[Example, ...]:
    """The examples to run; a refuted statement has nothing to agree with."""
    return () if claim.kind is Kind.REFUTED else tuple(e for e in claim.examples if e.simulate and times(e))


def times(example: Example) -> dict[float, int]:
    """Each t of an example and the generation in which it is measured: a limit, once all resampled texts have ended.

    A time asked for by its threshold is measured once all chains have collapsed.
    """
    measured = {t: int(t) for t in example.t if np.isfinite(t)}
    if np.inf in example.t and example.scenario.family in COLLAPSE and example.at is not None:
        law = claims()[COLLAPSE[example.scenario.family]].quantile
        late = law(example.scenario, np.array([np.inf]), np.array([1 - UNCOLLAPSED]), example.at)
        measured[np.inf] = 2 * int(late[0, 0])
    if np.inf in example.t and example.scenario.family == "tokens" and example.scenario.retention.kind == "replace":
        measured[np.inf] = ENDED * example.scenario.sample_size.constant
    return measured


def runs(claims: Iterable[Claim]) -> dict[str, Run]:
    """One run for each scenario, by digest, with every statistic and generation that some claim needs there."""
    wanted: dict[str, tuple[Scenario, dict[Requested, None], set[int]]] = {}
    for claim in claims:
        for example in simulated(claim):
            _, statistics, record = wanted.setdefault(example.scenario.digest, (example.scenario, {}, set()))
            statistics[Requested(claim.statistic, example.at)] = None
            record.update(times(example).values())
    return {
        digest: Run(scenario, tuple(statistics), tuple(sorted(record)), replicates(scenario, max(record)))
        for digest, (scenario, statistics, record) in wanted.items()
    }


def replicates(scenario: Scenario, generations: int) -> int:
    """Chains: many for a Gaussian, for tokens as many as the draws allow."""
    if scenario.family == "gaussian":
        return GAUSSIAN_CHAINS if scenario.source.dimension == 1 else VECTOR_CHAINS
    if scenario.family == "poisson":
        return HOST_CHAINS
    if scenario.family == "regression":
        numbers = scenario.first_size * (scenario.source.dimension + 1) * max(generations, 1)
        return int(np.clip(ROW_NUMBERS // numbers, FEWEST_CHAINS, MOST_CHAINS))
    points = scenario.sample_size.at(1) * max(generations, 1)
    return int(np.clip(TOKEN_DRAWS // points, FEWEST_CHAINS, MOST_CHAINS))


@cache
def chains(run: Run) -> EnsembleResult:
    """The ensemble of a run, made once."""
    return run.ensemble()


def compared(claim: Claim, example: Example, run: Run, result: EnsembleResult, limit: float) -> list[Compared]:
    """The claim at every t of one example beside the run of its scenario."""
    row = result.labels.index(Requested(claim.statistic, example.at).label)
    few = carried_by_few(
        run.scenario, claim.statistic, result.mean[row], result.standard_error[row], result.effective_replicates[row],
        result.replicates,
    )  # fmt: skip
    rows = []
    for t, generation in times(example).items():
        place = int(np.searchsorted(result.record, generation))
        theory = float(claim.value(example.scenario, np.array([t], dtype=np.float64), example.at)[0])
        mean, error = float(result.mean[row, place]), float(result.standard_error[row, place])
        promised = 0.0 if claim.error is None else abs(theory) * claim.error(example.scenario, t, example.at)
        nearest = float(np.clip(mean, theory - promised, theory + promised)) if promised else theory
        z = z_score(nearest, mean, error, result.replicates, generation)
        against = {Kind.UPPER_BOUND: z, Kind.LOWER_BOUND: -z}.get(claim.kind, abs(z))
        detects = (limit + DETECTED) * error / abs(theory) if theory else np.inf
        where = f"{claim.id}, t = {t:g}, {result.replicates} chains, seed {SEED}, {example.scenario.canonical()}"
        rows.append(Compared(where, theory, mean, against, detects, not few[place]))
    return rows
