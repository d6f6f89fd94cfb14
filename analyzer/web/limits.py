"""What a request may cost: every bound of the live page by its name."""

from __future__ import annotations

STATEMENT_SECONDS = 20.0
"""The longest that one answer's queries may run; then they are interrupted."""
PAGE_SECONDS = 90.0
"""The same for the page's whole payload, which asks many questions at once."""
LOCK_SECONDS = 0.3
"""How long an answer waits for another process's writing where an older answer can be shown."""
AGAIN_SECONDS = 1.0
"""How long older answers are then given without trying again."""
CONCURRENT_WORKS = 3
"""Answers that are worked out at a time; others wait for their turn."""
WAITING_WORKS = 48
"""Answers that may wait for their turn; more are refused with 503."""
LONGEST_HOLD_SECONDS = 2.0
"""After so long newcomers wait until the database was closed once, so that a writer gets at it."""
GAP_SECONDS = 0.25
"""How long the database then stays closed: longer than a writer waits between two tries."""

MAX_ROWS = 10_000
"""Rows of a query's answer; the answer says when it was cut."""
MAX_BYTES = 16_000_000
"""Bytes of a query's answer; the answer says when it was cut."""
CACHE_BYTES = 96_000_000
"""Bytes of answers that are kept; the least used goes first."""
CACHE_ANSWERS = 512

FRESH_SECONDS = 5.0
"""How far an answer may lag behind the file while its successor is worked out."""
SWITCH_SECONDS = 0.0005
"""How long a thread that works an answer out may keep Python to itself while requests wait."""
GRACE_SECONDS = 0.05
"""How long a request then waits for the successor before it is given the older answer."""
REST_FACTOR = 3.0
"""An answer that took a second is worked out anew after three at the earliest."""
MOST_REST_SECONDS = 15.0
"""No answer rests for longer than this when the file has changed."""

CONNECTIONS = 256
"""Open connections; more are answered with 503."""
HEAD_BYTES = 16_384
"""The longest head of a request."""
HEAD_SECONDS = 10.0
"""How long a client may take to send the head of its request."""
STOP_SECONDS = 3
"""How long a stop waits for answers under way."""

NEIGHBOURS = 40
"""Events shown beside an event for each of its operation, task and request."""
SAMPLES = 8
"""Lines shown on an entry's page."""
GROUPS = 12
"""Rows of each table on an entry's page."""
METRIC_REASONS = 50
"""Different reasons of rejects in the metrics; the rest is added up."""
MIN_TOKEN = 16
"""The shortest token, in characters."""
