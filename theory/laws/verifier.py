r"""What a verifier makes of synthetic labels: when keeping those it accepts helps, and where it leads.

A verifier that keeps right labels with probability $\varphi$ and wrong ones with $\psi$ leaves an error rate
$p\psi/(p\psi+(1-p)\varphi)$, below one half exactly for $p<p^*=1/(1+\psi/\varphi)$. One that accepts responses within a
distance of its own centre pulls the mean there, at a rate that its width sets; the centre stays whatever the width.
"""

import math

from scipy import special


def kept_error(error: float, right: float, wrong: float) -> float:
    """The error rate among labels that are kept: right ones with probability ``right``, wrong ones with ``wrong``.

    Raises ValueError where nothing is kept.
    """
    kept = error * wrong + (1 - error) * right
    if not kept > 0:
        raise ValueError(f"a verifier keeps no label at the error {error:g}, right {right:g} and wrong {wrong:g}")
    return error * wrong / kept


def breakdown_error(right: float, wrong: float) -> float:
    """p* = 1/(1 + wrong/right): up to this error rate of the generator most kept labels are right.

    Raises ValueError where the verifier keeps neither kind.
    """
    if not right + wrong > 0:
        raise ValueError("a verifier must keep some labels, got right = 0 and wrong = 0")
    return right / (right + wrong)


def accepted_mean(shift: float, width: float) -> float:
    """The mean of N(shift, 1) given that it lies within ``width`` of 0, the verifier's centre.

    Symbols in units of the noise; of one sign with the shift, and nearer to the centre.
    """
    away = abs(shift)
    below, above = -width - away, width - away
    # Phi(above) - Phi(below) as a difference of upper tails, over the density at ``above``: no cancellation far out
    tails = special.erfcx(-above / math.sqrt(2)) - special.erfcx(-below / math.sqrt(2)) * math.exp(
        (above**2 - below**2) / 2
    )
    rise = -math.expm1((above**2 - below**2) / 2)
    return math.copysign(away - math.sqrt(2 / math.pi) * rise / tails, shift)


def pull(width: float) -> float:
    """The part of a small shift that one round of verification keeps: 1 - 2 c phi(c)/(2 Phi(c) - 1), c the width."""
    density = math.exp(-(width**2) / 2) / math.sqrt(2 * math.pi)
    if width < 0.05:
        return width**2 / 3 - 2 * width**4 / 45
    return 1 - 2 * width * density / math.erf(width / math.sqrt(2))
