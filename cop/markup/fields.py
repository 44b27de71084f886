"""The one place where text becomes safe to print: HTML that `rendering` or `cleaning` made and a row has kept."""

import json
from typing import Any

from django.db import models
from django.utils.safestring import SafeString, mark_safe


def stored(html: str) -> SafeString:
    """Say that this HTML came out of `rendering` or `cleaning`."""
    return mark_safe(html)  # nosec B308, B703 # noqa: S308 - it was cleaned


def data_script(kind: str, data: dict[str, Any]) -> SafeString:
    """Give data for machines as a script element that no browser runs, with nothing in it that could end it early."""
    text = json.dumps(data, ensure_ascii=False).translate(
        {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
    )
    return mark_safe(f'<script type="{kind}">{text}</script>')  # nosec B308, B703 # noqa: S308 - `text` has no angle bracket


class HtmlField(models.TextField[str, SafeString]):
    """Cleaned HTML. Give it nothing but what `rendering.render` or `cleaning.clean` returned."""

    def from_db_value(self, value: str | None, *_: Any) -> SafeString | None:
        return None if value is None else stored(value)
