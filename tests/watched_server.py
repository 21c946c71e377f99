"""A web server on any loopback address that keeps what it was sent, and counts who connected without a word."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    Answers = Callable[[str, str], tuple[int, dict[str, str], str]]


class WatchedServer(ThreadingHTTPServer):
    """`answers` gives status, headers and body for a host and a path; it runs in a thread of the request's own."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: str, answers: Answers) -> None:
        self.connections = 0
        self.requests: list[str] = []  # request line and headers as they came
        self.answers = answers
        super().__init__((address, 0), _Handler)

    @property
    def authority(self) -> str:
        return f"{self.server_address[0]!s}:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        self.connections += 1
        return True

    def asked(self, path: str) -> bool:
        return any(request.startswith(f"GET {path} ") for request in self.requests)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WatchedServer

    def do_GET(self) -> None:
        self.server.requests.append(f"{self.requestline}\r\n{self.headers}")
        status, headers, body = self.server.answers(self.headers["Host"].partition(":")[0], self.path)
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""
