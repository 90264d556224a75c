from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest
from bs4 import BeautifulSoup

from recalib.problems import RecalibError
from recalib.report import show
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


HOSTILE = "<script>alert(1)</script> </title> <img src=x onerror=alert(2)> \" ' & `x`"


def test_texts_are_texts_in_every_place_of_a_page(tmp_path: Path) -> None:
    work: Any = SimpleNamespace(inputs={"provenance": {}}, edition="1")
    shown = [show.title(HOSTILE, work), show.words_of(f"## {HOSTILE}", f"> {HOSTILE}")]
    shown.append(show.points([HOSTILE, HOSTILE]))
    outputs = [display("display_data", **{"text/markdown": each.data}) for each in shown]
    details = show.details(HOSTILE, show.Html("<p></p>"), HOSTILE)
    figure, axes = plt.subplots()
    axes.set_title(HOSTILE)
    figure.set_label(HOSTILE)
    for html in (details, show.picture(figure, HOSTILE), show.drawing(figure, HOSTILE, "one")):
        assert html is not None
        outputs.append(display("display_data", **{"text/html": html.text}))
    plt.close(figure)
    path = executed(tmp_path, *outputs)
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[0]
    nbformat.write(notebook, path)
    assert write_page(path, tmp_path / "page.html") == HOSTILE
    page = BeautifulSoup((tmp_path / "page.html").read_text("utf-8"), "html.parser")
    assert page.title is not None
    assert page.title.get_text().startswith(HOSTILE)
    assert not page.find_all("script")
    assert [each["alt"] for each in page.find_all("img")] == [HOSTILE]
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="java\nscript:alert(1)">x</a>',
        '<a href=" JavaScript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        "<svg onload=alert(1)>",
    ],
)
def test_what_a_link_would_run_is_found(html: str) -> None:
    assert len(outside_requests(html)) == 1


def test_a_link_in_a_text_that_would_run_something_makes_no_page(tmp_path: Path) -> None:
    said = show.words_of("A [report](javascript:alert(1))").data
    path = executed(tmp_path, display("display_data", **{"text/markdown": said}))
    with pytest.raises(RecalibError, match="would load or run javascript"):
        write_page(path, tmp_path / "page.html")


def test_a_page_that_would_ask_another_host_is_an_error(tmp_path: Path) -> None:
    path = executed(
        tmp_path, display("display_data", **{"text/html": '<script src="//cdn.example/x.js">'})
    )
    with pytest.raises(RecalibError, match="would load or run //cdn"):
        write_page(path, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
