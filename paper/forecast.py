"""Theory beside trained models for one log, written down: every forecast row, and which text was read."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from paper.agreement import write_json


def write_forecast(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Every expectation beside the mean of the chains of the log ``inputs[0]``, as JSON."""
    from simulations.models.forecast import forecast
    from simulations.models.log import read_log

    log = read_log(inputs[0])
    write_json(outputs[0], {
        "name": inputs[0].name,
        "model": log.protocol.model,
        "generations": log.protocol.generations,
        "chains": log.protocol.chains,
        "text": {
            "origin": log.text.origin, "sha256": log.text.sha256, "tokens": log.text.size, "types": log.text.vocabulary,
        },
        "rows": [asdict(row) for row in forecast(log)],
    })  # fmt: skip
    advance(1.0)
