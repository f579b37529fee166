"""``python -m paper``: the whole paper from one command."""

from importlib.util import find_spec
from shutil import which
from typing import Annotated, Literal

from cyclopts import Parameter

from theory.commandline import InputError, new_app, run_app

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

    require(engine)
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


def require(engine: str) -> None:
    """Say what is missing before anything runs, not after minutes."""
    if engine == "latexmk" and which("latexmk") is None:
        raise InputError("--engine latexmk needs latexmk and pdflatex on the PATH; the default engine needs neither")
    missing = [name for name in ("pypandoc", "typst") if engine == "typst" and find_spec(name) is None]
    if missing:
        raise InputError(f"the paper needs {' and '.join(missing)}: install paper/requirements.lock")


if __name__ == "__main__":
    run_app(app)
