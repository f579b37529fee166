"""The vocabulary: what a scenario is, which statistics there are, and what may be written in a file."""

from theory.scenario.errors import InputError, ScenarioError
from theory.scenario.examples import example_text
from theory.scenario.quantities import QUANTITIES, Quantity, statistic_called
from theory.scenario.scenario import KINDS, TABLES, Scenario, load_scenario, parse_scenario, read_toml, schema

__all__ = [
    "KINDS",
    "QUANTITIES",
    "TABLES",
    "InputError",
    "Quantity",
    "Scenario",
    "ScenarioError",
    "example_text",
    "load_scenario",
    "parse_scenario",
    "read_toml",
    "schema",
    "statistic_called",
]
