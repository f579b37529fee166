"""The build of the paper: what is cached and when it is not, what is discovered, how a run is stopped and resumed."""

import io
import tarfile
from pathlib import Path

import pytest
from rich.console import Console

from paper.arxiv import archived
from paper.build import BuildError, duration, run_steps
from paper.cache import ROOT, Cache, Step, digest, sources_of, stale
from paper.steps import Build, needs
from theory.scenario.errors import InputError


@pytest.fixture
def chain(tmp_path):
    """Two steps, the second reading what the first writes, and a list of the steps that ran."""
    ran: list[str] = []
    source, middle, last = tmp_path / "source", tmp_path / "middle", tmp_path / "last"
    source.write_text("one")

    def step(name: str, read: Path, write: Path, **options: object) -> Step:
        def run(advance):
            ran.append(name)
            advance(1.0)
            write.write_text(read.read_text().upper())

        return Step(name, "stage", run, (write,), (read,), **options)

    return ran, source, [step("first", source, middle), step("second", middle, last)]


def build(steps, folder):
    return run_steps(steps, Cache(folder / "cache.json"), Console(file=io.StringIO()))


def test_a_step_runs_again_only_where_content_changed(chain, tmp_path):
    ran, source, steps = chain
    build(steps, tmp_path)
    assert ran == ["first", "second"]
    build(steps, tmp_path)
    assert ran == ["first", "second"], "nothing has changed"
    source.touch()
    build(steps, tmp_path)
    assert ran == ["first", "second"], "times do not count"
    source.write_text("ONE")
    build(steps, tmp_path)
    assert ran == ["first", "second", "first"], "the same output leaves what follows alone"
    source.write_text("two")
    build(steps, tmp_path)
    assert ran[3:] == ["first", "second"]
    steps[1].outputs[0].write_text("changed by hand")
    build(steps, tmp_path)
    assert ran[5:] == ["second"]
    steps[0].outputs[0].unlink()
    build(steps, tmp_path)
    assert ran[6:] == ["first"]


def test_values_and_libraries_are_part_of_the_key():
    plain = Step("s", "stage", print, ())
    assert plain.key() != Step("s", "stage", print, (), values={"quick": True}).key()
    assert plain.key() != Step("s", "stage", print, (), libraries=("numpy",)).key()
    assert plain.key() != Step("s", "stage", print, (), code=("paper.arxiv",)).key()


def test_code_reaches_what_it_imports_and_no_more():
    reached = {path.relative_to(ROOT).as_posix() for path in sources_of(["paper.sweeping"])}
    assert {"simulations/ensemble.py", "simulations/kernels/tokens/tokens.py", "theory/scenario/source.py"} <= reached
    assert not any(name.startswith(("theory/laws", "theory/claims")) for name in reached), (
        "a theorem changes no simulation"
    )
    one = {path.relative_to(ROOT).as_posix() for path in sources_of(["theory.claims.gaussian.replace_variance"])}
    assert "theory/claims/assumptions.py" in one
    assert "theory/claims/tokens/replace_absence.py" not in one
    figure = {path.relative_to(ROOT).as_posix() for path in sources_of(["paper.figures.tokens_vocabulary"])}
    assert {"theory/claims/tokens/replace_absence.py", "paper/drawing.py"} <= figure, (
        "discovered claims are reached too"
    )


def test_a_failing_step_names_itself_and_keeps_what_is_finished(chain, tmp_path):
    _, _, steps = chain

    def refuse(advance):
        raise InputError("the reason")

    failing = [steps[0], Step("wrong", "stage", refuse, (tmp_path / "never",), (steps[0].outputs[0],))]
    with pytest.raises(BuildError, match="wrong: the reason"):
        build(failing, tmp_path)
    assert not stale([steps[0]], Cache(tmp_path / "cache.json"))
    silent = Step("silent", "stage", lambda advance: None, (tmp_path / "never",))
    with pytest.raises(RuntimeError, match="did not write"):
        build([silent], tmp_path)


def test_a_stopped_run_is_resumed_and_foreign_results_are_set_aside(tmp_path):
    store = tmp_path / "results" / "store"
    stopping = True

    def run(advance):
        store.mkdir(parents=True, exist_ok=True)
        (store / f"cell{len(list(store.iterdir()))}").write_text("done")
        if stopping:
            raise KeyboardInterrupt

    def step(**values):
        return Step("sweep", "sweeps", run, (store,), values=values, resumable=True)

    store.mkdir(parents=True)
    (store / "somebody's").write_text("work")
    with pytest.raises(KeyboardInterrupt):
        build([step()], tmp_path)
    assert (tmp_path / "results" / ".replaced" / "store" / "somebody's").read_text() == "work", "nothing is deleted"
    stopping = False
    build([step()], tmp_path)
    assert sorted(path.name for path in store.iterdir()) == ["cell0", "cell1"], "the second run went on from the first"
    build([step(seed=1)], tmp_path)
    assert sorted(path.name for path in store.iterdir()) == ["cell0"], "another key starts anew"


def test_a_folder_is_hashed_by_its_content(tmp_path):
    (tmp_path / "manifest.json").write_text("a time")
    (tmp_path / "cell").write_text("numbers")
    before = digest(tmp_path)
    (tmp_path / "manifest.json").write_text("another time")
    (tmp_path / ".lock").write_text("")
    assert digest(tmp_path) == before
    (tmp_path / "cell").write_text("other numbers")
    assert digest(tmp_path) != before
    assert digest(tmp_path / "nothing") is None


def test_everything_is_discovered_and_in_order():
    steps = Build().steps()
    written: set[Path] = set()
    produced = {output for step in steps for output in step.outputs}
    for step in steps:
        assert set(step.inputs) & produced <= written, f"{step.name} reads what a later step writes"
        written.update(step.outputs)
    names = {step.name for step in steps}
    assert len(names) == len(steps)
    assert {
        "claim gaussian.replace_variance",
        "sweep gaussian",
        "training unigram",
        "figure tokens_vocabulary",
    } <= names
    assert steps[-1].outputs == (ROOT / "paper" / "main.pdf",)
    quick = Build(quick=True).steps()
    for whole, small in zip(steps, quick, strict=True):
        assert whole.name == small.name.removeprefix("quick ")
        if whole.stage in ("sweeps", "training"):
            assert whole.name != small.name
            assert whole.outputs != small.outputs, "a quick run never stands in for a whole one"


def test_a_figure_must_say_what_it_needs(tmp_path):
    figure = tmp_path / "figure.py"
    figure.write_text('NEEDS: tuple[str, ...] = ("a", "b")\n')
    assert needs(figure) == ("a", "b")
    figure.write_text("pass\n")
    with pytest.raises(InputError, match="must say NEEDS"):
        needs(figure)


def test_the_archive_holds_the_sources_and_no_times(tmp_path):
    for name in ("main.tex", "sections/one.tex"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    files = [tmp_path / "sections" / "one.tex", tmp_path / "main.tex"]
    packed = archived(tmp_path, files)
    assert packed == archived(tmp_path, reversed(files))
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert archive.getnames() == ["main.tex", "sections/one.tex"]


def test_a_duration_is_said_as_a_person_says_it():
    assert [duration(seconds) for seconds in (0.2, 42, 200)] == ["1 s", "42 s", "3 min"]
