"""A web server on loopback that is a forward proxy: the pages of a WebFolder keep their real host names.

With `http_proxy` and `https_proxy` set to `proxy`, a crawl sees the hosts of the folder as if they stood on the web
and reaches nothing else: a host that is no part of it answers 502. A CONNECT is answered as the https host itself,
with a certificate made on the spot.
"""

from __future__ import annotations

import asyncio
import datetime
import ssl
import tempfile
import threading
import time
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from backlinks.web_folder import HANG_UP, Answer, WebFolder

if TYPE_CHECKING:
    from types import TracebackType

_NO_SUCH_HOST = Answer(502, (("Content-Type", "text/plain"),), b"This host is no part of the web served here.")


class Exchange(NamedTuple):
    """One request as the server saw it; times are of time.monotonic."""

    url: str
    host: str
    status: int
    user_agent: str
    started: float
    ended: float


class WebServer:
    """Serves a WebFolder from a thread between `with` and its end; `web` may be exchanged while it runs."""

    def __init__(self, web: WebFolder) -> None:
        self.web = web
        self.log: list[Exchange] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web server", daemon=True)

    @property
    def proxy(self) -> str:
        """The address to set as http_proxy and https_proxy."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))  # lets cancelled connections close their sockets
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        scheme = "http"
        try:
            while request := await _request(reader):
                method, url, headers = request
                if method == "CONNECT":
                    writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                    await writer.start_tls(_tls())
                    scheme = "https"
                    continue
                if url.startswith("/"):  # asked as an origin, not as a proxy
                    url = f"{scheme}://{headers.get('host')}{url}"
                if not await self._exchange(url, headers, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            return  # the client went away, which is how a crawl ends, or the server does
        finally:
            writer.close()

    async def _exchange(self, url: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        started = time.monotonic()
        answer = self.web.answer(url) or _NO_SUCH_HOST
        if answer.delay:
            await asyncio.sleep(answer.delay)
        host = url.partition("://")[2].partition("/")[0]
        self.log.append(Exchange(url, host, answer.status, headers.get("user-agent", ""), started, time.monotonic()))
        if answer.status == HANG_UP:
            return False
        writer.write(_serialised(answer))
        await writer.drain()
        return True


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
    """Method, target and headers of the next request; None once the client has no more."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    line, *fields = head.decode("latin-1").split("\r\n")
    method, url, _version = line.split(" ")
    pairs = (field.partition(":") for field in fields if field)
    return method, url, {name.lower(): value.strip() for name, _, value in pairs}


def _serialised(answer: Answer) -> bytes:
    reason = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "Unknown"
    fields = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"HTTP/1.1 {answer.status} {reason}\r\n{head}\r\n".encode() + answer.body


@cache
def _tls() -> ssl.SSLContext:
    """TLS with a self-signed certificate: who crawls this web must not verify certificates (Scrapy's default)."""
    from cryptography import x509  # imported here: a web without https does not pay for it
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a web on loopback")])
    now = datetime.datetime.now(datetime.UTC)
    tomorrow = now + datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, tomorrow)
    certificate = builder.sign(key, hashes.SHA256())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        pem = serialization.Encoding.PEM
        file.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        file.write(certificate.public_bytes(pem))
        file.flush()
        context.load_cert_chain(Path(file.name))
    return context
