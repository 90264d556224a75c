"""More evidence: tables of the same people join as the run joins them, and widths are compared."""

import more_tables
import numpy as np
import pandas as pd
import pytest
from printing import print_bins, print_quantiles
from worlds import SETTINGS, draw_world, populate


@pytest.fixture
def crowd():
    random = np.random.default_rng(3)
    truth = draw_world(SETTINGS["redrawn .15"], 0, random)[3]
    return truth, populate(truth, random)


def test_a_cell_holds_the_tables_asked_for(crowd):
    truth, people = crowd
    tables = print_quantiles(people, "quartiles"), print_bins(people)
    alone = more_tables.cell_of(truth, *tables, ("bins",))
    assert (alone.quantiles, alone.bins.n_total.sum()) == ((), 400)
    means = more_tables.cell_of(truth, *tables, ("means",))
    assert [set(table.printed) for table in means.quantiles] == [{"mean"}, {"mean"}]
    both = more_tables.cell_of(truth, *tables, ("quartiles", "means"))
    assert set(both.quantiles[0].printed) == {"q1", "median", "q3", "mean"}
    every = more_tables.cell_of(truth, *tables, more_tables.TABLES)
    assert [len(table.shares) for table in every.quantiles] == [6, 6]


@pytest.mark.parametrize("seed", range(5))
def test_nearly_the_same_people_are_some_fewer(crowd, seed):
    _, people = crowd
    few = more_tables.thinned(people, np.random.default_rng(seed))
    lost = [
        a - b for a, b in ((people.matched, few.matched), (people.not_matched, few.not_matched))
    ]
    assert all((each >= 0).all() for each in lost)
    assert 1 <= sum(each.sum() for each in lost) <= 12


def test_every_order_of_adding_is_walked():
    steps = more_tables.steps(("a", "b", "c"))
    assert (("a",), ("a", "b")) in steps
    assert (("a", "c"), ("a", "b", "c")) in steps
    assert len(steps) == 9


def widths(slope, chance, status="ok"):
    chances = np.full(9, chance)
    return {"slope": slope, "own slope": np.nan, "chance": chances, "logit": 4 * chances,
            "status": status}  # fmt: skip


def test_a_wider_interval_is_listed():
    narrow = more_tables.compared(widths(0.2, 0.1), widths(0.1, 0.1019))
    wide = more_tables.compared(widths(0.2, 0.1), widths(0.1, 0.1021, "misfit"))
    assert (narrow["slope"], narrow["chance"]) == (0.5, pytest.approx(1.019))
    about = {"of": "the same", "people": 100, "before": "bins", "after": "bins + means"}
    rows = pd.DataFrame([about | narrow | {"replicate": 0}, about | wide | {"replicate": 1}])
    listed = more_tables.above(rows)
    assert listed[["replicate", "chance", "status_after"]].to_numpy().tolist() == [
        [1, 1.021, "misfit"]
    ]
    found = more_tables.summary(rows).set_index(["before", "people", "figure"])
    assert found.loc[("bins", "all", "P, mean over 225-265"), "above"] == 0.5
    assert found.loc[("any", "100", "slope"), ["largest", "above"]].tolist() == [0.5, 0]
    assert ("bins", "all", "slope, the cell alone") not in found.index


def test_a_replicate_adds_every_table(monkeypatch):
    monkeypatch.setattr(more_tables, "CELLS", 2)
    rows = pd.DataFrame(more_tables.replicate("more tables", 1))
    assert set(rows["people"]) == {330}
    assert rows.groupby("of").size().to_dict() == {"nearly the same": 9, "the same": 9}
    # Means alone leave the slope to what is assumed of the spread; quartiles do not.
    row = rows[(rows["before"] == "means") & (rows["after"] == "quartiles + means")]
    assert (row["own_slope"] < 1).all()
