"""The kinds of rules: each file declares its keys, the spans of time it looks at, and how it judges."""
