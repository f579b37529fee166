r"""Where all data are kept, or some real points for ever, the time to collapse has an infinite standard deviation.

It is the root of the least mean squared distance of $T$ from a number, and some chains have $T=\infty$.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import accumulate, forgetting, real_share, varying
from theory.claims.gaussian.held_up_collapse_time import (
    bindings,
    chances_of_no_end,
    evaluate,
    limit,
    mean_time,
    reference,
)
from theory.claims.gaussian.never_collapsing import (
    GAUSSIAN_HELD_UP,
    INTRODUCTION,
    held_up_by_all_data,
    held_up_by_growing_sizes,
    held_up_by_growth,
    held_up_by_points_that_stay,
)
from theory.derivation import Derivation


def derive() -> Derivation:
    """Two reasons for which a chain may stay above x, and a spread over chains some of which have no end."""
    d = Derivation(INTRODUCTION)
    held_up_by_points_that_stay(d)
    held_up_by_all_data(d)
    held_up_by_growth(d)
    held_up_by_growing_sizes(d)
    spread = d.given(
        sp.Symbol(r"\operatorname{sd}[T]"), mean_time(), source="asmussen2003", check=chances_of_no_end,
        because="E(T - a)^2 is at least (t - a)^2 P(T > t) for every t > a and P(T > t) is at least P(T = inf) > 0: it "
        "is infinite whatever the number a. For x above v_0 all chains have T = 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(spread.lhs, spread.rhs, evaluate=False))


CLAIM = Claim(
    id="gaussian-held-up-collapse-time-sd",
    title="Where all data are kept, 2 real points or more stay, models forget and grow, or sizes of replaced data grow "
    "so that 1/M_k has a finite sum, the time to a variance below x up to v_0 has an infinite standard deviation",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=GAUSSIAN_HELD_UP,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(accumulate.setting(5), t=(np.inf,), at=2.25, simulate=False),
        Example(accumulate.setting(5), t=(np.inf,), at=3.0, simulate=False),
        Example(forgetting.setting(4, 0.1, "offset", offset=-2.0), t=(np.inf,), at=1.0, simulate=False),
        Example(varying.setting({"kind": "polynomial", "size": 3, "power": 1.5}, "mle"),
                t=(np.inf,), at=1.0, simulate=False),
        Example(real_share.setting("fixed", 10, "unbiased", real=2), t=(np.inf,), at=0.1, simulate=False),
    ),
)  # fmt: skip
