"""The description for programs: whole, and true of what the server does."""

from __future__ import annotations

import warnings

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from analyzer.query.library import load_queries
from tests.web.conftest import Server

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


def fuzzed(server: Server, examples: int) -> int:
    """Send made-up calls to every described address and check each answer; return how many were sent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_url(f"{server.url}openapi.json")
    sent = 0
    with httpx.Client(base_url=server.url) as _:
        for made in schema.get_all_operations():
            operation = made.ok()

            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @_given(operation)
            def call(case: schemathesis.Case) -> None:
                nonlocal sent
                sent += 1
                case.call_and_validate(checks=CHECKS)

            call()
    return sent


def _given(operation: object) -> object:
    from hypothesis import given
    from schemathesis import GenerationMode

    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]  # type: ignore[attr-defined]
    return given(case=modes[0] | modes[1])


def test_every_query_is_described(server: Server) -> None:
    """Every query's JSON and CSV stand there with all parameters and columns; nothing comes from outside."""
    answer = server.get("/openapi.json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    for query in load_queries().values():
        for kind in ("json", "csv"):
            described = document["paths"][f"/api/queries/{query.name}.{kind}"]["get"]
            assert [one["name"] for one in described["parameters"]] == [one.name for one in query.parameters]
        content = document["paths"][f"/api/queries/{query.name}.json"]["get"]["responses"]["200"]["content"]
        row = content["application/json"]["schema"]["properties"]["rows"]["items"]
        assert list(row["properties"]) == [column.name for column in query.returns]
    assert "http://" not in answer.text
    assert "https://" not in answer.text


def test_made_up_calls_find_no_fault(server: Server) -> None:
    """Valid and invalid calls to every address: no error of ours, and every answer as described."""
    assert fuzzed(server, 3) > 100


@pytest.mark.proof
def test_many_made_up_calls_find_no_fault(server: Server) -> None:
    """The same with many more calls."""
    assert fuzzed(server, 25) > 1500
