"""The sentences of an answer: what it claims, what it does not, and the caveat."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from calib import lookup, names
from calib.answers import Answer, Band, Boundary, Curve, CurveKey, Gain, Probability, Standing
from calib.edition import current
from calib.line import chance

#: Stands wherever a probability is shown.
CAVEAT = (
    "This describes past applicants: it is not a promise to a person and not causal, so a higher"
    " score alone need not change the chance."
)
#: Stands before it where the probability is of a match.
WHOSE = f"The chance of a match is that {names.WHOSE}."
SELF_REPORTED = "Self-reported by applicants: the level of the chance is not to be trusted."
GAIN = (
    "It compares people of one cycle with these scores: its intervals hold neither the drift of"
    " levels to another cycle nor a change of the slope."
)
#: What would change it where there is no curve.
WANTED = {
    "match": "Printed scores of this group by result would; totals alone would give a wide one.",
    "interview": "Applications and invitations of this group by score would.",
}
GUIDE_LABELS = (
    "The guides have words for a match only; for interviews use --scheme chance (scheme='chance')."
)
_VISA = {"yes": " who need a visa", "no": " who need no visa"}
#: People behind a curve below which a short list holds it apart.
FEW = 11
#: What a short list marks beside statuses.
MARKS = {
    "few": f"fewer than {FEW} people, listed last",
    "uncounted": "nobody counted these people; they may be few",
}
#: Head of next cycle's column there, and the columns that a narrow window may do without.
_NEXT = "next ({})"
SPARE = ("cycle", "grade", "band")
#: How the words of the other scheme are announced.
_OTHER = {"guide": "as a chance", "chance": "in the guides' words"}


def caveat(outcome: str) -> str:
    """Return what stands under chances of an outcome."""
    return f"{WHOSE} {CAVEAT}" if outcome == "match" else CAVEAT


def next_cycle(whose: str = "") -> str:
    """Return ``next cycle (2027)``, or with `whose` as ``'s`` ``next cycle's (2027)``."""
    year = current().next_cycle
    return f"next cycle{whose}" + (f" ({year})" if year else "")


def why(answer: Answer, status: str) -> str | None:
    """Return why no edge or standing is told, in sentences, or None where no reason is needed."""
    told = "edge is claimed"
    if status in ("ok", "no_evidence"):
        return None
    if status == "unreachable" and isinstance(answer, Boundary):
        return f"No edge is claimed: {_beyond(answer)}."
    if isinstance(answer, Standing):
        told, status = "standing is told", status.replace("unreachable", "extrapolated")
    return (
        current().note(answer.curve)
        or f"No {told}: {names.meanings('status').get(status, status)}."
    )


def _beyond(edge: Boundary) -> str:
    """Say on which side of `p` the whole fitted part of a curve lies."""
    line, ends = edge.curve.line, (edge.curve.score_low, edge.curve.score_high)
    assert line is not None  # or the status were another
    below = all(chance(line, x)[0] < edge.p for x in ends if x is not None)
    return f"the chance is {'below' if below else 'above'} {100 * edge.p:g} % at every fitted score"


def self_reported(answer: Answer) -> list[str]:
    """Return the warning that belongs to what applicants reported themselves."""
    doubtful = answer.outcome == "interview" and answer.grade in ("C", "D")
    return [SELF_REPORTED] if doubtful else []


def reach(bands: Sequence[Band], held: Band | None = None) -> list[str]:
    """Return on which side of the labels that no fitted score has the chance lies."""
    bounded = [i for i, band in enumerate(bands) if band.score_min is not None]
    if not bounded or bands[0].curve.status != "ok":
        return []
    found = []
    for row, beyond, edge, side in (
        (bounded[0], bounded[0] - 1, bounded[0] - 1, "below"),
        (bounded[-1], bounded[-1] + 1, bounded[-1], "above"),
    ):
        there = 0 <= beyond < len(bands) and bands[beyond].status == "unreachable"
        if there and held in (None, bands[row]):
            share = f"{100 * names.EDGES[edge]:g} %"
            found.append(f"The chance is {side} {share} at every fitted score.")
    return found


def about(answers: Sequence[Answer], score: float | None = None) -> str:
    """Return what stands under the numbers of one curve: key, grade, status, people and sources.

    With a score also the chance and the standing at it: a band's are those of many scores.
    """
    first, every = answers[0], [band for band in answers if isinstance(band, Band)]
    status = first.curve.status if len(answers) > 1 else first.status
    visa = {"yes": ", needs a visa", "no": ", needs no visa"}.get(first.needs_visa or "", "")
    asked = f"{first.specialty}, {first.applicant_group}{visa}: {first.outcome}"
    lines = [
        f"{asked} {first.cycle or ''}".rstrip() + f", denominator {first.denominator or '-'}",
        f"grade {first.grade or '-'}, status {status}, n {'-' if first.n is None else first.n},"
        f" edition {first.edition}, sources: {', '.join(first.sources) or '-'}",
    ]
    if reason := why(first, status):
        lines.append(reason)
    if first.available:
        none = without(first.outcome, current().note(first.curve))
        lines.append(f"{none} {first.specialty} has:")
        lines += [
            f"  {key.applicant_group} {key.outcome} {key.cycle} {key.denominator}"
            + (f" needs_visa {key.needs_visa}" if key.needs_visa else "")
            + f" ({key.status})"
            for key in first.available
        ]
    elif first.curve.status == "no_evidence":
        lines.append(f"No table gives this curve, nor any other of {first.specialty}.")
    if every:
        lines += _of_bands(every)
    if score is not None and (found := lookup.chance_at(first.curve, score)).value is not None:
        lines += [_chance(found), *_standing(found)]
    if isinstance(first, Gain):
        lines.append(GAIN)
    lines += beside(first.curve)
    shares = f"The shares are {names.WHOSE}. {CAVEAT}" if isinstance(first, Standing) else ""
    return "\n".join([*lines, *self_reported(first), shares or caveat(first.outcome)])


def without(outcome: str, note: str | None) -> str:
    """Return why there is no curve, and what would change it.

    Of a table that lacks a number its note says so.
    """
    return note or f"No table gives this curve. {WANTED[outcome]}"


def _of_bands(every: Sequence[Band]) -> list[str]:
    first = every[0]
    lines = reach(every) if len(every) > 1 else []
    if first.label is not None and first.extrapolated:
        lines.append(
            f"The score lies outside the scores of the table ({_fitted(first.curve)}), so the label"
            " is not supported there."
        )
    if len(every) > 1:
        lines += legend("status", (b.status for b in every if b.status in ("wide", "unreachable")))
    wide = {"weak": "wide ", "borrowed": "wide ", "misfit": "wide ", "flat": ""}.get(
        first.curve.status
    )
    if wide is None or len(every) == 1:
        return [*lines, *_guide_labels(first)]
    return [*lines, f"For the chance at a score, with its {wide}interval, see `calib probability`."]


def _guide_labels(band: Band) -> list[str]:
    """Return what to ask instead of a guide's word that does not exist."""
    missing = band.label is None and band.chance_label is not None
    return [GUIDE_LABELS] if missing and band.curve.status != "no_evidence" else []


