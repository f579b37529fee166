"""Samplers: how a fitted model writes the synthetic points of the next generation.

Where `first_fit` is "biased" the source writes the points of generation 1 through the sampler too, for a Gaussian.
"""

from typing import Annotated, Literal

from pydantic import model_validator

from theory.scenario.errors import combination, shown
from theory.scenario.values import Count, Number, OneOf, Positive, PositiveShare, Reward, Table

RewardValue = Annotated[
    tuple[float, ...] | Literal["value", "quadratic"],
    Reward('"value", "quadratic" or a list of one finite number for each token'),
]

FirstFit = Literal["real", "biased"]


class Faithful(Table):
    """Draws from the model as it is."""

    kind: Literal["faithful"] = "faithful"


class Temperature(Table):
    """Draws from q^(1/temperature), normalised."""

    kind: Literal["temperature"] = "temperature"
    temperature: Positive


class TopK(Table):
    """Draws from the k most probable tokens."""

    kind: Literal["top_k"] = "top_k"
    k: Count


class TopP(Table):
    """Draws from the smallest set of most probable tokens that has mass p."""

    kind: Literal["top_p"] = "top_p"
    p: PositiveShare


class Truncated(Table):
    """Draws within `cutoff` standard deviations of the model's mean."""

    kind: Literal["truncated"] = "truncated"
    cutoff: Positive
    first_fit: FirstFit = "real"


class Scaled(Table):
    """Draws from the model with its variance multiplied by `variance_factor`."""

    kind: Literal["scaled"] = "scaled"
    variance_factor: Positive
    first_fit: FirstFit = "real"


class _Rewarded(Table):
    reward: RewardValue
    centre: Number | None = None

    @model_validator(mode="after")
    def _centre_goes_with_quadratic(self) -> "_Rewarded":
        if self.reward == "quadratic" and self.centre is None:
            raise combination(['centre must be a finite number with reward "quadratic", got nothing'])
        if self.reward != "quadratic" and self.centre is not None:
            raise combination([f'centre must be left out unless reward is "quadratic", got {shown(self.centre)}'])
        return self


class BestOf(_Rewarded):
    """The best of k draws: by a reward for each token, "value" (the largest) or "quadratic" (nearest to `centre`)."""

    kind: Literal["best_of"] = "best_of"
    k: Count
    first_fit: FirstFit = "real"


class Tilt(_Rewarded):
    """Draws from the model times exp(strength * reward), normalised.

    The reward is one number per token, "value" (x) or "quadratic" (-(x - centre)^2 / 2).
    """

    kind: Literal["tilt"] = "tilt"
    strength: Number
    first_fit: FirstFit = "real"


Sampler = Annotated[Faithful | Temperature | TopK | TopP | Truncated | Scaled | BestOf | Tilt, OneOf()]
