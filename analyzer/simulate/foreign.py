"""Errors that no row of the catalogue explains: others' codes, unknown codes, unknown texts of known ones."""

from __future__ import annotations

FOREIGN: tuple[tuple[int, str | None, str | None], ...] = (
    (404, "model_not_found", "Invalid model."),
    (404, "model_not_found", "The model `gpt-5-pro` does not exist or you do not have access to it."),
    (401, "invalid_api_key", "Incorrect API key provided: sk-sim****0000. Check your key and try again."),
    (429, "rate_limit_exceeded", "Rate limit reached: used 403, limit 400. Try again in 429ms."),
    (429, "insufficient_quota", "You exceeded your current quota, check your plan and billing."),
    (400, "context_length_exceeded", "The maximum context length is 131072 tokens, you asked for 140403."),
    (400, None, "'messages' must contain the word 'json' to use 'response_format' json_object."),
    (400, "content_filter", "The prompt <script>alert(\"429\")</script> was blocked by the content policy."),
    (429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
    (529, "overloaded_error", "Overloaded"),
    (500, "ModelArts.99999", "The orchestration layer rejected the job, trace 81101-429."),
    (429, "ModelArts.811010", "Request was held back by the gateway's traffic policy."),
)  # fmt: skip
"""Status, code and message of answers whose match is `none`."""

CODE_LEVEL: tuple[tuple[int, str, str | None], ...] = (
    (400, "ModelArts.81001", "Inference failed: CUDA out of memory on rank 3."),
    (400, "ModelArts.0104", "Invalid parameter, error: region is not supported in this project."),
    (429, "ModelArts.81101", "Concurrent tasks of this account have reached 12, the queue is full."),
    (401, "ModelArts.81015", "Rejected: the key expired on 2026-10-31."),
    (503, "ModelArts.81104", None),
)
"""Status, code and message of answers whose code the catalogue knows and whose text it does not."""

PAGES = {
    502: "502 Bad Gateway",
    504: "504 Gateway Time-out",
    413: "413 Request Entity Too Large",
}


def page(status: int) -> str:
    """Return the HTML page with which a proxy reports this status."""
    title = PAGES[status]
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
