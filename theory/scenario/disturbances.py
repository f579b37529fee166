"""Disturbances of the training set, each an optional table of a scenario."""

from typing import Annotated

from pydantic import model_validator

from theory.scenario.errors import combination
from theory.scenario.values import Count, Flag, Probabilities, Real, Share, Table


class Contamination(Table):
    """A share of the points that pass for real was written by the current model."""

    share: Share


class Poison(Table):
    """A share of the training points comes from a fixed distribution, one probability for each token."""

    share: Share
    probabilities: Probabilities


class Detector(Table):
    """A filter that removes synthetic points with probability `true_positive` and real ones with `false_positive`.

    With `refill` the training set is filled up again to its size, else it shrinks.
    """

    true_positive: Share
    false_positive: Share
    refill: Flag

    @model_validator(mode="after")
    def _something_is_kept(self) -> "Detector":
        if self.true_positive == 1.0 and self.false_positive == 1.0:
            raise combination(
                ["false_positive must be less than 1 where true_positive is 1, as nothing is kept, got 1"]
            )
        return self


class Feedback(Table):
    """People learn from machines, and machines from people.

    Of `human_size` human tokens in each generation a share `novelty` is new, and of the others a share `feedback_share`
    is copied from machine text. The share of human text that the machine reads is retention.share.
    """

    human_size: Count
    novelty: Share
    feedback_share: Share


class Islands(Table):
    """Several models that train apart; a share `migration` of what each reads comes from the pool of all."""

    models: Annotated[int, Real("a whole number of at least 2", at_least=2, at_most=10**6, whole=True)]
    migration: Share
