"""Whatever is done to a valid folder, the checks answer, and no problem is a promise."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recalib.contract.tables import PUBLISHED
from recalib.problems import Problem
from recalib.raw import check_raw, read_raw

CELLS = st.one_of(
    st.sampled_from(["", "NA", "nan", "inf", "-1", "0", "1", "250", "1e3", "243.5", "9" * 40, '"']),
    st.sampled_from(["img", "match", "interview", "yes", "tier:x", "2026", "2020-2024", "a,b"]),
    st.integers(-5, 400).map(str),
    st.floats().map(str),
    st.text(max_size=8),
)


@st.composite
def damages(draw):
    """A function from a file's bytes to other bytes: cells, rows or bytes are changed."""
    kind = draw(st.sampled_from(["cell", "cell", "cell", "row", "bytes"]))
    at, other = draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000))
    cell, junk = draw(CELLS), draw(st.binary(max_size=6))
    row_action = draw(st.sampled_from(["drop", "repeat", "swap"]))

    def damage(content: bytes) -> bytes:
        lines = content.split(b"\n")
        line = at % len(lines)
        if kind == "cell":
            parts = lines[line].split(b",")
            parts[other % len(parts)] = cell.encode("utf-8", "surrogatepass")
            lines[line] = b",".join(parts)
        elif kind == "row":
            second = other % len(lines)
            if row_action == "drop":
                del lines[line]
            elif row_action == "repeat":
                lines.insert(second, lines[line])
            else:
                lines[line], lines[second] = lines[second], lines[line]
        else:
            start = at % (len(content) + 1)
            return content[:start] + junk + content[start + other % 5 :]
        return b"\n".join(lines)

    return damage


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_check_raw_always_answers_and_an_empty_answer_can_be_read(valid_files, data):
    chosen = data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(valid_files)), damages()), min_size=1, max_size=3)
    )
    contents = {name: text.encode() for name, text in valid_files.items()}
    for name, damage in chosen:
        contents[name] = damage(contents[name])
    with tempfile.TemporaryDirectory() as place:
        for name, content in contents.items():
            path = Path(place, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        problems = check_raw(Path(place))
        assert all(isinstance(problem, Problem) for problem in problems)
        assert "check-crashed" not in {problem.rule for problem in problems}, problems
        for problem in problems:
            assert str(problem).encode("utf-8").strip()
        if not problems:
            raw = read_raw(Path(place))
            key = ["cycle", "specialty", "applicant_group", "outcome", "denominator"]
            for frame in (getattr(raw, kind) for kind in PUBLISHED):
                assert frame[key].notna().all(axis=None)
                assert (frame[key] != "").all(axis=None)
            assert (raw.totals["n_success"] <= raw.totals["n_total"]).all()
