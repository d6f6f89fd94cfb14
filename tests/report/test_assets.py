"""What is put into the page cannot break out of its place."""

from __future__ import annotations

import base64
import hashlib

from analyzer.report.assets import content_policy, page_script, plotly_script
from analyzer.report.panel import panels


def test_only_the_pages_own_scripts_may_run() -> None:
    """The policy names each script by its hash and allows no request."""
    digest = base64.b64encode(hashlib.sha256(b"run()").digest()).decode()
    policy = content_policy("run()")
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy


def test_scripts_can_stand_in_a_script_element() -> None:
    for script in (plotly_script(), page_script()):
        assert "</script" not in script.lower()
        assert "<!--" not in page_script()
        assert "\r" not in script


def test_the_page_is_built_from_texts_only() -> None:
    """No script of ours makes elements from mark-up, or code from text."""
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
    ):
        assert forbidden not in page_script()


def test_every_panel_is_in_the_script() -> None:
    assert all(f'definePanel("{name}"' in page_script() for name in panels())
