"""The web server of the demo and the tests, as it ends."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

from backlinks.web_folder import WebFolder
from backlinks.web_server import WebServer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_connection_that_is_open_when_the_server_ends_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with WebServer(WebFolder(tmp_path)) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        client.request("GET", "/", headers={"Host": "a.example"})
        assert client.getresponse().read()
    client.close()
    assert caplog.records == []
