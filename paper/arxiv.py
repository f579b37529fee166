"""The sources of the paper as arXiv takes them: one archive with the LaTeX, the bibliography and the figures."""

import gzip
import io
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from paper.cache import Step
from paper.typeset import EPOCH

TAKEN = (".tex", ".bib", ".pdf")


def write_archive(steps: Sequence[Step]) -> Path:
    """Write ``arxiv.tar.gz`` beside the PDF: what the last step read and LaTeX needs, the same bytes every time."""
    document = steps[-1]
    folder = document.outputs[0].parent
    archive = folder / "arxiv.tar.gz"
    archive.write_bytes(archived(folder, (path for path in document.inputs if path.suffix in TAKEN)))
    return archive


def archived(folder: Path, files: Iterable[Path]) -> bytes:
    """The files as a compressed archive, named from ``folder``, without owners and with one fixed time."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(files):
            content = file.read_bytes()
            entry = tarfile.TarInfo(file.relative_to(folder).as_posix())
            entry.size, entry.mtime, entry.mode = len(content), int(EPOCH.timestamp()), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=int(EPOCH.timestamp()))
