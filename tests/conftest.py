"""Tests compute in float64, as the commands do, and check every annotated array of the engine as it is passed."""

import jax
from jaxtyping import install_import_hook

jax.config.update("jax_enable_x64", True)

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
