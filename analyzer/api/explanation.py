"""What one pasted error means, by the catalogues in use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.config import Configuration, load_configuration

if TYPE_CHECKING:
    from analyzer.classification.entry import Catalog
    from analyzer.classification.explain import Explanation


def catalogs_in_use(configuration: Configuration, extra: Sequence[Path] = ()) -> tuple[Catalog, ...]:
    """Return the catalogues: the package's, the configuration's, and the files or folders `extra`.

    Raises CatalogError for a broken one and MissingPathError for a missing one.
    """
    from analyzer.classification.load import load_catalogs

    return load_catalogs([*configuration.catalogs, *extra])


def classify(
    text: str, catalogs: Sequence[Path] = (), configuration: Configuration | None = None
) -> Explanation:
    """Explain one pasted error: its entry, what it means, what to do.

    `catalogs` are files or folders of your own, beside those that `configuration` names (analyzer.toml's
    where None). Raises as `catalogs_in_use` does.
    """
    from analyzer.classification.explain import explain
    from analyzer.classification.rule import Classifier

    found = catalogs_in_use(configuration or load_configuration(), catalogs)
    return explain(Classifier(found), text)
