"""What fails is logged with its traceback, in production's lines too."""

import json
import logging
import sys

import pytest
import structlog

from cop.settings import LOGGING


@pytest.mark.parametrize("renderer", [structlog.processors.JSONRenderer(), structlog.dev.ConsoleRenderer(colors=False)])
def test_the_traceback_of_what_failed_stands_in_the_log_once(renderer):
    options = {**LOGGING["formatters"]["line"], "processor": renderer}
    formatter = options.pop("()")(**options)
    try:
        raise RuntimeError("No way")
    except RuntimeError:
        record = logging.LogRecord("cop.x", logging.ERROR, __file__, 1, "It failed", (), sys.exc_info())
    line = formatter.format(record)
    said = json.loads(line)["exception"] if line.startswith("{") else line
    assert said.count("Traceback (most recent call last)") == 1
    assert "test_what_is_logged.py" in said
