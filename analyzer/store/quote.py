"""The one place where text becomes SQL stands at the ground: `analyzer.quote`."""

from analyzer.quote import quote_list, quote_name, quote_text

__all__ = ["quote_list", "quote_name", "quote_text"]
