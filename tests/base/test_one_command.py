"""`manage.py up`: the whole site from one command, with a real broker, a real worker and a real web server."""

import os
import signal
import socket
from urllib.request import urlopen

import pytest

from cop.base import broker
from tests.base.processes import free_port, running, said, start, stop, until


@pytest.fixture
def var(tmp_path):
    assert said(start("migrate", "--verbosity", "0", var=tmp_path)) == ""
    return tmp_path


def is_live(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_the_site_serves_works_heals_and_goes(var):
    port = free_port()
    site = start("up", "--port", str(port), var=var)
    try:
        until(lambda: is_live(port))
        first = running(f"--port {port} --workers")
        said(start("sendtestemail", "reader@example.org", var=var))
        assert until(lambda: list((var / "mailbox").rglob("*")), seconds=60)
        os.kill(running("valkey-server unixsocket:" + str(var))[0], signal.SIGKILL)
        os.kill(min(first), signal.SIGKILL)
        until(lambda: is_live(port) and not set(first) & set(running(f"--port {port} --workers")))
        assert "running already" in said(start("up", "--port", str(free_port()), var=var))
    finally:
        output = stop(site)
    assert site.returncode == 0, output
    assert not running(str(port)) + running(str(var))


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site = start("up", "--port", str(port), var=tmp_path)
        output = said(site)
    assert site.returncode == 1
    assert output.count("\n") == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in output


def test_a_broker_of_our_own_is_found():
    assert os.access(broker.server_binary(), os.X_OK)


def test_where_no_broker_is_found_one_sentence_says_what_to_do(monkeypatch):
    def none() -> None:
        raise broker.ValkeyBinaryNotFoundError

    monkeypatch.setattr(broker._binary, "get_binary_path", none)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(broker.CommandError, match="install valkey-server or redis-server"):
        broker.server_binary()
