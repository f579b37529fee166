"""Picks of lineages: which of them take effect, and slots that are marked each by itself."""

import numpy as np
from budget import declare, normal_limit

import simulations.kernels.ancestors.coalescent_picks as coalescent_picks
from simulations.kernels.ancestors.coalescent_picks import in_effect

MARKS = declare("marked slots of lineages", 1e-9)


def test_picks_in_effect_are_those_of_one_after_the_other(monkeypatch):
    rng = np.random.default_rng(4)
    for size, number in ((2, 9), (60, 30), (300, 1500), (4000, 2500)):
        label = rng.integers(1, size, number)
        picked = np.where(rng.random(number) < 0.1, label, (label * rng.random(number)).astype(int))
        gone, expected = set(), []
        for place, (mine, other) in enumerate(zip(label.tolist(), picked.tolist(), strict=True)):
            if mine not in gone and other not in gone:
                gone.add(mine)
                expected.append(place)
        for short in (0, 10, 10**6):
            monkeypatch.setattr(coalescent_picks, "SHORT", short)
            assert in_effect(label, picked, size).tolist() == expected


class Hasty(np.random.Generator):
    """Gaps that are far too short at first, so that more have to be drawn."""

    def standard_exponential(self, size=None, out=None):
        drawn = super().standard_exponential(size, out=out)
        if out is not None:
            out *= 1e-3
        return drawn


def test_marks_are_drawn_to_the_end_of_the_slots():
    hasty, usual = Hasty(np.random.Philox(1)), np.random.default_rng(2)
    slots, stakes = np.array([500, 800]), np.array([0.3, 0.2])
    numbers, place, uniform = coalescent_picks._marked([hasty, usual], slots, stakes)
    first, second = np.split(place, [numbers[0]])
    assert len(uniform) == len(place) == numbers.sum()
    for found, n in ((first, 500), (second, 800)):
        assert (np.diff(found) > 0).all()
        assert n - 60 < found[-1] < n
    assert len(coalescent_picks._marked([usual], slots[:1], np.zeros(1))[1]) == 0


def test_every_slot_is_marked_alike():
    rng = np.random.default_rng(3)
    total = np.zeros(50)
    rounds = 4000
    for _ in range(rounds):
        _, place, _ = coalescent_picks._marked([rng], np.array([50]), np.array([0.3]))
        total[place] += 1
    z = (total - 0.3 * rounds) / np.sqrt(0.21 * rounds)
    assert np.abs(z).max() < normal_limit(MARKS, 50)
