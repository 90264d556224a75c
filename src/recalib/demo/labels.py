"""Says in every file of the demo, by names, titles and texts, that it is made up."""

from __future__ import annotations

import yaml

#: Name of the cohort: no file of it can be taken for somebody's data.
NAME = "synthetic_demo"
#: Name of the edition; every row of every published table carries it.
EDITION = "synthetic-demo"
TITLE = "Synthetic demonstration cohort: no row is a person"
WRITER = "calib demo-cohort"


def call(rows: int, seed: int) -> str:
    """Return the command that makes the cohort."""
    return f"{WRITER} --rows {rows} --seed {seed}"


def metadata(rows: int, seed: int, edition: str) -> dict[str, str]:
    """Return what the Parquet file says about itself."""
    return {
        "synthetic": "true",
        "title": TITLE,
        "made_by": call(rows, seed),
        "margins_from_edition": edition,
    }


def provenance(rows: int, seed: int, edition: str, denominator: str) -> str:
    """Return the text of the .yml beside the cohort."""
    entries = {
        "title": TITLE,
        "publisher": "Nobody: drawn by a random number generator",
        "citation": f"Synthetic data made by `{call(rows, seed)}`. Not to be cited.",
        "edition": EDITION,
        "rights": "None: no person and no institution is behind any row.",
        "trust": "shape_only: synthetic, for trying things out.",
        "transcribed_from": f"Nothing. Margins follow curves.csv of edition {edition}.",
        "notes": [
            "Sizes, base rates, scores and slopes follow that edition; applications, covariates, "
            "their effects and the overdispersion are assumed.",
            "The truth that the rows were drawn from lies beside the raw folder.",
            "Match and interviews are drawn apart, given score and covariates: somebody may match "
            "without an interview.",
        ],
        "anchors": [],
        "denominator": denominator,
        "synthetic": True,
    }
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=98)


def readme(rows: int, seed: int, edition: str, truth: str, with_tables: bool) -> str:
    """Return the text of the folder's README.md."""
    tables = ", `published/`" if with_tables else ""
    return (
        "# Synthetic data\n\n"
        f"Made by `{call(rows, seed)}` from edition {edition}.\n"
        "The rows in `cohorts/` are drawn by a random number generator; none is a person.\n"
        f"`{truth}`, beside this folder, holds the truth they were drawn from.\n"
        f"Copied from the raw tables, and not synthetic: `specialties.csv`, `guides/`{tables}.\n"
    )
