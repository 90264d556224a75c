"""Reads plain YAML: texts, lists and mappings with their lines.

Every scalar stays text: an edition 2026.10 is not the number 2026.1, and `no` is not False. What
YAML would leave out of it without a word is noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml

from recalib.contract.vocabulary import suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.characters import odd_spaces, unseen, without_unseen

Value = str | list["Value"] | dict[str, "Value"]
_Read = TypeVar("_Read")
DEEPEST = 8  # a mapping of lists of mappings needs 3
#: What follows a value, or stands in its place, and is a comment to YAML, but hardly to a reader,
#: who writes "# and why"; not "#3" or "# 3".
_COMMENT = re.compile(r"[ \t]+(#(?!#*[ \t]+[^\s\d]).*)")
_BLANK = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Document:
    """A mapping of a .yml file, null as blank text, with the lines of keys and list items.

    `line`: where it begins, if it is an item of a list.
    """

    file: str
    entries: dict[str, Value]
    lines: dict[str, int] = field(default_factory=dict)
    item_lines: dict[str, list[int]] = field(default_factory=dict)
    line: int | None = None

    def text(self, key: str) -> str:
        """Text of a key; blank where it is absent or no text."""
        value = self.entries.get(key, "")
        return value if isinstance(value, str) else ""

    def mapping(self, key: str) -> dict[str, Any]:
        """Mapping of a key; empty where it is absent or none."""
        value = self.entries.get(key)
        return value if isinstance(value, dict) else {}

    def items(self, key: str) -> list[tuple[Value, int]]:
        """Items of a list with their lines; empty where the key is absent or no list."""
        value = self.entries.get(key)
        if not isinstance(value, list):
            return []
        return list(zip(value, self.item_lines[key], strict=True))

    def note(
        self, findings: Findings, rule: str, found: str, key: str, fix: str | None = None
    ) -> None:
        """Note a problem with the value of a key."""
        row = self.lines.get(key, self.line)
        findings.add(rule, self.file, found, row=row, column=key, fix=fix)


class _NotPlainError(Exception):
    """The YAML is more than a plain mapping; carries what and the line."""

    def __init__(self, found: str, line: int) -> None:
        super().__init__(found)
        self.line = line


def read_yml(text: str, file: str, findings: Findings) -> Document | None:
    """Read a YAML mapping; None where the text is no plain one."""
    return _compose(text, file, findings, lambda node: _document(node, file, "file"))


def read_yml_list(text: str, file: str, findings: Findings) -> list[Document] | None:
    """Read a YAML list of mappings; None where the text is no plain one."""
    return _compose(text, file, findings, lambda node: _documents(node, file))


def _compose(
    text: str, file: str, findings: Findings, read: Callable[[yaml.Node | None], _Read]
) -> _Read | None:
    """Read the node of a YAML text, and note what is not plain in it."""
    try:
        for event in _plain_events(text):
            _check_whole(event, text, file, findings)
        return read(yaml.compose(text, Loader=yaml.SafeLoader))
    except _NotPlainError as error:
        findings.add("yml-syntax", file, str(error), row=error.line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        row = None if mark is None else mark.line + 1
        above = "\n".join(text.split("\n")[: row or 0][-2:])
        found = f"YAML cannot read it: {error.problem}.{odd_spaces(above)}"
        findings.add("yml-syntax", file, found, row=row)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        findings.add("yml-syntax", file, f"YAML cannot read it: {reason}.")
    return None


def _documents(node: yaml.Node | None, file: str) -> list[Document]:
    if not isinstance(node, yaml.SequenceNode):
        raise _NotPlainError("The file is not a list.", 1)
    return [_document(item, file, "item", item.start_mark.line + 1) for item in node.value]


def _document(node: yaml.Node | None, file: str, what: str, line: int | None = None) -> Document:
    if not isinstance(node, yaml.MappingNode):
        raise _NotPlainError(f"The {what} is not a mapping of keys to values.", line or 1)
    values = dict(_pairs(node))
    lines = {without_unseen(key.value): key.start_mark.line + 1 for key, _ in node.value}
    item_lines = {
        without_unseen(key.value): [item.start_mark.line + 1 for item in value.value]
        for key, value in node.value
        if isinstance(value, yaml.SequenceNode)
    }
    return Document(file, values, lines, item_lines, line)


def _row(event: yaml.Event) -> int | None:
    return None if event.start_mark is None else event.start_mark.line + 1


def _left_out(event: yaml.Event, text: str) -> str:
    """Say what YAML leaves out of a value; blank for nothing."""
    if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
        if event.anchor is not None:
            return f"To YAML &{event.anchor} names a value and is not text."
        if getattr(event, "tag", None) is not None:
            return "To YAML the word that begins with ! tells a type and is not text."
    if not isinstance(event, yaml.ScalarEvent) or event.style is not None or not event.end_mark:
        return ""
    comment = _COMMENT.match(text, event.end_mark.index)
    left = f'only "{event.value}"' if event.value else "nothing"
    return f'YAML reads {left} here: to it "{comment[1]}" is a comment.' if comment else ""


def _check_whole(event: yaml.Event, text: str, file: str, findings: Findings) -> None:
    """Note what of a text is left out, and what of it cannot be seen."""
    row = _row(event)
    if found := _left_out(event, text):
        findings.add("yml-cut", file, found, row=row)
    if isinstance(event, yaml.ScalarEvent) and (names := unseen(event.value)):
        findings.add("unseen-character", file, f"There is {names} here.", row=row)


def _plain_events(text: str) -> Iterator[yaml.Event]:
    """Refuse references, which can blow a small file up, and deep nesting, before composing."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _row(event) or 1
        if isinstance(event, yaml.AliasEvent):
            raise _NotPlainError("There is a YAML reference (*).", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _NotPlainError(f"Values are nested more than {DEEPEST} deep.", line)
        yield event


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, Value]]:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _NotPlainError("A key is not plain text.", line)
        name = without_unseen(key.value)
        if name in seen:
            raise _NotPlainError(f'The key "{name}" occurs twice.', line)
        seen.add(name)
        yield name, _plain(value)


def _plain(node: yaml.Node) -> Value:
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    text = str(node.value)
    quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
    if getattr(node, "style", None) not in ("|", ">"):  # whose lines are meant
        text = without_unseen(text)
    return "" if text in _BLANK and not quoted else text


def check_keys_of(
    document: Document,
    required: Collection[str],
    findings: Findings,
    optional: Collection[str] = (),
) -> None:
    """Check that a document has its keys and no others."""
    known = [*required, *optional]
    for key in document.lines:
        if key not in known:
            absent = [name for name in known if name not in document.entries]
            found = f'"{key}" is not a key of this file.'
            found = f"{found} {suggestion(key, absent, enumerate_all=False)}".strip()
            document.note(findings, "yml-unknown-key", found, key)
    for key in required:
        if key not in document.entries:
            document.note(findings, "yml-missing-key", f'"{key}" is missing.', key)


def check_texts(document: Document, keys: Collection[str], findings: Findings) -> None:
    """Check that the values of some keys, where there, are texts and not blank."""
    for key in keys:
        if key in document.entries and not document.text(key).strip():
            value = document.entries[key]
            found = f"{key} is {'blank' if isinstance(value, str) else 'no text'}."
            document.note(findings, "yml-value", found, key)
