import pytest
from scrapy.exceptions import UnsupportedURLSchemeError

from backlink_spider.http_request import Route, http_request
from link_index.urls import target

PROXY = "http://Proxy.example:3128"
CREDENTIALS = [(b"Proxy-Authorization", [b"Basic eDp5"])]


@pytest.mark.parametrize(
    ("url", "target", "host"),
    [
        ("http://site.example", "/", "site.example"),
        ("http://site.example/", "/", "site.example"),
        ("http://site.example?x=1", "/?x=1", "site.example"),
        ("http://site.example/a%2Fb/../c|d?q='\"&%zz;#part", "/a%2Fb/../c|d?q='\"&%zz;", "site.example"),
        ("http://site.example//double", "//double", "site.example"),
        ("http://Site.EXAMPLE:80/", "/", "site.example"),
        ("http://site.example:8080/", "/", "site.example:8080"),
        ("https://site.example:443/", "/", "site.example"),
        ("https://site.example:80/", "/", "site.example:80"),
        ("HTTP://user:word@site.example/", "/", "site.example"),
        ("http://[2001:DB8::1]:8080/", "/", "[2001:db8::1]:8080"),
    ],
)
def test_the_target_is_the_urls_own_and_host_its_authority(url: str, target: str, host: str) -> None:
    assert http_request(url).data == f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://site.example/",
        "/path",
        "http://",
        "http:///path",
        "http://:80/",
        "http://site.example:port/",
        "http://site.example:99999/",
        "http://[::1/",
        "http://site.example/a b",
        "http://site.example/\r\nX: y",
        "http://site.example/\0",
    ],
)
def test_what_is_no_url_of_http_is_an_unsupported_scheme(url: str) -> None:
    with pytest.raises(UnsupportedURLSchemeError):
        http_request(url)


def test_headers_are_sent_as_they_are_and_framing_is_ours() -> None:
    headers = [
        (b"User-Agent", [b"Bot"]),
        (b"Accept", [b"a", b"b"]),
        (b"Content-Length", [b"7"]),
        (b"Transfer-Encoding", [b"chunked"]),
    ]
    assert http_request("http://site.example/", "POST", headers, b"body").data == (
        b"POST / HTTP/1.1\r\nHost: site.example\r\nUser-Agent: Bot\r\n"
        b"Accept: a\r\nAccept: b\r\nContent-Length: 4\r\n\r\nbody"
    )


def test_a_host_header_of_the_requests_own_wins() -> None:
    data = http_request("http://site.example/", headers=[(b"Host", [b"other.example"])]).data
    assert data == b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_method_that_has_a_body_says_that_it_is_empty(method: str) -> None:
    assert b"\r\nContent-Length: 0\r\n" in http_request("http://site.example/", method).data


@pytest.mark.parametrize("value", [b"x\r\nEvil: y", b"x\ny", b"x\ry"])
def test_a_header_with_an_end_of_line_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match="end of line"):
        http_request("http://site.example/", headers=[(b"Referer", [value])])


def test_a_proxys_credentials_go_to_no_site() -> None:
    assert b"eDp5" not in http_request("http://site.example/", headers=CREDENTIALS).data


def test_a_proxy_is_asked_for_the_whole_url_of_http() -> None:
    request = http_request("http://u:p@Site.example:8080/a?b#c", headers=CREDENTIALS, proxy=PROXY)
    assert request.route == Route("proxy.example", 3128, forwards=True)
    assert request.data == (
        b"GET http://site.example:8080/a?b HTTP/1.1\r\nHost: site.example:8080\r\n"
        b"Proxy-Authorization: Basic eDp5\r\n\r\n"
    )


def test_a_proxy_leads_to_https_through_a_tunnel_and_alone_sees_its_credentials() -> None:
    request = http_request("https://site.example/a", headers=CREDENTIALS, proxy=PROXY)
    assert request.route == Route(
        "proxy.example",
        3128,
        server_name="site.example",
        tunnel=(
            b"CONNECT site.example:443 HTTP/1.1\r\nHost: site.example:443\r\nProxy-Authorization: Basic eDp5\r\n\r\n"
        ),
    )
    assert request.data == b"GET /a HTTP/1.1\r\nHost: site.example\r\n\r\n"


def test_requests_of_many_hosts_share_the_connections_to_a_proxy() -> None:
    one, other = (http_request(f"http://{name}.example/", proxy=PROXY).route for name in ("one", "other"))
    assert one == other


def test_an_operators_proxy_is_told_from_another() -> None:
    operators = frozenset({("proxy.example", 3128)})
    for url in ("http://site.example/", "https://site.example/"):
        assert http_request(url, proxy=PROXY, operators_proxies=operators).route.is_operators
        assert not http_request(url, proxy="http://proxy.example:80", operators_proxies=operators).route.is_operators
    assert not http_request("http://proxy.example:3128/", operators_proxies=operators).route.is_operators


@pytest.mark.parametrize("proxy", ["https://proxy.example:3128", "socks5://proxy.example:1080", "http://", "http:// x"])
def test_another_kind_of_proxy_is_refused_by_naming_the_one_there_is(proxy: str) -> None:
    with pytest.raises(
        UnsupportedURLSchemeError, match="plain http, for https pages too: name one as http://host:port"
    ):
        http_request("http://site.example/", proxy=proxy)


@pytest.mark.parametrize(("url", "name"), [("https://site.example./", "site.example"), ("http://site.example/", "")])
def test_tls_names_its_server_without_the_dot_of_the_root(url: str, name: str) -> None:
    assert http_request(url).route.server_name == name


@pytest.mark.parametrize(
    ("url", "proxy", "origin"),
    [
        ("http://site.example.:8080/", "", "site.example"),
        ("https://site.example./", "", "site.example"),
        ("http://[::1]:8080/", "", "[::1]"),
        ("https://site.example./", PROXY, "site.example"),
        ("https://[::1]/", PROXY, "[::1]"),
        ("http://site.example/", PROXY, ""),
    ],
)
def test_a_route_knows_the_host_at_its_end_as_the_frontier_names_it(url: str, proxy: str, origin: str) -> None:
    route = http_request(url, proxy=proxy).route
    assert route.origin == origin
    assert origin in {"", target(url).host}
