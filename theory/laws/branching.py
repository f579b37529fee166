r"""A rare token is a branching process: each copy leaves a Poisson number of copies in the next generation.

Take a token with $c$ copies in a text of $M$, and refit a model to M tokens of which a share $\alpha$ is drawn
afresh from the first text and the rest from the previous model. As $M \to \infty$ at fixed $c$, the copies sampled
from a model with x of them are Poisson with mean $(1-\alpha) x$: the argument of their generating function moves by
$$w_0 = 1 - s,\qquad w_{j+1} = 1 - e^{-(1-\alpha) w_j},$$
and the real tokens of each generation put in a factor $G(1 - w_j)$, with G the generating function of the real copies.
"""

import numpy as np
from jaxtyping import Float64, Int64


def copy_survival(g: int) -> Float64[np.ndarray, " g"]:
    r"""s_1 … s_g by s_1 = 1, s_{g+1} = 1 - e^{-s_g}: a copy has descendants g - 1 refits later with chance s_g."""
    s = np.ones(g)
    for j in range(1, g):
        s[j] = -np.expm1(-s[j - 1])
    return s


def absence_exponents(generations: int, share: float = 0.0) -> Float64[np.ndarray, " k"]:
    r"""e_0 … e_k, where a token with c copies in the first text is absent after k refits with chance $e^{-c\,e_k}$.

    Real tokens drawn one by one are Poisson, $G(s) = e^{-\alpha c (1-s)}$, and
    $$e_k = \alpha \sum_{j<k} w_j + (1-\alpha)\, w_{k-1}, \qquad w_0 = 1,\quad e_0 = \infty.$$
    Without real text $e_k = s_k$. For the binomial process with M tokens $e^{-c\,e_k}$ is an upper bound on absence,
    with a relative gap of order c/M. As k grows $e_k$ falls to $\alpha \sum_j w_j$, 0 only without real text.
    """
    exponents = np.full(generations + 1, np.inf)
    w, immigrants = 1.0, 0.0
    for k in range(1, generations + 1):
        immigrants += share * w
        exponents[k] = immigrants + (1.0 - share) * w
        w = -np.expm1(-(1.0 - share) * w)
    return exponents


def clustered_absence(
    counts: Int64[np.ndarray, " C"],
    held: Float64[np.ndarray, "C m"],
    stretches: float,
    share: float,
    generations: int,
) -> tuple[Float64[np.ndarray, "k C"], Float64[np.ndarray, "k C"]]:
    r"""P(X = 0) and P(X = 1) after 0 … k refits where real tokens come in independent stretches of neighbours.

    ``held`` (i, m) is the chance that a stretch holds m copies of token i, with generating function $H_i$; a generation
    takes ``stretches`` of them, so $G_i = H_i^{S}$ and $P(X=0) = e^{L(0)}$, $P(X=1) = L'(0)\,e^{L(0)}$ with
    $$L(s) = \sum_{j<k} S \ln H_i(1 - w_j(s)) - (1-\alpha)\, c_i\, w_{k-1}(s).$$
    Copies that come together rescue fewer tokens than as many that come alone.
    """
    absent, once = np.zeros((generations + 1, counts.size)), np.zeros((generations + 1, counts.size))
    once[0] = counts == 1
    order = np.arange(held.shape[1])
    log_real, log_real_slope = np.zeros(counts.size), np.zeros(counts.size)
    w, slope = 1.0, -1.0  # w_j(0) and w_j'(0)
    for k in range(1, generations + 1):
        powers = (1.0 - w) ** order
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = held @ powers
            log_real += stretches * np.log(chance)
            log_real_slope += stretches * np.nan_to_num(held[:, 1:] @ (order[1:] * powers[:-1]) / chance) * -slope
        absent[k] = np.exp(log_real - (1.0 - share) * counts * w)
        once[k] = absent[k] * (log_real_slope - (1.0 - share) * counts * slope)
        slope *= (1.0 - share) * np.exp(-(1.0 - share) * w)
        w = -np.expm1(-(1.0 - share) * w)
    return absent, once
