"""What the paper is made of, in order: claims, sweeps, trained models, comparisons, figures, text, document.

Everything is discovered: a new claim, sweep, protocol or figure is a new file and needs no line here. What a
step reads is said by its inputs and by the modules it runs; importing this module imports none of them.
"""

import ast
import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paper.cache import ROOT, Advance, Step
from theory.scenario.errors import InputError

HERE = ROOT / "paper"
GENERATED = HERE / "generated"
DATA = {"benchmarks": HERE / "data" / "benchmarks.json"}  # committed results of long runs that figures may need
TEXT_OF_THE_MODELS = "pydoc_data.topics"  # part of Python: another version, another text


@dataclass(frozen=True)
class Build:
    """One way of building: everything, or few replicates and chains; with which engine."""

    quick: bool = False
    engine: str = "typst"

    @property
    def results(self) -> Path:
        """Where stores and logs are: quick ones apart, so that they never stand in for whole ones."""
        return ROOT / "results" / "quick" if self.quick else ROOT / "results"

    @property
    def prefix(self) -> str:
        """Quick runs are steps of their own: switching to and fro computes nothing twice."""
        return "quick " if self.quick else ""

    def steps(self) -> list[Step]:
        """Every step, each after those it reads from."""
        claims, sweeps, logs = self._claims(), self._sweeps(), self._protocols()
        compared, figures = self._comparisons(sweeps, logs), self._figures([*sweeps, *logs])
        known = [self._coverage(claims), self._accuracy(), self._published(claims)]
        texts = [self._text([*claims, *compared]), self._engine(), *known]
        return [*claims, *sweeps, *logs, *compared, *figures, *texts, self._document(figures, texts)]

    def _claims(self) -> list[Step]:
        modules = [
            _module(file) for file in sorted((ROOT / "theory" / "claims").rglob("*.py")) if _assigned(file, "CLAIM")
        ]
        names = [module.removeprefix("theory.claims.") for module in modules]
        return [
            _step(
                "claims",
                f"claim {name}",
                "paper.verification:verify_claim",
                (GENERATED / "claims" / f"{name}.json",),
                {"module": module},
                code=(module,),
                libraries=("sympy", "mpmath", "numpy", "scipy"),
                seconds=1.5,
            )
            for module, name in zip(modules, names, strict=True)
        ]

    def _sweeps(self) -> list[Step]:
        return [
            _step(
                "sweeps",
                f"{self.prefix}sweep {file.stem}",
                "paper.sweeping:sweep_into_store",
                (self.results / file.stem,),
                {"quick": self.quick},
                inputs=(file,),
                libraries=("jax", "jaxlib", "numpy"),
                seconds=4 if self.quick else 15,
                resumable=True,
            )
            for file in sorted((ROOT / "simulations" / "sweeps").glob("*.toml"))
        ]

    def _protocols(self) -> list[Step]:
        text = importlib.util.find_spec(TEXT_OF_THE_MODELS)
        read = (Path(text.origin),) if text and text.origin else ()
        return [
            _step(
                "training",
                f"{self.prefix}training {file.stem}",
                "paper.training:train_into_log",
                (self.results / file.stem,),
                {"quick": self.quick},
                inputs=(file, *read),
                libraries=("numpy",),
                seconds=4 if self.quick else 20,
                resumable=True,
            )
            for file in sorted((ROOT / "simulations" / "protocols").glob("*.toml"))
        ]

    def _comparisons(self, sweeps: Iterable[Step], logs: Iterable[Step]) -> list[Step]:
        folders = {"agreement": sweeps, "forecast": logs}
        return [
            _step(
                "comparisons",
                f"{kind} {run.outputs[0].name}",
                f"paper.{kind}:write_{kind}",
                (GENERATED / kind / f"{run.outputs[0].name}.json",),
                inputs=run.outputs,
                libraries=("numpy", "scipy"),
                seconds=2,
            )
            for kind, runs in folders.items()
            for run in runs
        ]

    def _figures(self, runs: Iterable[Step]) -> list[Step]:
        stores = DATA | {run.outputs[0].name: run.outputs[0] for run in runs}
        steps = []
        for file in sorted((HERE / "figures").glob("[!_]*.py")):
            for name in (needed := needs(file)):
                if name not in stores:
                    raise InputError(f"paper/figures/{file.name} needs {name}, which is no sweep, protocol or data")
            kinds = ("pdf", "png", "csv", "json")
            steps.append(
                _step(
                    "figures",
                    f"figure {file.stem}",
                    "paper.drawing:draw_and_save",
                    tuple(GENERATED / "figures" / f"{file.stem}.{kind}" for kind in kinds),
                    {"module": _module(file)},
                    inputs=tuple(stores[name] for name in needed),
                    code=(_module(file),),
                    libraries=("matplotlib", "numpy", "scipy"),
                    seconds=2,
                )
            )
        return steps

    def _text(self, sources: Iterable[Step]) -> Step:
        return _step(
            "text",
            "generated text",
            "paper.generated:write_text",
            tuple(GENERATED / name for name in ("claims.tex", "agreement.tex", "numbers.tex", "verdicts.json")),
            {"quick": self.quick},
            inputs=tuple(output for step in sources for output in step.outputs),
            seconds=0.3,
        )

    def _engine(self) -> Step:
        return _step(
            "text",
            "table of the engine",
            "paper.engine_table:write_engine",
            (GENERATED / "engine.tex", GENERATED / "engine_numbers.tex"),
            inputs=(DATA["benchmarks"],),
            seconds=0.3,
        )

    def _coverage(self, claims: Iterable[Step]) -> Step:
        return _step(
            "text",
            "table of what is known",
            "paper.coverage_table:write_coverage",
            (GENERATED / "coverage.tex",),
            inputs=tuple(output for step in claims for output in step.outputs),
            code=("theory.coverage",),
            seconds=2,
        )

    def _published(self, claims: Iterable[Step]) -> Step:
        return _step(
            "text",
            "tables of what is published",
            "paper.published:write_published",
            (GENERATED / "published.tex",),
            inputs=(HERE / "data" / "published.toml", *(output for step in claims for output in step.outputs)),
            seconds=2,
        )

    def _accuracy(self) -> Step:
        return _step(
            "text", "table of accuracy", "paper.accuracy_table:write_accuracy", (GENERATED / "accuracy.tex",),
            code=("theory.accuracy",), seconds=0.1,
        )  # fmt: skip

    def _document(self, figures: Iterable[Step], texts: Iterable[Step]) -> Step:
        sources = [HERE / "main.tex", HERE / "references.bib", *sorted((HERE / "sections").glob("*.tex"))]
        look = [HERE / name for name in ("references.lua", "setting.lua", "template.typ", "document.typ")]
        written = [file for step in texts for file in step.outputs if file.suffix == ".tex"]
        return _step(
            "document",
            f"main.pdf by {self.engine}",
            "paper.typeset:write_pdf",
            (HERE / "main.pdf",),
            {"engine": self.engine},
            inputs=(*sources, *look, *written, *(step.outputs[0] for step in figures)),
            libraries=("typst", "pypandoc_binary"),
            seconds=3,
        )


def _step(
    stage: str,
    name: str,
    function: str,
    outputs: tuple[Path, ...],
    values: Mapping[str, Any] | None = None,
    inputs: tuple[Path, ...] = (),
    code: tuple[str, ...] = (),
    **options: Any,
) -> Step:
    """A step that calls ``module:function(inputs, outputs, advance, **values)``, importing the module only then."""
    module, _, attribute = function.partition(":")
    values = values or {}

    def run(advance: Advance) -> None:
        getattr(importlib.import_module(module), attribute)(inputs, outputs, advance, **values)

    return Step(name, stage, run, outputs, inputs, values, (module, *code), **options)


def needs(figure: Path) -> tuple[str, ...]:
    """The names of the stores a figure reads, from its source, which is not run."""
    value = _assigned(figure, "NEEDS")
    if value is None:
        raise InputError(f"paper/figures/{figure.name} must say NEEDS, the names of the stores it reads")
    return tuple(ast.literal_eval(value))


def _assigned(file: Path, name: str) -> ast.expr | None:
    """What a module assigns to a name at its top level, unevaluated."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node.value  # type: ignore[union-attr]
    return None


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)
