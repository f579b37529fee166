"""The false alarms of all statistical tests together stay within the suite's budget."""

import budget
import pytest

budget.declare("reserve", 1e-10)  # so that this file alone has something to add up


def test_declared_false_alarms_fit_the_budget():
    assert 0.0 < budget.declared() <= budget.SUITE * (1 + 1e-9)


def test_budget_refuses_what_it_cannot_hold(monkeypatch):
    monkeypatch.setattr(budget, "_DECLARED", {"one": 9e-7})
    assert budget.declare("one", 9e-7) == 9e-7
    with pytest.raises(ValueError, match="one name"):
        budget.declare("one", 1e-9)
    with pytest.raises(ValueError, match="add up"):
        budget.declare("two", 2e-7)


def test_limit_is_that_of_the_largest_of_many():
    assert budget.normal_limit(0.05) == pytest.approx(1.959963984540054)
    assert budget.normal_limit(1e-9, 1) < budget.normal_limit(1e-9, 100)
