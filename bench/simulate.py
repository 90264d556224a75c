"""One replicate of the study: a setting and a seed in, rows of judged cells out."""

from __future__ import annotations

import zlib
from collections import defaultdict

import borrowing
import numpy as np
import peers
from judge import Row, judge_answer, judge_curve, label
from printing import print_cell
from worlds import SETTINGS, Applicants, People, Setting, Truth, draw_world, populate

from recalib.curves.fit import fit_curves

NAMES = [*SETTINGS, "borrowed"]
World = list[tuple[Truth, People | Applicants]]


def _people_rows(world: World) -> list[Row]:
    """Rows of the fits of the people themselves, alone and pooled."""
    units = defaultdict(list)
    for index, (truth, _) in enumerate(world):
        units[truth.key._replace(needs_visa="")].append(index)
    held = [(key, [world[index][1] for index in own]) for key, own in units.items()]
    alone = [peers.person_level(people) for _, people in held]
    methods = {
        "person-level logistic": alone,
        "person-level logistic, pooled": peers.pooled(held, alone),
    }
    rows = []
    for method, answers in methods.items():
        for indices, own in zip(units.values(), answers, strict=True):
            for index, answer in zip(indices, own, strict=True):
                truth, people = world[index]
                judged = judge_answer(method, truth, answer)
                rows.append(label(truth, people, "people", index) | judged)
    return rows


def _printed_rows(
    setting: Setting, plan: int, world: World, random: np.random.Generator
) -> list[Row]:
    """Rows of the project and the peers from the tables that one way of printing makes."""
    rows, cells, forms = [], {}, {}
    for index, (truth, people) in enumerate(world):
        forms[index] = setting.form(plan, index)
        cells[index] = print_cell(truth, people, forms[index], random)
    by_key = {cell.key: index for index, cell in cells.items()}
    for curve in fit_curves(list(cells.values())).curves:
        index = by_key[curve.cell.key]
        truth, people = world[index]
        about = label(truth, people, forms[index], index)
        rows += [about | row for row in judge_curve(truth, curve)]
    for name, fit in peers.PRINTED_PEERS.items():
        for index, (truth, people) in enumerate(world):
            judged = judge_answer(name, truth, fit(cells[index]))
            if len(judged) > 1:
                rows.append(label(truth, people, forms[index], index) | judged)
    return rows


def replicate(name: str, seed: int) -> list[Row]:
    """Run one replicate of a setting."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    if name == "borrowed":
        return borrowing.replicate(random)
    setting = SETTINGS[name]
    truths = draw_world(setting, seed, random)
    world = [(truth, populate(truth, random)) for truth in truths]
    rows = _people_rows(world)
    for plan in range(len(setting.prints)):
        rows += _printed_rows(setting, plan, world, random)
    return rows
