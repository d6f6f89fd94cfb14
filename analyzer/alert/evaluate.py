"""One evaluation, in a store or in a replay: judge, bring the state forward, say what is due."""

from __future__ import annotations

from analyzer.alert.advance import advance, drop_rules
from analyzer.alert.cause import finder
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding
from analyzer.alert.judge import judge
from analyzer.alert.rule import Rule, Rules
from analyzer.alert.state import Message, State
from analyzer.alert.tell import tell

_CATCH_UP = 24 * 60
_STEP = 10
_MOST = 12
"""Of what was missed, this many minutes are evaluated, this far apart at least, this often at most."""


def evaluate(
    state: State, rules: Rules, facts: Facts, at: int, is_last: bool = True, are_all: bool = True
) -> tuple[list[Finding], list[Message]]:
    """Evaluate at the minute `at` the rules that were not yet; return their findings and what to say.

    With `is_last` False nothing is said yet, for a later moment comes at once. `are_all` says that there
    are no other rules: what others have opened is over then, else it stays as it is.
    A rule that was evaluated at this minute or a later one is left alone, unless its definition has
    changed since: so an evaluation can be repeated, and one that comes late changes nothing.
    """
    due = [rule for rule in rules.rules if _is_due(state, rule, at)]
    if not due:
        return [], []
    findings = judge(due, facts, at)
    names = (
        {rule.name for rule in rules.rules} if are_all else {*state.evaluated, *(rule.name for rule in due)}
    )
    drop_rules(state, names, at)
    advance(state, due, findings, at, rules.policy, finder(facts, at))
    kept = {name: known for name, known in state.evaluated.items() if name in names}
    state.evaluated = {**kept, **{rule.name: (rule.hash, at) for rule in due}}
    return findings, tell(state, at, rules.policy, facts.clock) if is_last else []


def moments(state: State, at: int) -> list[int]:
    """Return the minutes to evaluate in order, the last of which is `at`.

    Where the last evaluation is long ago, some in between are caught up with, a dozen at most and of the
    last day: else an hourly call would not see what came and went within the hour.
    """
    last = max((known for _, known in state.evaluated.values()), default=at)
    first = max(last, at - _CATCH_UP)
    step = max(_STEP, -(-(at - first) // _MOST))
    return [*range(at - (at - first - 1) // step * step, at, step), at] if at > first else [at]


def _is_due(state: State, rule: Rule, at: int) -> bool:
    known = state.evaluated.get(rule.name)
    if known is None:
        return all(at >= other for _, other in state.evaluated.values())
    digest, last = known
    return at > last or (at == last and digest != rule.hash)
