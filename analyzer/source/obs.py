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

    endpoint = os.environ.get("OBS_ENDPOINT", "")
    region = os.environ.get("OBS_REGION", "")
    if not endpoint and region:
        endpoint = f"https://obs.{region}.myhuaweicloud.com"
    own = dict(conf.get(OBS, {}))
    if not endpoint and "endpoint_url" not in own:
        raise UsageError(
            "obs:// addresses need OBS_ENDPOINT in the environment, such as "
            "https://obs.cn-north-4.myhuaweicloud.com"
        )
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    host = urlsplit(endpoint).hostname or ""
    if not region and host.startswith("obs."):
        region = host.split(".")[1]
    # OBS wants the bucket in the host's name, and knows none of S3's newer checksums.
    addressing = "virtual" if host.endswith(".myhuaweicloud.com") else "auto"
    config = {
        "s3": {"addressing_style": addressing},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    options = {
        "endpoint_url": endpoint,
        "key": os.environ.get("OBS_ACCESS_KEY_ID"),
        "secret": os.environ.get("OBS_SECRET_ACCESS_KEY"),
        "token": os.environ.get("OBS_SECURITY_TOKEN"),
        "client_kwargs": {"region_name": region} if region else {},
        "config_kwargs": config,
    }
    return options | own
