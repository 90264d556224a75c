from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from recalib.problems import RecalibError
from recalib.run.page import outside_requests, write_page


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<img src='//cdn.example/x.png'>",
        '<img srcset="a.png, http://cdn.example/x.png 2x">',
        '<link rel="stylesheet" href="HTTPS://cdn.example/x.css">',
        "<style>@import 'https://cdn.example/x.css';</style>",
        "<style>p { background: url(http://cdn.example/x.png) }</style>",
        '<p style="background: url(//cdn.example/x.png)">',
        '<svg><image xlink:href="https://cdn.example/x.png"/></svg>',
        '<iframe src="https://cdn.example/"></iframe>',
    ],
)
def test_what_a_browser_would_load_from_outside_is_found(html: str) -> None:
    (address,) = outside_requests(f"<html><body>{html}</body></html>")
    assert "cdn.example" in address


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org/report">the report</a>',
        '<img src="data:image/png;base64,AAAA//BB">',
        '<img src="figures/x.png"><link href="page.css">',
        "<p>see https://example.org</p><style>p { color: red } /* // */</style>",
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>',
    ],
)
def test_links_and_local_files_are_no_outside_requests(html: str) -> None:
    assert outside_requests(html) == []


def executed(tmp_path: Path, *outputs: dict[str, Any]) -> Path:
    code = nbformat.v4.new_code_cell("secret_code = 1", execution_count=1)
    code.outputs = [nbformat.from_dict(output) for output in outputs]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# The *title* & more\n\nSome text."), code]
    )
    path = tmp_path / "executed.ipynb"
    nbformat.write(notebook, path)
    return path


def display(kind: str, **data: str) -> dict[str, Any]:
    output: dict[str, Any] = {"output_type": kind, "metadata": {}, "data": data}
    return output | ({"execution_count": 1} if kind == "execute_result" else {})


def test_a_page_shows_every_output_and_no_code(tmp_path: Path) -> None:
    path = executed(
        tmp_path,
        display("display_data", **{"text/html": "<table><tr><td>shown</td></tr></table>"}),
        display("execute_result", **{"text/plain": "a plain result"}),
        display("display_data", **{"image/png": "iVBORw0KGgo="}),
        display("display_data", **{"image/svg+xml": "<svg><title>drawn</title></svg>"}),
        display("execute_result", **{"text/markdown": "## A second heading"}),
        {"output_type": "stream", "name": "stdout", "text": "printed"},
    )
    page = tmp_path / "specialties" / "page.html"
    assert write_page(path, page, "../") == "The *title* & more"
    html = page.read_text(encoding="utf-8")
    for shown in (
        "<td>shown</td>",
        "a plain result",
        "data:image/png;base64,iVBORw0KGgo=",
        "<title>drawn</title>",
        "A second heading",
        "printed",
        "Some text.",
        'href="../index.html"',
    ):
        assert shown in html
    assert "secret_code" not in html
    assert "<script" not in html
    assert outside_requests(html) == []


def test_a_page_that_would_ask_another_host_is_an_error(tmp_path: Path) -> None:
    path = executed(
        tmp_path, display("display_data", **{"text/html": '<script src="//cdn.example/x.js">'})
    )
    with pytest.raises(RecalibError, match="would load //cdn"):
        write_page(path, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
