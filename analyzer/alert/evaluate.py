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


def evaluate(state: State, rules: Rules, facts: Facts, at: int) -> tuple[list[Finding], list[Message]]:
    """Evaluate at the minute `at` the rules that were not yet; return their findings and what to say.

    A rule that was evaluated at this minute or a later one is left alone, unless its definition has
    changed since: so an evaluation can be repeated, and one that comes late changes nothing.
    """
    due = [rule for rule in rules.rules if _is_due(state, rule, at)]
    state.ended, state.over = [], []
    if not due:
        return [], []
    findings = judge(due, facts, at)
    drop_rules(state, {rule.name for rule in rules.rules}, at)
    advance(state, due, findings, at, rules.policy, finder(facts, at))
    names = {rule.name for rule in rules.rules}
    kept = {name: known for name, known in state.evaluated.items() if name in names}
    state.evaluated = {**kept, **{rule.name: (rule.hash, at) for rule in due}}
    return findings, tell(state, at, rules.policy, facts.clock)


def _is_due(state: State, rule: Rule, at: int) -> bool:
    known = state.evaluated.get(rule.name)
    if known is None:
        return all(at >= other for _, other in state.evaluated.values())
    digest, last = known
    return at > last or (at == last and digest != rule.hash)
