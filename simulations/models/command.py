"""Trains a protocol for a person at a terminal: the estimate first, a bar, and what to do after Ctrl-C."""

from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from simulations.cost import duration
from simulations.models.corpus import Corpus
from simulations.models.protocol import Protocol, load_protocol
from simulations.models.recursion import Estimate, run_protocol


def train_command(protocol: str, out: Path | None = None, quick: bool = False) -> None:
    """Train every chain that the log of a protocol does not hold yet.

    ``protocol`` is a file or the name of one that comes along; ``out`` defaults to ``results/NAME``; ``quick`` takes
    the beginning of the text and few chains, under a name of its own.
    """
    checked = load_protocol(protocol)
    checked = checked.quick() if quick else checked
    corpus = checked.load_corpus()
    folder = Path("results") / checked.name if out is None else out
    description, left = TextColumn("{task.description}"), TextColumn("left")
    columns = (description, BarColumn(), MofNCompleteColumn(), left, TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True))
    with ExitStack() as shown:

        def begin(estimate: Estimate) -> None:
            print(described(checked, corpus, estimate), flush=True)
            if estimate.chains:
                shown.enter_context(bar)
                bar.update(task, total=estimate.chains)

        task = bar.add_task(checked.name, total=None)

        def advance(arm: str) -> None:
            bar.update(task, advance=1, description=f"{checked.name} {arm}")

        try:
            run_protocol(checked, corpus, folder, begin, advance)
        except KeyboardInterrupt:
            options = f"{' --quick' if quick else ''}{f' --out {out}' if out else ''}"
            again = f"python -m simulations train {protocol}{options}"
            raise KeyboardInterrupt(
                f"interrupted; the finished chains are safe in {folder}. Resume with: {again}"
            ) from None
    print(f"all chains of {checked.name} are in {folder}; compare: python -m simulations compare {folder}")


def described(protocol: Protocol, corpus: Corpus, estimate: Estimate) -> str:
    """One line: what will be trained on what, and how long it is expected to take."""
    arms = ", ".join(arm.label for arm in protocol.arms(corpus.size))
    to_do = f"{estimate.chains} to train, about {duration(estimate.seconds)}"
    return (
        f"{protocol.name}: {protocol.model} model of {corpus.size} tokens, {len(corpus.types)} types "
        f"({corpus.origin}); "
        f"{protocol.generations} generations, {protocol.chains} chains each of {arms}; "
        f"{to_do if estimate.chains else 'up to date'}"
    )
