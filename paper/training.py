"""One protocol of the paper: models trained on real text and on their own, into a log that can be resumed."""

from collections.abc import Callable
from pathlib import Path

from simulations.models.protocol import load_protocol
from simulations.models.recursion import Estimate, run_protocol


def train_into_log(
    inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None], quick: bool
) -> None:
    """Run the protocol file ``inputs[0]`` into ``outputs[0]``; a quick one has few chains of the beginning of the
    text.
    """
    protocol = load_protocol(inputs[0])
    if quick:
        protocol = protocol.quick()
    chains = [0, 0]  # finished, and to run

    def begin(estimate: Estimate) -> None:
        chains[1] = estimate.chains

    def finished(arm: str) -> None:
        chains[0] += 1
        advance(chains[0] / chains[1])

    run_protocol(protocol, protocol.load_corpus(), outputs[0], begin, finished)
