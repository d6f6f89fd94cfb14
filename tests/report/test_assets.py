"""What is put into the page cannot break out of its place."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from analyzer.report.assets import content_policy, plotly_script, script_json


@pytest.mark.parametrize("text", ["</script>", "<!--", "<script>", "\u2028", "\u2029", "&amp;", "]]>"])
def test_json_in_a_script_element_cannot_end_it(text: str) -> None:
    written = script_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not set("<>&\u2028\u2029") & set(written)


def test_only_the_pages_own_scripts_may_run() -> None:
    """The policy names each script by its hash and allows no request."""
    digest = base64.b64encode(hashlib.sha256(b"run()").digest()).decode()
    policy = content_policy("run()")
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy


def test_plotly_can_stand_in_a_script_element() -> None:
    script = plotly_script()
    assert "</script" not in script.lower()
    assert "\r" not in script
