"""Method "maximum": uniform laws, whose likelihood is greatest at the largest point."""

from simulations.kernels.families.scale_family import scale_cost, scale_kernel_of, uncovered
from simulations.kernels.method import Method

METHOD = Method("maximum", "the largest point of a batch by one uniform", uncovered, scale_cost, scale_kernel_of)
