"""Method "sum": exponential laws, whose likelihood is greatest at the mean of the points."""

from simulations.kernels.families.scale_family import scale_cost, scale_kernel_of, uncovered
from simulations.kernels.method import Method

METHOD = Method("sum", "the sum of a batch by one gamma draw", uncovered, scale_cost, scale_kernel_of)
