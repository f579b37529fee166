r"""What theory says of a model by counting before it is trained: no number in it is fitted to a chain.

A unigram model refitted to its own text is a token distribution under resampling, with the real text's
frequencies as its source, and every measured expectation is exact. Elsewhere the same formulas are used as if
tokens (and, for what is read off pairs, pairs) were drawn independently: an approximation, put to the test. Where
real tokens come in stretches, the fate of rare types is predicted from how they are clustered in the real text,
and what independent real tokens would have done is kept beside it. Expected masses of bands are exact everywhere:
the text of either model is stationary.

This module reads finished logs and runs no chain.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from simulations.models.log import TrainingLog
from simulations.models.measurements import BANDS
from simulations.models.protocol import Arm
from theory.claim import Kind
from theory.laws.refitted_text import Presence, clustered_presence, token_fates
from theory.predict import NotCovered, predict
from theory.scenario import Scenario, parse_scenario
from theory.scenario.errors import InputError

CONFIDENCE = 0.95
FEWEST_EVENTS = 100.0  # types lost, and kept, over all chains, below which a survival has no z
CLAIMED = ("vocabulary", "heterozygosity", "lost_mass", "entropy")

Trajectories = dict[str, Float64[np.ndarray, " T"]]
"""By label of a measurement, for t = 1 … T."""


@dataclass(frozen=True)
class ForecastRow:
    """One expectation beside the mean of the chains: one arm, statistic (and band of real counts), generation."""

    arm: str
    statistic: str
    band: str | None
    t: int
    predicted: float
    independent: float  # the prediction as if tokens, or pairs, were drawn independently
    kind: str  # "exact" or "approximation"
    basis: str  # the claim's id, or in words what the prediction comes from
    observed: float  # mean over chains
    low: float  # of the 95 % interval of that mean, by Student's t
    high: float
    spread: float  # standard deviation over chains
    chains: int
    z: float | None  # the normal score of Student's t; None where the chains do not vary or too few events decide

    @property
    def label(self) -> str:
        """``vocabulary`` or ``survival@3-4``."""
        return self.statistic if self.band is None else f"{self.statistic}@{self.band}"

    @property
    def relative_error(self) -> float:
        """observed / predicted - 1, nan where 0 is predicted."""
        return self.observed / self.predicted - 1.0 if self.predicted else float("nan")


def refits(t: int) -> int:
    """The generation of theory that model ``t`` of a log is: t - 1.

    A log's model 1 is fitted to the whole real text, so it *is* the source of theory's generation 0, and model t
    has been resampled t - 1 times since. The shift is made here and nowhere else.
    """
    return t - 1


def scenario_of(log: TrainingLog, arm: Arm) -> Scenario:
    """One arm of a unigram log in the vocabulary of theory: the real text's law, M tokens, fresh real tokens.

    Token i of its source is the i-th most frequent type. Ask it about generation ``refits(t)``.
    """
    if not independent_tokens(log, arm):
        raise InputError(
            "only a unigram model whose real tokens are drawn one by one (stretch 1) is a scenario, "
            f"got {log.protocol.model} with stretch {log.protocol.stretch}"
        )
    probabilities = [count / log.text.size for count, types in reversed(log.text.tokens) for _ in range(types)]
    fresh = {"kind": "real_share", "scheme": "stratified", "real": arm.real}
    return parse_scenario(
        {
            "source": {"kind": "tokens", "probabilities": probabilities},
            "sample_size": {"kind": "constant", "size": log.text.size},
            "retention": fresh if arm.real else {"kind": "replace"},
        }
    )


def independent_tokens(log: TrainingLog, arm: Arm) -> bool:
    """Whether every token of a training text is drawn independently of the others."""
    return log.protocol.model == "unigram" and (log.protocol.stretch == 1 or arm.real == 0)


def forecast(log: TrainingLog) -> list[ForecastRow]:
    """Every measured statistic of every arm and generation, predicted and observed, in the order of the log.

    Raises ``InputError`` where an arm has fewer than two chains or runs longer than the laws reach.
    """
    return [row for arm in log.arms for row in _arm_rows(log, arm)]


def expectations(log: TrainingLog, arm: Arm) -> Trajectories:
    """E of every measured statistic as if tokens, and pairs, were drawn independently."""
    fates = token_fates(log.text.tokens, arm.real, refits(log.t[-1]))
    values = _of_presence(fates.presence)
    values |= {"heterozygosity": fates.heterozygosity(), "entropy": fates.entropy()}
    if log.protocol.model == "bigram":
        pairs = token_fates(log.text.pairs, arm.real, refits(log.t[-1]))
        values |= {"bigrams": pairs.presence.vocabulary(), "entropy_rate": pairs.entropy() - values["entropy"]}
    return _by_generation(log, values)


def clustered_expectations(log: TrainingLog, arm: Arm) -> Trajectories:
    """What the clustering of the real text changes: the fate of rare types whose real copies come in stretches."""
    if arm.real == 0 or log.protocol.stretch == 1:
        return {}
    plain = token_fates(log.text.tokens, arm.real, refits(log.t[-1])).presence
    values = _of_presence(clustered_presence(plain, log.text.stretches, log.protocol.stretch, arm.real))
    changed = {label: value for label, value in values.items() if not label.startswith("band_mass")}
    return _by_generation(log, changed)


def claimed_expectations(log: TrainingLog, arm: Arm) -> dict[str, tuple[Float64[np.ndarray, " T"], str]]:
    """What exact claims say of an arm that is a scenario, with their ids; by statistic."""
    if not independent_tokens(log, arm):
        return {}
    scenario, answers = scenario_of(log, arm), {}
    for statistic in CLAIMED:
        try:
            prediction = predict(scenario, statistic, [refits(t) for t in log.t])
        except NotCovered:
            continue
        if set(prediction.kind) == {Kind.EXACT.value}:
            answers[statistic] = (prediction.value, " and ".join(dict.fromkeys(prediction.claim)))
    return answers


def _arm_rows(log: TrainingLog, arm: Arm) -> Iterator[ForecastRow]:
    measured = log.values[arm.label]
    chains = min((values.shape[0] for values in measured.values()), default=0)
    if chains < 2:
        raise InputError(f"a forecast needs at least 2 chains of every arm, got {chains} of {arm.label}")
    independent, clustered = expectations(log, arm), clustered_expectations(log, arm)
    claimed = claimed_expectations(log, arm)
    predicted = independent | clustered | {label: value for label, (value, _) in claimed.items()}
    for label, values in measured.items():
        statistic, _, band = label.partition("@")
        kind, basis = _basis(log, arm, statistic, clustered=label in clustered)
        basis = claimed[label][1] if label in claimed else basis
        for place, t in enumerate(log.t):
            value = float(predicted[label][place])
            events = chains * _types_in(log, band) * min(value, 1.0 - value) if statistic == "survival" else np.inf
            summary = _summary(values[:, place], value, judged=events >= FEWEST_EVENTS)
            alone = float(independent[label][place])
            yield ForecastRow(arm.label, statistic, band or None, t, value, alone, kind, basis, *summary)


def _basis(log: TrainingLog, arm: Arm, statistic: str, clustered: bool) -> tuple[str, str]:
    """The kind of an expectation that no claim gives, and what it comes from."""
    if independent_tokens(log, arm):
        return Kind.EXACT.value, "law of one token's count"
    if statistic == "band_mass":
        return Kind.EXACT.value, "stationary text"
    if clustered:
        return Kind.APPROXIMATION.value, "branching with clustered real copies"
    pairs = statistic in ("bigrams", "entropy_rate")
    return Kind.APPROXIMATION.value, f"as if {'pairs' if pairs else 'tokens'} were independent"


def _of_presence(presence: Presence) -> Trajectories:
    """What is read off the tokens that are there, of all types and of every band that holds one."""
    values = {"vocabulary": presence.vocabulary(), "hapaxes": presence.hapaxes(), "lost_mass": presence.lost_mass()}
    for band in BANDS:
        members = band.holds(presence.counts)
        if members.any():
            values[f"survival@{band.label}"] = presence.survival(members)
            values[f"band_mass@{band.label}"] = presence.kept_mass(members)
    return values


def _by_generation(log: TrainingLog, values: Trajectories) -> Trajectories:
    """From trajectories by number of refits to trajectories by the log's own generations."""
    return {label: trajectory[[refits(t) for t in log.t]] for label, trajectory in values.items()}


def _types_in(log: TrainingLog, band: str) -> int:
    """The number of types whose real count falls into a band."""
    held = [types for count, types in log.text.tokens for b in BANDS if b.label == band and b.low <= count <= b.high]
    return sum(held)


def _summary(
    values: Float64[np.ndarray, " R"], predicted: float, judged: bool
) -> tuple[float, float, float, float, int, float | None]:
    """Mean over chains, its interval, spread, number of chains, and z where it means something."""
    from scipy import stats  # a second of import, wanted only here

    chains = values.size
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    error = spread / np.sqrt(chains)
    half = float(stats.t.isf((1.0 - CONFIDENCE) / 2.0, chains - 1)) * error
    z = None
    if judged and spread > 1e-12 * abs(mean):
        score = (mean - predicted) / error
        z = float(np.sign(score) * stats.norm.isf(stats.t.sf(abs(score), chains - 1)))
    return mean, mean - half, mean + half, spread, chains, z
