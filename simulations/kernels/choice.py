"""The method that answers a question: the quickest of those that cover it, or the one that is asked for by name."""

from typing import TYPE_CHECKING

from simulations.kernels.ancestors.coalescent_method import METHOD as coalescent
from simulations.kernels.ancestors.lineages_method import METHOD as lineages
from simulations.kernels.families.branching_method import METHOD as branching
from simulations.kernels.families.em_method import METHOD as em
from simulations.kernels.families.maximum_method import METHOD as maximum
from simulations.kernels.families.rows_method import METHOD as rows
from simulations.kernels.families.sum_method import METHOD as sum_of_points
from simulations.kernels.line.moments_method import METHOD as moments
from simulations.kernels.method import Method, NoKernel, Question
from simulations.kernels.points.points_method import METHOD as points
from simulations.kernels.space.wishart_method import METHOD as wishart
from simulations.kernels.tokens.counts_method import METHOD as counts
from simulations.kernels.tokens.gather_method import METHOD as gather
from simulations.kernels.tokens.splitting_method import METHOD as splitting
from theory.scenario import InputError, Scenario
from theory.scenario.combinations import family_of
from theory.scenario.errors import alternatives, nearest, shown
from theory.scenario.scenario import KINDS

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel, Kernel

AUTOMATIC = "auto"

FAMILIES: dict[str, tuple[Method, ...]] = {
    "gaussian": (moments, wishart, points),
    "tokens": (gather, counts, coalescent, lineages, splitting),
    "uniform": (maximum,),
    "exponential": (sum_of_points,),
    "poisson": (branching,),
    "mixture": (em,),
    "regression": (rows,),
}
"""Methods by family, the plainest first."""


def methods_of(family: str) -> tuple[Method, ...]:
    """The methods of a family, the plainest first.

    Raises NoKernel for a family without any.
    """
    if family not in FAMILIES:
        kinds = ", ".join(f'"{kind}"' for kind in KINDS["source"] if family_of(kind) in FAMILIES)
        raise NoKernel(f'no kernel yet covers source.kind = "{family}"; covered: {kinds}')
    return FAMILIES[family]


def method_names() -> tuple[str, ...]:
    """Every name that a run may ask for."""
    return (AUTOMATIC, *(method.name for methods in FAMILIES.values() for method in methods))


def chosen(question: Question, name: str = AUTOMATIC, accelerator: bool = False) -> Method:
    """The method for a question.

    Raises NoKernel, in one line and without starting JAX, where no method (or not the one that is named) covers it;
    InputError where the name is unknown, or sizes end before the run does.
    """
    methods = methods_of(question.scenario.family)
    if name != AUTOMATIC:
        return _named(question, name, methods)
    problems = {method.name: method.problem(question) for method in methods}
    seen = [method for method in methods if question.only_last or not method.of_the_last]
    able = [method for method in seen if problems[method.name] is None]
    if not able:
        told = [problem for problem in problems.values() if problem is not None]
        raise NoKernel(f"no kernel yet covers {next((line for line in told if 'dimension' not in line), told[0])}")
    if accelerator:
        fitting = [method for method in able if method.accelerated]
    else:
        fitting = [method for method in able if method.automatic]
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
    scenario: Scenario,
    generations: int = 1,
    record: tuple[int, ...] = (),
    method: str = AUTOMATIC,
    statistics: tuple[str, ...] = (),
) -> "Kernel | HostKernel":
    """The kernel that runs a scenario for so many generations; raises as `chosen` does."""
    question = Question(scenario, generations, record, statistics)
    return chosen(question, method).kernel(question)
