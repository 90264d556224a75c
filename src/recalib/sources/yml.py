"""Reads plain YAML: texts, lists and mappings with their lines.

Every scalar stays text: an edition 2026.10 is not the number 2026.1, and `no` is not False.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import yaml

from recalib.contract.vocabulary import suggestion
from recalib.sources.catalogue import Findings

Value = str | list["Value"] | dict[str, "Value"]
_Read = TypeVar("_Read")
DEEPEST = 8  # a mapping of lists of mappings needs 3
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
        _check_plain(text)
        return read(yaml.compose(text, Loader=yaml.SafeLoader))
    except _NotPlainError as error:
        findings.add("yml-syntax", file, str(error), row=error.line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        row = None if mark is None else mark.line + 1
        findings.add("yml-syntax", file, f"YAML cannot read it: {error.problem}.", row=row)
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
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
    item_lines = {
        key.value: [item.start_mark.line + 1 for item in value.value]
        for key, value in node.value
        if isinstance(value, yaml.SequenceNode)
    }
    return Document(file, values, lines, item_lines, line)


def _check_plain(text: str) -> None:
    """Refuse references, which can blow a small file up, and deep nesting, before composing."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _NotPlainError("There is a YAML reference (*).", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _NotPlainError(f"Values are nested more than {DEEPEST} deep.", line)


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, Value]]:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _NotPlainError("A key is not plain text.", line)
        if key.value in seen:
            raise _NotPlainError(f'The key "{key.value}" occurs twice.', line)
        seen.add(key.value)
        yield key.value, _plain(value)


def _plain(node: yaml.Node) -> Value:
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    text = str(node.value)
    quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
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
