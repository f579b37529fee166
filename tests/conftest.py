"""Tests compute in float64, as the commands do, and check every annotated array of the engine as it is passed."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read by numpy when it is imported; test processes share the cores

from jaxtyping import install_import_hook

from simulations.prepare import prepare_jax

prepare_jax()

ENGINE = (
    "bits",
    "binomial",
    "binomial_law",
    "gamma",
    "alias",
    "kernels",
    "measure",
    "measures_vector",
    "lyapunov",
    "moments",
    "lane",
    "ensemble",
)
install_import_hook([f"simulations.{module}" for module in ENGINE], "beartype.beartype")
