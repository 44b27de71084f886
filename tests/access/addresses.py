"""Every named address of the site, with arguments that lead nowhere: for what must hold before any view is asked."""

from collections.abc import Iterator

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

SAMPLES = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x", "UUIDConverter": "0" * 32}


def all_addresses(resolver: URLResolver | None = None, prefix: str = "", taken: dict | None = None) -> Iterator:
    """Give (name, address) of all patterns but those that are told by a regular expression."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if pattern.pattern.regex.groups > len(pattern.pattern.converters):
            continue
        wanted = {**(taken or {}), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from all_addresses(pattern, inner, wanted)
        elif isinstance(pattern, URLPattern) and pattern.name:
            arguments = {name: SAMPLES.get(type(one).__name__, "x") for name, one in wanted.items()}
            yield prefix + pattern.name, reverse(prefix + pattern.name, kwargs=arguments)
