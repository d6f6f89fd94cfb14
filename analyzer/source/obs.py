"""Huawei Cloud's object storage (OBS), read through its S3 interface."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from analyzer.errors import UsageError

OBS = "obs"


def obs_options() -> dict[str, Any]:
    """Return how s3fs is to reach OBS: by the `OBS_*` variables of Huawei's own tools.

    `OBS_ENDPOINT` (or `OBS_REGION`), `OBS_ACCESS_KEY_ID`, `OBS_SECRET_ACCESS_KEY` and
    `OBS_SECURITY_TOKEN`; what fsspec's configuration says of `obs` goes before. Raises UsageError
    without an endpoint.
    """
    from fsspec.config import conf

    own = dict(conf.get(OBS, {}))
    endpoint = own.get("endpoint_url") or _endpoint()
    host = urlsplit(endpoint).hostname or ""
    region = os.environ.get("OBS_REGION") or (host.split(".")[1] if host.startswith("obs.") else "")
    options = {
        "endpoint_url": endpoint,
        "key": os.environ.get("OBS_ACCESS_KEY_ID"),
        "secret": os.environ.get("OBS_SECRET_ACCESS_KEY"),
        "token": os.environ.get("OBS_SECURITY_TOKEN"),
        "client_kwargs": {"region_name": region} if region else {},
        "config_kwargs": {
            # OBS wants the bucket in the host's name, and knows none of S3's newer checksums.
            "s3": {"addressing_style": "virtual" if host.endswith(".myhuaweicloud.com") else "auto"},
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
    }
    return options | own


def _endpoint() -> str:
    region = os.environ.get("OBS_REGION")
    endpoint = os.environ.get("OBS_ENDPOINT") or (f"obs.{region}.myhuaweicloud.com" if region else "")
    if not endpoint:
        raise UsageError(
            "obs:// addresses need OBS_ENDPOINT in the environment, such as "
            "https://obs.cn-north-4.myhuaweicloud.com"
        )
    return endpoint if "://" in endpoint else f"https://{endpoint}"
