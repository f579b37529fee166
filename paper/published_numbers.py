"""Published numbers of Gaussian chains beside theory: each with its distance in standard errors.

A mean has the error that theory gives it, its standard deviation over chains over the root of their number, or, where
no claim knows that, the one that was printed. A standard deviation of N chains has about its 1/sqrt(2N).
"""

import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from theory.laws.chi_square import log_mean_root_factor
from theory.predict import predict
from theory.scenario import Scenario, parse_scenario


@dataclass(frozen=True)
class Experiment:
    """Where numbers were published, what they are of, and how their source counts."""

    source: str  # BibTeX key
    place: str
    what: str
    counting: str


@dataclass(frozen=True)
class Number:
    """One published number, the theory's, and the standard error of the one around the other."""

    experiment: Experiment
    of: str  # "mean" or "s.d." over the chains
    size: int
    t: int
    runs: int
    published: float
    digits: int  # as printed, after the point
    theory: float
    error: float

    @property
    def z(self) -> float:
        """Standard errors between the two."""
        return (self.published - self.theory) / self.error


def load_numbers(path: Path) -> list[Number]:
    """Every number of the data file beside theory, in the order of the file."""
    content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)
    return [number for experiment in content["experiment"] for number in _numbers(experiment)]


def _numbers(table: Mapping[str, Any]) -> Iterator[Number]:
    experiment = Experiment(*(table[name] for name in ("source", "place", "what", "counting")))
    for row in table["rows"]:
        size, t, runs = row["size"], row["t"], row.get("runs", table["runs"])
        chain = parse_scenario(_plain(table["scenario"]) | {"sample_size": {"kind": "constant", "size": size}})
        mean, spread = THEORY[table["measured"]](chain, t)
        error = float(row["error"]) if math.isnan(spread) else spread / math.sqrt(runs)
        yield Number(experiment, "mean", size, t, runs, float(row["mean"]), _digits(row["mean"]), mean, error)
        if "spread" in row:
            error = spread / math.sqrt(2 * runs)
            yield Number(experiment, "s.d.", size, t, runs, float(row["spread"]), _digits(row["spread"]), spread, error)


def _standard_deviation(chain: Scenario, t: int) -> tuple[float, float]:
    """Mean and standard deviation of sqrt(v_1), maximum likelihood: c and sqrt(1 - 1/M - c^2) for the variance 1."""
    if t != 1:
        raise ValueError("the standard deviation over chains is known of one fit only")
    assert chain.sample_size is not None
    size = chain.sample_size.at(1)
    log_mean = log_mean_root_factor(size, 1.0)
    return math.exp(log_mean), math.sqrt(-1 / size - math.expm1(2 * log_mean))


def _log_variance(chain: Scenario, t: int) -> tuple[float, float]:
    return _expected(chain, "log_variance", t), _expected(chain, "log_variance_sd", t)


def _variance(chain: Scenario, t: int) -> tuple[float, float]:
    mean = _expected(chain, "variance", t)
    return mean, math.sqrt(_expected(chain, "variance_second_moment", t) - mean**2)


def _squared_error(chain: Scenario, t: int) -> tuple[float, float]:
    return _expected(chain, "mean_squared_error", t), math.nan


def _expected(chain: Scenario, statistic: str, t: int) -> float:
    return float(predict(chain, statistic, [t]).value[0])


THEORY: dict[str, Callable[[Scenario, int], tuple[float, float]]] = {
    "standard_deviation": _standard_deviation,
    "log_variance": _log_variance,
    "variance": _variance,
    "mean_squared_error": _squared_error,
}
"""Mean and standard deviation over chains, by the name of what was measured; nan where no claim knows it."""


def _plain(table: Any) -> Any:
    """Tables with their numbers read, which are kept as text to count their digits."""
    if isinstance(table, dict):
        return {name: _plain(value) for name, value in table.items()}
    return float(table) if isinstance(table, str) and table.replace(".", "", 1).lstrip("-").isdigit() else table


def _digits(printed: str) -> int:
    return len(printed.partition(".")[2])
