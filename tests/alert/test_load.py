"""Files of rules: read whole, and refused with file, key and reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.alert.judge import KINDS
from analyzer.alert.load import examples, find_rule, load_rules
from analyzer.alert.rule import COMMON_KEYS, POLICY_KEYS, Rules
from analyzer.alert.schema import REQUIRED
from analyzer.errors import AlertError, UnknownNameError
from analyzer.text import languages

RATE = '[[rule]]\nname = "one"\nkind = "rate"\nwarning = 0.02\n'


@pytest.mark.parametrize("name", examples())
def test_each_example_is_sound_and_speaks_both_languages(name: str) -> None:
    rules = load_rules([examples()[name]]).rules
    assert rules
    assert all(set(languages()) <= set(rule.title) for rule in rules)


def test_the_examples_show_every_kind() -> None:
    kinds = {rule.kind for path in examples().values() for rule in load_rules([path]).rules}
    assert kinds == set(KINDS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rules = 1", "rules: there is no such key; did you mean 'rule'?"),
        ("rule = 1", "rule: write [[rule]] above each rule"),
        ("policy = 1", "policy: write [policy] above its keys"),
        ("[policy]\nquiet = 1", "policy: quiet: there is no such key; did you mean 'quiet_hours'?"),
        ('[policy]\nquiet_hours = ["25:00-07:00"]', "quiet_hours: write times such as '22:00-07:00'"),
        ('[policy]\nquiet_hours = ["07:00-07:00"]', "quiet_hours: write times such as"),
        (
            '[policy]\nbreak_through = "all"',
            "policy: break_through: it cannot be 'all'; there are alert, none",
        ),
        ('[[rule]]\nname = "one"', "rule one: kind: it is missing; add it; there are rate, count"),
        ('[[rule]]\nkind = "rat"', "rule 1: kind: there is no kind 'rat'; there are rate"),
        ('[[rule]]\nkind = "rate"\nwarning = 0.1', "rule 1: name: it is missing; add it"),
        ('[[rule]]\nname = "One two"\nkind = "rate"', "rule One two: name: write a name of a-z"),
        ('[[rule]]\nname = "one"\nkind = "rate"', "rule one: warning: it is missing, and so is alert"),
        (RATE + "alert = 0.01", "rule one: alert: 0.01 is below warning, 0.02; exchange them"),
        (RATE.replace("0.02", "2"), "rule one: warning: write a part of 1, such as 0.05 for 5 %, not 2"),
        (RATE + 'window = "10 minutes"', "window: write a span such as '10m', '6h', '30d' or '4w'"),
        (RATE + 'window = "30d"', "window: write a span of 1m to 1w, not '30d'"),
        (RATE + "windw = 3", "rule one: windw: there is no such key; did you mean 'window'?"),
        (RATE + "release = 1.5", "release: write a part of 1"),
        (RATE + "minimum = 0", "minimum: write a whole number above 0, not 0"),
        (RATE + "title = { zh = '一' }", "title: write a text, or { en ="),
        (RATE + "slo = 0.99", "slo: there is no such key"),
        (
            '[[rule]]\nname = "one"\nkind = "burn_rate"\nslo = 0.9',
            "rule one: slo: 0.9 leaves a budget that cannot burn 14.4 times too fast if all fails; "
            "write more than 0.931",
        ),
        ('[policy]\ndelay = "2d"', "policy: delay: write a span of at most 1d, not '2d'"),
        (RATE + 'owner = "providr"', "rule one: owner: it cannot be 'providr'; did you mean 'provider'?"),
        (RATE + 'owner = "bob"', "it cannot be 'bob'; there are caller, account_admin, provider, unknown"),
        (RATE + 'category = "rate_limits"', "it cannot be 'rate_limits'; did you mean 'rate_limit'?"),
        (RATE + RATE, "rule one: name: "),
        ("[[rule", "is not valid TOML"),
    ],
)
def test_a_fault_is_named_with_file_key_and_reason(
    text: str, fault: str, make_rules: Callable[[str], Rules], tmp_path: Path
) -> None:
    with pytest.raises(AlertError) as caught:
        make_rules(text)
    assert str(caught.value).startswith(str(tmp_path / "alerts.toml"))
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_rate_may_be_all_requests(make_rules: Callable[[str], Rules]) -> None:
    (rule,) = make_rules(RATE.replace("0.02", "1.0")).rules
    assert rule.settings["warning"] == 1.0


def test_two_files_make_one_set_with_one_policy(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[policy]\nremind = "0"\n' + RATE, encoding="utf-8")
    (tmp_path / "b.toml").write_text(RATE.replace("one", "two"), encoding="utf-8")
    rules = load_rules([tmp_path])
    assert [rule.name for rule in rules.rules] == ["one", "two"]
    assert rules.policy.remind == 0
    (tmp_path / "b.toml").write_text("[policy]\n", encoding="utf-8")
    with pytest.raises(AlertError, match=r"b.toml: policy: .*a.toml has one too"):
        load_rules([tmp_path])


def test_a_rule_is_found_by_its_name_or_the_nearest_is_offered(make_rules: Callable[[str], Rules]) -> None:
    rules = make_rules(RATE)
    assert find_rule("one", rules).name == "one"
    with pytest.raises(UnknownNameError, match="did you mean 'one'"):
        find_rule("onee", rules)


def test_the_hash_changes_with_the_definition_only(make_rules: Callable[[str], Rules]) -> None:
    one = make_rules(RATE).rules[0].hash
    assert make_rules("\n# a remark\n" + RATE).rules[0].hash == one
    assert make_rules(RATE + 'window = "5m"').rules[0].hash != one


def test_every_key_of_a_rule_stands_in_the_page_for_users() -> None:
    """With its default, where it has one and the page does not say otherwise."""
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    _, *parts = page.split("## `")
    for name, kind in KINDS.items():
        (part,) = [one for one in parts if one.startswith(f"{name}`")]
        shown = tomllib.loads(part.split("```toml")[1].split("```")[0])
        assert set(shown) == set(kind.keys)
        for key, value in shown.items():
            default = kind.keys[key].default
            if default not in (None, REQUIRED):
                assert kind.keys[key].read(value) == default, f"{name}: {key}"
    for key in (*POLICY_KEYS, *COMMON_KEYS):
        assert re.search(rf"\b{key}\b", page), key
