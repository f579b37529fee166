"""``python -m paper``: the whole paper from one command."""

from typing import Annotated, Literal

from cyclopts import Parameter

from theory.commandline import new_app, run_app

app = new_app(
    "python -m paper", "Verify the claims, run the sweeps, train the models, draw the figures and set the paper."
)


@app.default
def build(
    *,
    quick: Annotated[bool, Parameter(negative="", help="few chains and replicates: minutes become seconds")] = False,
    engine: Annotated[Literal["typst", "latexmk"], Parameter(help="latexmk needs TeX; typst needs nothing")] = "typst",
    arxiv: Annotated[bool, Parameter(negative="", help="also write paper/arxiv.tar.gz, the sources to submit")] = False,
) -> int:
    """Verify the claims, run the sweeps, train the models, draw the figures and set the paper.

    What has not changed since the last time is not made again. Stop it with Ctrl-C and go on with the same command.
    """
    from rich.console import Console

    from paper.build import BuildError, run_steps, shown_path
    from paper.cache import Cache
    from paper.steps import GENERATED, Build
    from paper.summary import summarise

    console = Console(highlight=False)
    steps = Build(quick, engine).steps()
    try:
        run_steps(steps, Cache(GENERATED / "cache.json"), console)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("stopped; what is finished is kept, and the same command goes on from there") from None
    except BuildError as error:
        for line in error.lines:
            console.print(line, style="red", markup=False, soft_wrap=True)
        return 1
    if arxiv:
        from paper.arxiv import write_archive

        console.print(f"sources for arXiv: {shown_path(write_archive(steps))}")
    return summarise(steps, console)


if __name__ == "__main__":
    run_app(app)
