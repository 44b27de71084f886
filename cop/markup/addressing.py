"""Addresses in stored HTML, made whole for mails and feeds, which are read away from the site."""

import re

from django.utils.safestring import SafeString

from cop.base.links import absolute
from cop.markup.fields import stored


def with_absolute_addresses(source: str) -> str:
    """Give Markdown in which links to this site, to a file for one, can be followed from anywhere."""
    return re.sub(r"(\]\()(/[^)\s]*)", lambda found: found[1] + absolute(found[2]), source)


def with_absolute_links(html: SafeString) -> SafeString:
    """Give stored HTML in which links and images of this site have the site's address in front."""
    return stored(re.sub(r'(\s(?:href|src)=")(/[^"]*)', lambda found: found[1] + absolute(found[2]), html))
