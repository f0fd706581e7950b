"""What an HTML message says without showing it: by its own attributes, or by the rules of its style sheet.

Sender and reader never saw these words on the screen; on paper they would pass for the message.
"""

import re
from typing import Any

_NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)


def hidden_elements(root: Any) -> set[Any]:
    """The elements of an lxml tree that a computer's screen does not show (rules for other screens are left aside)."""
    marked = {
        element
        for element in root.iter("*")
        if element.get("hidden") is not None or _NOT_SHOWN.search(element.get("style") or "")
    }
    return marked | _by_rules(root)


def _by_rules(root: Any) -> set[Any]:
    import cssselect2
    import tinycss2

    matcher, rules = cssselect2.Matcher(), 0
    for sheet in root.iter("style"):
        for rule in tinycss2.parse_stylesheet(sheet.text_content(), skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule" or not _NOT_SHOWN.search(tinycss2.serialize(rule.content)):
                continue
            try:
                for selector in cssselect2.compile_selector_list(rule.prelude):
                    matcher.add_selector(selector, None)
                    rules += 1
            except cssselect2.SelectorError:
                continue  # a rule of another century: no screen applies it
    if not rules:
        return set()
    wrapped = cssselect2.ElementWrapper.from_html_root(root)
    return {one.etree_element for one in wrapped.iter_subtree() if matcher.match(one)}
