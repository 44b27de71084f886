"""Asking a service outside whether a text is advertising: one that speaks Akismet's protocol, where the site has one.

What is sent: the text, the writer's name as it stands on the page, and where it was to stand. Neither the address of
the writer nor that of their computer. A service that is silent, slow or broken holds nothing up: it is noted in the
log, and the text goes on.
"""

import logging

from django.conf import settings

from cop.base.fetching import FetchFailed, post_form

logger = logging.getLogger(__name__)

TIME_LIMIT = 4.0
SIZE_LIMIT = 10_000
LONGEST = 20_000


def is_advertising(text: str, *, name: str, url: str, language: str, is_reply: bool) -> bool:
    """Ask the service; False where there is none, or it gives no clear answer. Call it outside of transactions."""
    if not settings.TEXT_CHECK_URL:
        return False
    fields = {
        "api_key": settings.TEXT_CHECK_KEY,
        "blog": settings.SITE_URL,
        "blog_lang": language,
        "blog_charset": "UTF-8",
        # The protocol wants one; the real one is nobody else's business.
        "user_ip": "127.0.0.1",
        "comment_type": "reply" if is_reply else "forum-post",
        "comment_author": name,
        "comment_content": text[:LONGEST],
        "permalink": url,
    }
    address = f"{settings.TEXT_CHECK_URL.rstrip('/')}/1.1/comment-check"
    try:
        answer = post_form(address, fields, time_limit=TIME_LIMIT, size_limit=SIZE_LIMIT).strip()
    except FetchFailed as failed:
        logger.warning("text_check_failed code=%s: %s", failed.code, failed)
        return False
    if answer not in (b"true", b"false"):
        logger.warning("text_check_unclear: the service answered neither true nor false")
    return answer == b"true"
