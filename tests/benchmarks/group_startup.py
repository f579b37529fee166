"""`python -m theory list` and `predict` in a new process, its bytecode in place."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from paper.benchmarks import Row, Target
from tests.benchmarks.groups import Effort
from tests.benchmarks.processes import output_of
from tests.benchmarks.rounds import on_cores, seconds_of, spread
from theory.claims import claims
from theory.scenario import example_text


def rows(effort: Effort) -> Iterator[Row]:
    """Seconds of each command."""
    with TemporaryDirectory() as folder:
        scenario = Path(folder, "scenario.toml")
        scenario.write_text(example_text("replace"), encoding="utf-8")
        commands = {
            "theory list": ("list",),
            "theory predict": ("predict", str(scenario), "--statistic", "variance", "--t", "7"),
        }
        for name, arguments in commands.items():
            effort.say(name)
            yield _row(name, ("-m", "theory", *arguments), effort)


def _row(name: str, arguments: tuple[str, ...], effort: Effort) -> Row:
    output_of(*arguments)
    with on_cores(2):
        seconds = spread(np.array([seconds_of(lambda: output_of(*arguments)) for _ in range(effort.rounds)]))
    target = Target("seconds", 1.0, seconds.median, at_least=False)
    setting = f"a new process, {len(claims())} claims"
    return Row("startup", f"python -m {name}", setting, "s", "", seconds, targets=(target,))
