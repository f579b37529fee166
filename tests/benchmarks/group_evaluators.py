"""Every claim's evaluator at one generation up to 10^4, beside its own independent route at the same place.

An evaluator is quick, or its docstring says what it takes.
"""

import re
from collections.abc import Iterator

import numpy as np

from paper.benchmarks import Row, Spread, Target
from tests.benchmarks.groups import Effort
from tests.benchmarks.rounds import seconds_of, spread
from theory.claim import Claim, Example
from theory.claims import claims
from theory.scenario import InputError

LATEST, WANTED = 10_000, 0.05
"""The last generation asked for, and the seconds that one answer may take."""
WARNING = re.compile(r"\b\d+(\.\d+)? m?s\b")


def rows(effort: Effort) -> Iterator[Row]:
    """Milliseconds of the slowest evaluators, and how many times as fast as their references all of them are."""
    slowest: dict[str, float] = {}
    ratios = []
    for claim in list(claims().values())[:: 10 if effort.quick else 1]:
        effort.say(claim.id)
        times = [seconds for example in claim.examples if (seconds := _late(claim, example)) is not None]
        slowest[claim.id] = max(times, default=0.0)
        ratios.append(_beside_reference(claim, claim.examples[0]))
    over = sorted((name for name in slowest if slowest[name] > WANTED), key=slowest.__getitem__, reverse=True)
    silent = [name for name in over if not says_so(claims()[name])]
    worst = max(slowest.values())
    yield Row(
        "evaluators", "evaluators, slowest answer", f"{len(slowest)} claims, t up to {LATEST}", "s", "evaluate",
        Spread(worst, worst, worst),
        targets=(Target("evaluators over 50 ms that do not say so", 0, len(silent), at_least=False),),
        note="over 50 ms: " + (", ".join(f"{name} {slowest[name]:.2g} s" for name in over) or "none"),
    )  # fmt: skip
    yield Row(
        "evaluators", "evaluators beside references", "first example of each claim", "times as fast", "evaluate",
        spread(np.array(ratios)), note="median over claims",
    )  # fmt: skip


def says_so(claim: Claim) -> bool:
    """Whether the evaluator's docstring has the seconds that an answer takes."""
    return bool(WARNING.search(" ".join((claim.evaluate.__doc__ or "").split())))


def _late(claim: Claim, example: Example) -> float | None:
    """Seconds of one answer at the latest generation that the claim reaches; None where it knows only limits."""
    reach = claim.reach(example.scenario) if claim.reach else np.inf
    t = np.array([float(min(LATEST, reach))])
    if not reach or not any(np.isfinite(example.t)):
        t = np.array([np.inf])
    try:
        claim.value(example.scenario, t, example.at)
    except InputError:  # the scenario's own lists end earlier
        return None
    return min(seconds_of(lambda: claim.value(example.scenario, t, example.at)) for _ in range(2))


def _beside_reference(claim: Claim, example: Example) -> float:
    """How many times as fast as the reference an answer at the example's first generation is."""
    place = np.array([float(example.t[0])])
    claim.value(example.scenario, place, example.at)
    ours = seconds_of(lambda: claim.value(example.scenario, place, example.at))
    return seconds_of(lambda: claim.reference(example.scenario, example.t[0], example.at)) / ours
