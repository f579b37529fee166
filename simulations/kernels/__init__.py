"""Kernels: one generation for one chain, by family."""

from simulations.kernels.choice import kernel_for
from simulations.kernels.method import NoKernel

__all__ = ["NoKernel", "kernel_for"]
