"""Alerts: rules as data, judged at a moment, told as incidents.

In order: rules are loaded (`load`, `rule`, `schema`), what they need is measured (`stored`, `series`),
each is judged (`kind/`), the verdicts become signals and incidents (`advance`), what is worth saying
becomes a message (`tell`, `body`, `text`), and all of it is kept (`record`). `check` does it once,
`replay` over and over.
"""
