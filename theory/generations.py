"""Generations as a command line names them: `7`, `0:50` (both ends included), `inf`, and these joined by commas."""

import math
import re

from theory.scenario import InputError, Scenario
from theory.scenario.retention import Pool
from theory.scenario.sample_size import Explicit, Schedule

MOST = 1_000_000
"""The most generations one command answers for."""


def parse_generations(text: str) -> tuple[float, ...]:
    """The generations that the text names, in its order, each once.

    Raises InputError where a part is neither a whole number of at least 0, a range of two, nor `inf`.
    """
    found: dict[float, None] = {}
    for part in text.split(","):
        word = part.strip()
        bounds = re.fullmatch(r"(\d{1,15})(?::(\d{1,15}))?", word, flags=re.ASCII)
        if word == "inf":
            found[math.inf] = None
        elif bounds is None or (bounds[2] and int(bounds[2]) < int(bounds[1])):
            raise InputError(f'--t must be like 7, 0:50, 1,10,100 or inf, got "{text}"')
        else:
            first, last = int(bounds[1]), int(bounds[2] or bounds[1])
            if last - first >= MOST:
                raise InputError(f'--t must name at most {MOST} generations, got "{text}"')
            found.update(dict.fromkeys(map(float, range(first, last + 1))))
    if len(found) > MOST:
        raise InputError(f"--t must name at most {MOST} generations, got {len(found)}")
    return tuple(found)


def parse_generation(text: str) -> float:
    """The one generation that the text names.

    Raises InputError where it names none, or more than one.
    """
    found = parse_generations(text)
    if len(found) != 1:
        raise InputError(f'--t must be one generation, a whole number or inf, got "{text}"')
    return found[0]


def parse_levels(text: str) -> tuple[float, ...]:
    """The probabilities that a text such as `0.05,0.5,0.95` names.

    Raises InputError where a part is no number between 0 and 1, both excluded.
    """
    try:
        levels = tuple(float(part) for part in text.split(","))
    except ValueError:
        levels = (math.nan,)
    if not all(0.0 < level < 1.0 for level in levels):
        raise InputError(f'--quantile must be numbers between 0 and 1, such as 0.05,0.5,0.95, got "{text}"')
    return levels


def usual_generations(scenario: Scenario) -> tuple[float, ...]:
    """1, 10 and 100, as far as the sizes of the scenario are said."""
    sizes, retention = scenario.sample_size, scenario.retention
    batches = (retention.real, retention.synthetic) if isinstance(retention, Pool) else ()
    lists = [one.sizes if isinstance(one, Explicit) else one for one in (sizes, *batches)]
    ends = [len(one) for one in lists if isinstance(one, tuple)]
    if ends:
        last = min(ends)
        return tuple(float(t) for t in dict.fromkeys((1, 10, 100, last)) if t <= last)
    return tuple(float(t) for t in (1, 10, 100) if sizes is None or _is_said(sizes, t))


def _is_said(sizes: Schedule, t: int) -> bool:
    try:
        sizes.at(t)
    except InputError:
        return False
    return True
