"""The method that answers a question: the quickest of those that cover it, or the one that is asked for by name."""

from importlib import import_module
from typing import TYPE_CHECKING

from simulations.kernels.method import Method, NoKernel, Question
from theory.scenario import InputError, Scenario
from theory.scenario.combinations import family_of
from theory.scenario.errors import alternatives, nearest, shown
from theory.scenario.scenario import KINDS

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel, Kernel

AUTOMATIC = "auto"

FAMILIES: dict[str, tuple[str, ...]] = {
    "gaussian": ("moments",),
    "tokens": ("gather",),
}
"""Methods by family, the plainest first; method NAME is the METHOD of simulations/kernels/NAME_method.py."""


def methods_of(family: str) -> tuple[Method, ...]:
    """The methods of a family, the plainest first.

    Raises NoKernel for a family without any.
    """
    if family not in FAMILIES:
        kinds = ", ".join(f'"{kind}"' for kind in KINDS["source"] if family_of(kind) in FAMILIES)
        raise NoKernel(f'no kernel yet covers source.kind = "{family}"; covered: {kinds}')
    return tuple(import_module(f"simulations.kernels.{name}_method").METHOD for name in FAMILIES[family])


def method_names() -> tuple[str, ...]:
    """Every name that a run may ask for."""
    return (AUTOMATIC, *dict.fromkeys(name for names in FAMILIES.values() for name in names))


def chosen(question: Question, name: str = AUTOMATIC, accelerator: bool = False) -> Method:
    """The method for a question.

    Raises NoKernel, in one line and without starting JAX, where no method (or not the one that is named) covers it;
    InputError where the name is unknown, or sizes end before the run does.
    """
    methods = methods_of(question.scenario.family)
    if name != AUTOMATIC:
        return _named(question, name, methods)
    problems = {method.name: method.problem(question) for method in methods}
    able = [method for method in methods if problems[method.name] is None]
    if not able:
        raise NoKernel(f"no kernel yet covers {problems[methods[0].name]}")
    if accelerator:
        fitting = [method for method in able if method.accelerated]
    else:
        fitting = [method for method in able if method.automatic and (question.only_last or not method.of_the_last)]
    return min(fitting or able, key=lambda method: method.cost(question).nanoseconds)


def _named(question: Question, name: str, methods: tuple[Method, ...]) -> Method:
    if name not in method_names():
        raise InputError(
            f"method must be {alternatives(method_names())}, got {shown(name)}{nearest(name, method_names())}"
        )
    method = next((method for method in methods if method.name == name), None)
    if method is None:
        names = alternatives([AUTOMATIC, *(method.name for method in methods)])
        raise NoKernel(f'method must be {names} for a {question.scenario.source.kind} source, got "{name}"')
    problem = method.problem(question)
    if problem is None and method.of_the_last and not question.only_last:
        problem = f"record = {shown(list(question.record))}; covered: the last generation alone"
    if problem is not None:
        raise NoKernel(f'method "{name}" does not cover {problem}')
    return method


def kernel_for(
    scenario: Scenario, generations: int = 1, record: tuple[int, ...] = (), method: str = AUTOMATIC
) -> "Kernel | HostKernel":
    """The kernel that runs a scenario for so many generations; raises as `chosen` does."""
    question = Question(scenario, generations, record)
    return chosen(question, method).kernel(question)
