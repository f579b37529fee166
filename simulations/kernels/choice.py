"""The kernel of a scenario."""

from typing import TYPE_CHECKING

from simulations.kernels.coverage import covered
from theory.scenario import Scenario

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel


def kernel_for(scenario: Scenario, generations: int = 1) -> "Kernel":
    """The kernel that runs a scenario for so many generations.

    Raises NoKernel, in one line and without starting JAX, where no kernel covers it; InputError where the sizes of the
    scenario end before the run does, or one chain would be too large.
    """
    setting = covered(scenario)
    if scenario.family == "gaussian":
        from simulations.kernels.gaussian import gaussian_kernel

        return gaussian_kernel(setting, generations)
    from simulations.kernels.tokens import token_kernel

    return token_kernel(setting, generations)