def legend(kind: str, words: Iterable[str | None]) -> list[str]:
    """Return the meaning of each word of a kind that occurs, in the order of names.csv."""
    used, later = set(words), next_cycle("'s")
    said = {word: text for word, text in names.meanings(kind).items() if word in used}
    return [f"{word}: {text}.".replace("next cycle's", later) for word, text in said.items()]


def _fitted(curve: Curve) -> str:
    return f"{curve.score_low or 1:g}-{curve.score_high or 300:g}"


def explain(
    score: float,
    specialty: str | None = None,
    applicant_group: str | None = None,
    *,
    scheme: str = "guide",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> str:
    """Return what the tables say about a score, in plain sentences with the caveat.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300.
    specialty : str, optional
        See `calib.probability`; by default all, as a short list, the highest chance first.
    applicant_group : str
        See `calib.probability`.
    scheme : str
        See `calib.bands`.
    outcome, cycle, denominator, needs_visa, source
        See `calib.probability`; for all specialties, see `calib.chances`.

    Returns
    -------
    str
        One line of a specialty; of all, a line for each and what the marks mean.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `calib.probability`.

    Examples
    --------
    >>> import calib
    >>> text = calib.explain(250, "general_surgery", "non_us_img")
    >>> "who had interviews enough to rank general surgery first, about 29 % matched" in text
    True
    >>> text.endswith("a higher score alone need not change the chance.")
    True
    >>> calib.explain(243, applicant_group="non_us_img").splitlines()[2].split()
    ['specialty', 'chance', 'next', '(2027)', 'band', 'grade', 'cycle', 'marks']
    """
    scheme = names.resolve("scheme", scheme, names.LABELS)
    request = {"outcome": outcome, "cycle": cycle, "needs_visa": needs_visa, "source": source}
    if specialty is None:
        found_all = lookup.chances(score, applicant_group, denominator=denominator, **request)  # type: ignore[arg-type]
        rows, (title, *notes) = short_list(found_all, applicant_group, scheme, **request)
        return "\n\n".join([title, *([aligned(rows)] if rows else []), "\n".join(notes)])
    curve = current().find(specialty, applicant_group, denominator=denominator, **request)
    found = lookup.chance_at(curve, score)
    every = current().bands(curve, scheme)
    if found.value is None:
        note = current().note(curve)
        return " ".join([_nothing(found), *([note] if note else []), CAVEAT])
    held = replace(lookup.held_by(every, found.score), extrapolated=bool(found.extrapolated))
    # Outside the fitted scores no band is claimed, so none has neighbours.
    neighbours = [] if held.extrapolated else reach(every, held)
    said = [_chance(found), _label(held, found), *neighbours, *_standing(found)]
    return " ".join([*said, *beside(curve), *self_reported(found), CAVEAT])


def beside(curve: Curve) -> list[str]:
    """Return that a curve is a cohort's, or that cohorts have one beside it, and how to ask."""
    if curve.line and (own := current().cohort_of(curve)):
        return [f"It is the curve of {own}, a cohort, which need not stand for all applicants."]
    asked = [f"--source {shlex.quote(name)}" for name in current().beside(curve)]
    if not asked:
        return []
    return [
        "Beside it a cohort has a curve of its own, which need not stand for all applicants: "
        f"{'; '.join(asked)} (in Python source=...)."
    ]


def short_list(
    found: Sequence[Probability], applicant_group: object, scheme: str = "guide", **request: object
) -> tuple[list[dict[str, object]], list[str]]:
    """Return a row a chance, and what stands beside: a title, what marks mean, who is missing.

    Rows of few people come last: their chance is mostly what was borrowed.
    """
    edition = current()
    rows: list[dict[str, object]] = []
    found = sorted(found, key=_few)
    absent = {name: edition.find(name, applicant_group, **request) for name in edition.specialties}
    marks = []
    for one in found:
        del absent[one.specialty]
        held = lookup.held_by(edition.bands(one.curve, scheme), one.score)
        further = [*(["extrapolated"] * bool(one.extrapolated)), *(["few"] * _few(one))]
        further += ["uncounted"] * (one.n is None)
        mark = [word for word in dict.fromkeys([one.status, held.status, *further]) if word != "ok"]
        marks += mark
        rows.append(
            {
                "specialty": one.specialty,
                "chance": _range(one.value),
                _NEXT.format(edition.next_cycle): _range(one.next_low, one.next_high),
                "band": None if one.extrapolated else held.label,
                "grade": one.grade,
                "cycle": one.cycle,
                "marks": ", ".join(mark) or None,
            }
        )
    if not found:
        return rows, [*_none([*absent.values()]), CAVEAT]
    why_not: dict[str, list[str]] = {}
    for name, curve in absent.items():
        why_not.setdefault(absence(curve), []).append(name)
    later, score = next_cycle("'s"), f"{found[0].score:g}"
    missing = "; ".join(f"{', '.join(who)} ({reason})" for reason, who in why_not.items())
    return rows, [
        f"{counted(found[0], score, 'a specialty', 'this share')}; {later} is likely to lie in the"
        f" range beside it. Edition {edition.name}.",
        *legend("status", marks),
        *(f"{mark}: {told}." for mark, told in MARKS.items() if mark in marks),
        *legend("grade", (one.grade for one in found)),
        *([f"Without an answer: {missing}."] if missing else []),
        *self_reported(found[0]),
        CAVEAT,
    ]


def absence(curve: Curve) -> str:
    """Return in a few words why a specialty is missing from a list of one denominator."""
    if curve.line:
        return f"only {curve.denominator}: other people"
    if any(key.outcome == curve.outcome for key in _own(curve)):
        return "only of another cycle, denominator or visa stratum"
    return "no table"


def _few(found: Probability) -> bool:
    return found.n is not None and found.n < FEW


def _who(of: Answer | Curve) -> str:
    group = names.GROUPS.get(of.applicant_group, of.applicant_group.replace("_", " "))
    return group + _VISA.get(of.needs_visa or "", "")


def _own(of: Answer | Curve) -> list[CurveKey]:
    """Return the curves that the asked group has in the specialty."""
    return [key for key in of.available if key.applicant_group == of.applicant_group]


def _only_strata(asked: Answer | Curve, same: Sequence[CurveKey]) -> bool:
    """Return whether everyone was asked for where only visa strata have a curve."""
    return not asked.needs_visa and bool(same) and all(key.needs_visa for key in same)


def _words(key: CurveKey) -> str:
    """Return how to ask for a curve of the group."""
    visa = f" --needs-visa {key.needs_visa}" if key.needs_visa else ""
    asked = f"--outcome {key.outcome} --cycle {key.cycle} --denominator {key.denominator}"
    return asked + visa


def _ask(keys: Sequence[CurveKey]) -> str:
    """Return what there is for a group, as the words to ask for it."""
    words = dict.fromkeys(map(_words, keys))
    return f"{'; '.join(words)} (in Python the keywords of these names)."


def _none(absent: Sequence[Curve]) -> list[str]:
    """Return that no specialty has the curve that was asked for, and what the group has instead."""
    if not absent:
        return ["This edition has no curve."]
    asked = absent[0]
    keys = [key for curve in absent for key in _own(curve)]
    same = [key for key in keys if key.outcome == asked.outcome]
    nothing = f"No specialty has a curve of outcome {asked.outcome} for {_who(asked)}"
    if not keys:
        return [f"{nothing}, nor of another outcome."]
    if _only_strata(asked, same):
        told = (
            f"For {_who(asked)} outcome {asked.outcome} is told by visa stratum, not for everyone"
        )
        return [f"{told}. Ask for one: {_ask(same)}"]
    return [f"{nothing} as asked. Ask for what there is: {_ask(same or keys)}"]


def _nothing(found: Probability) -> str:
    specialty = found.specialty.replace("_", " ")
    told = [found.cycle and f"cycle {found.cycle}", found.denominator]
    asked = ", ".join([f"outcome {found.outcome}", *filter(None, told)])
    nothing = (
        f"No published table of edition {found.edition} gives the curve of {asked} for"
        f" {_who(found)} in {specialty}"
    )
    if own := _own(found):
        same = [key for key in own if key.outcome == found.outcome]
        nothing += ", whether or not they need a visa" if _only_strata(found, same) else ""
        return f"{nothing}. Ask for what this group has there: {_ask(own)}"
    groups: dict[str, dict[str, None]] = {found.outcome: {}}
    for key in found.available:
        groups.setdefault(key.outcome, {})[key.applicant_group] = None
    there = [f"{', '.join(held) or 'none'} (outcome {name})" for name, held in groups.items()]
    return f"{nothing}; groups that have one in this specialty: {'; '.join(there)}."


def counted(of: Answer | Curve, score: str, specialty: str, share: str, beyond: str = "") -> str:
    """Return of whom a share had the outcome: the clause stands in every sentence of a match.

    `beyond`: the fitted scores, where the score lies outside them and nobody had it.
    """
    people = f"{_who(of)} with a Step 2 CK score of {score}"
    drawn = f"by the curve drawn beyond the fitted scores ({beyond}) {share} would have"
    if of.outcome != "match":
        led = f"{drawn} led" if beyond else f"{share} led"
        return f"Of applications to {specialty} by {people}, {led} to an interview invitation"
    where = {"ranked_first": " first", "ranked_any_pgy1": " first or as a backup"}
    ranked = specialty + where.get(str(of.denominator), f" ({of.denominator})")
    matched = f"{drawn} matched" if beyond else f"{share} matched"
    return f"Of {people} who had interviews enough to rank {ranked}, {matched} in it"


def _chance(found: Probability) -> str:
    beyond = _fitted(found.curve) if found.extrapolated else ""
    share = f"about {_range(found.value)}"
    ends = (found.next_low, found.next_high)
    later = "" if None in ends else f"{next_cycle()} likely {_range(*ends)}; "
    people = "" if found.n is None else f"of {found.n} people in all, "
    specialty, score = found.specialty.replace("_", " "), f"{found.score:g}"
    return (
        f"{counted(found, score, specialty, share, beyond)}: {later}for"
        f" {found.cycle} alone, 95 % interval {_range(found.low, found.high)}; {people}grade"
        f" {found.grade}, status {found.status}; edition {found.edition},"
        f" {', '.join(found.sources)}."
    )


def _range(*shares: float | None) -> str | None:
    """Return shares as ``18-43 %``; a whole per cent is too coarse where they are a few of them."""
    told = [f"{100 * x:.{int(x < 0.0995)}f}" for x in shares if x is not None]
    return "-".join(told) + " %" if told else None


def _standing(found: Probability) -> list[str]:
    stands = lookup.standing_at(found.curve, found.score)
    if found.outcome != "match" or stands.matched is None:
        return []
    return [stood(found.cycle, _range(stands.matched), _range(stands.not_matched))]


def stood(cycle: str | None, matched: str | None, not_matched: str | None) -> str:
    """Return where a score stood among the people of a cycle, from shares as they are shown."""
    return (
        f"In {cycle}, {matched} of those who matched and {not_matched} of those who did not had"
        " that score or a lower one."
    )


def _label(held: Band, found: Probability) -> str:
    if advice := _guide_labels(held):
        return advice[0]
    if held.label is None:
        outside = ["The score lies outside those that the curve was fitted on."]
        reason = str(why(held, held.status)).replace("No edge is", "No band is")
        return " ".join([*(outside if held.extrapolated else ()), reason])
    if held.extrapolated:
        return (
            f"No band is claimed outside the scores {_fitted(held.curve)} that the curve was fitted"
            " on, and the chance there is extrapolated."
        )
    label = _quoted(held.label)
    if held.curve.status != "ok":
        later = next_cycle("'s")
        known = f"At every fitted score that is the band {label}, by {later} interval too."
        return f"{known} {why(held, held.curve.status)}"
    other = {"guide": held.chance_label, "chance": held.guide_label}[held.scheme]
    also = f", {_OTHER[held.scheme]} {_quoted(other)}" if other else ""
    return (
        f"That is the band {label} ({held.score_min}-{held.score_max}){also}{_doubt(held, found)}."
    )


def _quoted(label: str | None) -> str:
    return f"'{str(label).replace('_', ' ')}'"


def _doubt(held: Band, found: Probability) -> str:
    """Return which labels next cycle's interval of the chance holds, where they are several."""
    ends = [
        sum(end < edge for edge in names.EDGES)
        for end in (found.next_low, found.next_high)
        if end is not None
    ]
    words = [_quoted(names.LABELS[held.scheme][rank]) for rank in ends]
    if len({*words}) < 2:
        return ""
    return f"; next cycle it may be {' or '.join(words)}" + (
        " or between" if ends[0] - ends[1] > 1 else ""
    )


def narrowed(
    rows: list[dict[str, object]], width: int, spare: Sequence[str]
) -> tuple[list[dict[str, object]], list[str]]:
    """Return rows without as many spare columns as the width asks for, and which those are."""
    left_out: list[str] = []
    for name in spare:
        if max(map(len, aligned(rows).splitlines())) <= width:
            break
        rows = [{key: row[key] for key in row if key != name} for row in rows]
        left_out.append(name)
    return rows, left_out


def aligned(rows: Sequence[Mapping[str, object]], width: int | None = None) -> str:
    """Return rows as a table; where it is wider than `width`, as blocks of one line a column."""
    header = list(rows[0])
    cells = [["-" if row[name] is None else str(row[name]) for name in header] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    if width is None or sum(widths) + 2 * len(widths) - 2 <= width:
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (header, *cells)]
        return "\n".join(lines)
    at = max(map(len, header))
    blocks = [
        [f"{name:{at}}  {cell}" for name, cell in zip(header, row, strict=True)] for row in cells
    ]
    return "\n\n".join(wrapped("\n".join(block), width, " " * (at + 2)) for block in blocks)


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Return lines broken between words; what is indented stays so."""
    from textwrap import fill

    return "\n".join(
        fill(
            line,
            max(width, 20),
            subsequent_indent="  " if line.startswith("  ") else indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )
