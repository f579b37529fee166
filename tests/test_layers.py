"""The simulator never sees the theorems: the direction of every import, from the source and from live processes."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "simulations", "paper")
THEOREMS = (
    "theory.laws",
    "theory.claims",
    "theory.claim",
    "theory.derivation",
    "theory.by_generation",
    "theory.predict",
    "theory.plan",
    "theory.verify",
)
MEETING_PLACES = ("simulations.compare", "simulations.infer", "simulations.models.forecast")
CHAINS = (
    "jax",
    "simulations.ensemble",
    "simulations.kernels",
    "simulations.bits",
    "simulations.gamma",
    "simulations.run",
)
WRONG_SAMPLERS = {
    "binomial",
    "multinomial",
    "poisson",
    "gamma",
    "chisquare",
    "choice",
    "beta",
    "dirichlet",
    "categorical",
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file, and each name it takes from a package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def below(name: str, *roots: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


EDGES = [(module, target) for module, path in modules() for target in imports(path)]


def offending(module_is, target_is) -> list[str]:
    return sorted({f"{module} imports {target}" for module, target in EDGES if module_is(module) and target_is(target)})


def test_there_is_something_to_read():
    assert len(EDGES) > 300
    assert {module.split(".")[0] for module, _ in EDGES} == set(PACKAGES)


def test_theory_imports_no_simulation_no_paper_and_no_jax():
    assert not offending(
        lambda m: below(m, "theory"), lambda t: below(t, "simulations", "paper", "tests", "jax", "jaxlib")
    )


def test_the_vocabulary_imports_nothing_else_of_the_project():
    assert not offending(
        lambda m: below(m, "theory.scenario"),
        lambda t: below(t, *PACKAGES) and not below(t, "theory.scenario") and t != "theory",
    )


def test_the_laws_stand_on_their_own():
    assert not offending(
        lambda m: below(m, "theory.laws"),
        lambda t: below(t, *PACKAGES) and not below(t, "theory.scenario", "theory.laws") and t != "theory",
    )


def test_the_simulator_imports_the_vocabulary_only():
    assert not offending(
        lambda m: below(m, "simulations") and m not in MEETING_PLACES,
        lambda t: below(t, "theory", "paper", "tests") and not below(t, "theory.scenario", "theory.commandline"),
    )


def test_where_theory_and_simulation_meet_no_chain_runs():
    assert {"simulations.compare"} <= {module for module, _ in EDGES}
    assert not offending(lambda m: m in MEETING_PLACES, lambda t: below(t, "paper", "tests", *CHAINS))
    assert offending(lambda m: m in MEETING_PLACES, lambda t: below(t, *THEOREMS))


def test_no_theorem_is_imported_under_another_name():
    """A lookup by string would escape the reading above."""
    for module, path in modules():
        if below(module, "simulations") and module not in MEETING_PLACES:
            text = path.read_text(encoding="utf-8")
            assert not any(f'"{name}' in text for name in THEOREMS), module


def test_theory_itself_imports_nothing():
    assert not any(module == "theory" for module, _ in EDGES)


def test_no_sampler_that_is_known_to_be_wrong():
    found = [
        f"{module}: {ast.unparse(node)}"
        for module, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in WRONG_SAMPLERS
        and ast.unparse(node.value).endswith("jax.random")
    ]
    assert not found


def test_no_module_is_named_like_one_of_the_standard_library():
    clashes = {path.stem for _, path in modules()} & set(sys.stdlib_module_names) - {"__main__", "__init__"}
    assert not clashes


def loaded_after(code: str, tmp_path: Path) -> set[str]:
    """The modules in memory after the code ran in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('\\n' + ' '.join(sys.modules))"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


TINY_SWEEP = """
from fixture_store import sweep_file
from simulations.prepare import prepare_jax
from simulations.run import run_sweep
from simulations.sweep import parse_sweep
prepare_jax()
store = run_sweep(parse_sweep(sweep_file(replicates=8, generations=2, record="all")), "out")
assert not store.missing()
"""


def test_running_a_sweep_loads_no_theorem(tmp_path):
    loaded = loaded_after(TINY_SWEEP, tmp_path)
    assert "simulations.kernels" in loaded
    assert not [name for name in loaded if below(name, *THEOREMS)]


def test_predicting_loads_no_jax(tmp_path):
    code = (
        "from theory.predict import predict\nfrom theory.scenario import parse_scenario\n"
        "from fixture_store import sweep_file\n"
        "print(predict(parse_scenario(sweep_file()['scenario']), 'variance', [1]).value)"
    )
    loaded = loaded_after(code, tmp_path)
    assert "theory.predict" in loaded
    assert not [name for name in loaded if below(name, "jax", "jaxlib")]


def test_looking_at_a_store_loads_no_jax_and_no_theorem(tmp_path):
    code = (
        "from pathlib import Path\nfrom fixture_store import write_store\nfrom simulations.show import store_content\n"
        "store = write_store(Path('s'))\nassert store_content(store, store.sweep.statistics)['cells']"
    )
    loaded = loaded_after(code, tmp_path)
    assert not [name for name in loaded if below(name, "jax", *THEOREMS)]


@pytest.mark.parametrize("package", ["theory", "theory.scenario"])
def test_the_vocabulary_is_light(package, tmp_path):
    loaded = loaded_after(f"import {package}", tmp_path)
    assert not loaded & {"jax", "scipy", "sympy", "xarray", "zarr", "matplotlib"}
