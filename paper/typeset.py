"""LaTeX in, PDF out, twice over: pandoc and Typst from wheels, or latexmk where TeX is installed.

Both engines read the same ``main.tex`` and must come out complete. pandoc drops what it does not know and says
so only at INFO level, so its whole log is read: any warning, and any skipped command that is not known to be
harmless, stops the build.
"""

import io
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from theory.scenario.errors import InputError

HARMLESS = ("\\maketitle", "\\centering", "\\appendix", "\\bibliographystyle")
PACKAGES = (
    "amsmath", "amssymb", "amsthm", "booktabs", "caption", "geometry", "graphicx", "hyperref", "longtable", "microtype",
    "natbib",
)  # fmt: skip
SIDE_MARGIN = 29.0  # mm, of template.typ
EPOCH = datetime(2026, 11, 21, tzinfo=UTC)  # written into the PDF instead of the time of the build


class TypesettingError(InputError):
    """The document cannot be set whole: one line for each thing that is missing, unknown or defined twice."""


@dataclass(frozen=True)
class Translation:
    """A LaTeX document as Typst source, with the number of every label."""

    source: str
    numbers: Mapping[str, str]  # label -> "3", "2.1", "B"


def translate(main: Path) -> Translation:
    """The document at ``main`` as Typst source, every reference and citation resolved.

    ``\\input`` and figures are looked up in the folder of ``main``; the filter and the template are those
    beside this module.

    Raises:
        TypesettingError: pandoc warned, or skipped a command that is not one of ``HARMLESS``.

    """
    import pypandoc

    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.json")
        command = [
            pypandoc.get_pandoc_path(), "--from=latex", "--to=typst-citations", "--wrap=none", "--citeproc",
            "--metadata=link-citations:true",
            f"--lua-filter={here / 'references.lua'}", f"--lua-filter={here / 'setting.lua'}",
            f"--template={here / 'document.typ'}", "--verbose", f"--log={log}", main.name,
        ]  # fmt: skip
        done = subprocess.run(command, cwd=main.parent, capture_output=True, text=True, check=False)
        messages = json.loads(log.read_text()) if log.exists() else []
    faults = [fault for message in messages if (fault := _fault(message))]
    if done.returncode or faults:
        raise TypesettingError(faults or [line for line in done.stderr.splitlines() if not line.startswith("[INFO]")])
    numbers = dict(re.findall(r"^// (\S+) (\S+)$", done.stdout, flags=re.MULTILINE))
    return Translation(done.stdout, numbers)


def _fault(message: Mapping[str, object]) -> str | None:
    """What one entry of pandoc's log says is wrong, or None."""
    text = str(message.get("pretty", message)).split(", rendering as TeX")[0]
    if message["verbosity"] in ("WARNING", "ERROR"):
        return re.sub(r"^Scripting warning at .*? column \d+: ", "", text)
    if message["type"] == "SkippedContent":
        skipped = str(message["contents"]).strip()
        return None if any(re.fullmatch(re.escape(known) + r"(\{.*\})?", skipped) for known in HARMLESS) else text
    if message["type"] == "CouldNotLoadIncludeFile":
        name = str(message["path"])
        return None if name.removesuffix(".sty") in PACKAGES and name.endswith(".sty") else text
    return None


def typst_pdf(translation: Translation, folder: Path) -> bytes:
    """The PDF of a translated document, the same bytes for the same inputs on every machine."""
    return _compile(translation, folder, format="pdf")


def typst_pages(translation: Translation, folder: Path, ppi: float = 110.0) -> list[bytes]:
    """The pages as PNG images, to be looked at."""
    pages = _compile(translation, folder, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def overfull_pages(pages: Sequence[bytes], ppi: float) -> list[int]:
    """Numbers of the pages on which something stands in the side margins, more than 4 mm outside the text."""
    from PIL import Image

    found = []
    for number, page in enumerate(pages, start=1):
        ink = np.asarray(Image.open(io.BytesIO(page)).convert("L")) < 160
        margin = round((SIDE_MARGIN - 4.0) / 25.4 * ppi)
        if ink[:, :margin].any() or ink[:, -margin:].any():
            found.append(number)
    return found


def _compile(translation: Translation, folder: Path, **options: Any) -> Any:
    import typst

    here = Path(__file__).parent
    with tempfile.NamedTemporaryFile("w", suffix=".typ", dir=folder, delete=False) as file:
        file.write(translation.source)
    borrowed = folder / "template.typ"
    lent = borrowed.resolve() == (here / "template.typ").resolve()
    try:
        if not lent:
            shutil.copyfile(here / "template.typ", borrowed)
        compiler = typst.Compiler(file.name, root=folder, ignore_system_fonts=True)
        output, warnings = compiler.compile_with_warnings(timestamp=int(EPOCH.timestamp()), **options)
    except typst.TypstError as error:
        raise TypesettingError([f"typst: {error.message}", *error.hints]) from error
    finally:
        Path(file.name).unlink()
        if not lent:
            borrowed.unlink(missing_ok=True)
    if warnings:
        raise TypesettingError([f"typst: {warning.message}" for warning in warnings])
    return output


def latexmk_pdf(main: Path, build: Path) -> bytes:
    """The PDF that pdfLaTeX and BibTeX make of the document, their files in ``build``.

    Raises:
        TypesettingError: latexmk fails, or leaves a reference or citation undefined or defined twice.

    """
    for part in {path.parent for path in main.parent.rglob("*.tex") if not path.is_relative_to(build)}:
        (build / part.relative_to(main.parent)).mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(EPOCH.timestamp())), "FORCE_SOURCE_DATE": "1"}
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={build}", main.name]
    done = subprocess.run(command, cwd=main.parent, env=environment, capture_output=True, text=True, check=False)
    log = (
        (build / f"{main.stem}.log").read_text(errors="replace")
        if (build / f"{main.stem}.log").exists()
        else done.stdout
    )
    faults = re.findall(r"^(?:! .*|.*(?:undefined|multiply defined).*)$", log, flags=re.MULTILINE)
    if done.returncode or faults:
        raise TypesettingError(faults or done.stdout.splitlines()[-5:])
    return (build / f"{main.stem}.pdf").read_bytes()


def write_pdf(
    inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None], engine: str
) -> None:
    """Set ``inputs[0]``, the main file, into ``outputs[0]`` with one of the two engines."""
    main = inputs[0]
    if engine == "latexmk":
        pdf = latexmk_pdf(main, main.parent / "generated" / "latexmk")
    else:
        translation = translate(main)
        advance(0.3)
        pdf = typst_pdf(translation, main.parent)
        advance(0.7)
        if overfull := overfull_pages(typst_pages(translation, main.parent, ppi=36), ppi=36):
            raise TypesettingError(f"something is wider than the text on page {', '.join(map(str, overfull))}")
    outputs[0].write_bytes(pdf)


def latex_numbers(auxiliary: Path) -> dict[str, str]:
    """Label -> number as LaTeX wrote them to its ``.aux`` file, to be compared with ``Translation.numbers``."""
    found = re.findall(r"\\newlabel\{([^}]*)\}\{\{([^}]*)\}", auxiliary.read_text(errors="replace"))
    return {label: number for label, number in found if not label.endswith("@cref")}
