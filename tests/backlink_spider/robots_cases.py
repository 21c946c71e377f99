"""Robots rules with known answers: (name, robots.txt, agent, URL or path, whether it may be fetched).

Written by hand from RFC 9309 and from Google's published rules (how it interprets the robots.txt specification). A URL
that begins with a slash is one of http://example.com.
"""

from __future__ import annotations

Case = tuple[str, str | bytes, str, str, bool]

BOT = "FooBot"
ALL_CLOSED = "User-agent: *\nDisallow: /\n"
# RFC 9309 section 5.1
SIMPLE = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
# RFC 9309 section 5.2
LONGEST = """\
User-Agent: foobot
Allow: /example/page/
Disallow: /example/page/disallowed.gif
"""


def of_all(*rules: str) -> str:
    """A group for every agent."""
    return "\n".join(["User-agent: *", *rules, ""])


RFC_EXAMPLES: list[Case] = [
    ("5.1: * and an anchored ending", SIMPLE, "anybot", "/pictures/cat.gif", False),
    ("5.1: * and the ending in between", SIMPLE, "anybot", "/cat.gif.html", True),
    ("5.1: * and a folder", SIMPLE, "anybot", "/example/index.html", False),
    ("5.1: * and the allowed folder", SIMPLE, "anybot", "/publications/1", True),
    ("5.1: * and what no rule names", SIMPLE, "anybot", "/other", True),
    ("5.1: foobot and anything", SIMPLE, "foobot", "/other", False),
    ("5.1: foobot and its page", SIMPLE, "foobot", "/example/page.html", True),
    ("5.1: foobot and its picture", SIMPLE, "foobot", "/example/allowed.gif", True),
    ("5.1: foobot and another page of the folder", SIMPLE, "foobot", "/example/page2.html", False),
    ("5.1: barbot and the page", SIMPLE, "barbot", "/example/page.html", False),
    ("5.1: barbot and the rest", SIMPLE, "barbot", "/example/other.html", True),
    ("5.1: barbot is not of the group for all", SIMPLE, "barbot", "/cat.gif", True),
    ("5.1: bazbot shares barbot's group", SIMPLE, "bazbot", "/example/page.html", False),
    ("5.1: quxbot has no rules", SIMPLE, "quxbot", "/example/page.html", True),
    ("5.1: quxbot is not of the group for all", SIMPLE, "quxbot", "/cat.gif", True),
    ("5.2: the folder", LONGEST, "foobot", "/example/page/", True),
    ("5.2: a page in it", LONGEST, "foobot", "/example/page/1", True),
    ("5.2: the longer match", LONGEST, "foobot", "/example/page/disallowed.gif", False),
]

WHOLE_FILES: list[Case] = [
    ("an empty file", "", BOT, "/", True),
    ("white space alone", " \n\t\n", BOT, "/", True),
    ("comments alone", "# Disallow: /\n#\n", BOT, "/", True),
    ("an HTML page", "<!DOCTYPE html>\n<html><body>\n<a href='/'>Not found: /</a>\n", BOT, "/", True),
    ("an HTML page with rules in lines of their own", f"<html>\n{ALL_CLOSED}</html>", BOT, "/", False),
    ("JSON", '{"error": "not found"}', BOT, "/", True),
    ("everything closed", ALL_CLOSED, BOT, "/", False),
    ("everything closed, deeper", ALL_CLOSED, BOT, "/a/b?c=d", False),
    ("an empty disallow closes nothing", of_all("Disallow:"), BOT, "/", True),
    ("an empty allow opens nothing", of_all("Allow:", "Disallow: /"), BOT, "/a", False),
    ("an empty disallow takes back nothing", of_all("Disallow: /a", "Disallow:"), BOT, "/a", False),
    ("a rule before any agent is nobody's", "Disallow: /\nUser-agent: *\nAllow: /b\n", BOT, "/a", True),
    ("rules without any agent", "Disallow: /\n", BOT, "/a", True),
    ("robots.txt itself may always be fetched", ALL_CLOSED, BOT, "/robots.txt", True),
    ("but no path that ends alike", ALL_CLOSED, BOT, "/a/robots.txt", False),
    ("nor with a query", ALL_CLOSED, BOT, "/robots.txt?x", False),
    ("the last line may lack its end", "User-agent: *\nDisallow: /", BOT, "/", False),
    ("a NUL in a line spoils that line alone", "User-agent: *\n\0\nDisallow: /a\n", BOT, "/a", False),
    ("bytes that are no UTF-8 spoil their line alone", b"User-agent: *\n\xff\xfe: x\nDisallow: /a\n", BOT, "/a", False),
    ("a line of 400,000 bytes spoils itself alone", of_all("x" * 400_000, "Disallow: /a"), BOT, "/a", False),
    ("500 KiB are read", of_all("#" * 511_000, "Disallow: /a"), BOT, "/a", False),
    ("what is behind 500 KiB is not", of_all("#" * 512_000, "Disallow: /a"), BOT, "/a", True),
    ("a rule that 500 KiB cut ends there", of_all("#" * (512_000 - 28), "Disallow: /abc"), BOT, "/abx", False),
]

LINES: list[Case] = [
    ("CR LF ends a line", "User-agent: *\r\nDisallow: /a\r\n", BOT, "/a", False),
    ("CR alone ends a line", "User-agent: *\rDisallow: /a\rAllow: /a/b\r", BOT, "/a", False),
    ("CR alone ends the line of a longer match", "User-agent: *\rDisallow: /a\rAllow: /a/b\r", BOT, "/a/b", True),
    ("mixed ends of line", "User-agent: *\r\nDisallow: /a\nDisallow: /b\rDisallow: /c", BOT, "/b", False),
    ("a form feed ends no line", "User-agent: *\nDisallow: /a\fDisallow: /b\n", BOT, "/b", True),
    ("U+2028 ends no line", "User-agent: *\nDisallow: /a\u2028Disallow: /b\n", BOT, "/b", True),
    ("a byte order mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", BOT, "/a", False),
    ("a byte order mark inside spoils its line", b"User-agent: *\n\xef\xbb\xbfDisallow: /a\n", BOT, "/a", True),
    ("names of fields in any case", "uSeR-aGeNt: *\nDISALLOW: /a\n", BOT, "/a", False),
    ("allow in any case", of_all("Disallow: /", "ALLOW: /a"), BOT, "/a", True),
    ("white space in front", "  User-agent: *\n\tDisallow: /a\n", BOT, "/a", False),
    ("white space before the colon", "User-agent : *\nDisallow\t: /a\n", BOT, "/a", False),
    ("no white space behind the colon", "User-agent:*\nDisallow:/a\n", BOT, "/a", False),
    ("white space at the end", "User-agent: *  \nDisallow: /a \t\n", BOT, "/a", False),
    ("a comment behind a rule", of_all("Disallow: /a # not this"), BOT, "/a", False),
    ("a comment right behind a path", of_all("Disallow: /a#b"), BOT, "/ab", False),
    ("a comment behind an agent", "User-agent: foobot # you\nDisallow: /a\n", BOT, "/a", False),
    ("a comment alone between rules", of_all("# one", "Disallow: /a", "# two", "Disallow: /b"), BOT, "/b", False),
    ("a rule that is only a comment", of_all("#Disallow: /a"), BOT, "/a", True),
    ("a colon in the path", of_all("Disallow: /a:b"), BOT, "/a:b", False),
    ("a missing colon, as Google forgives", "User-agent *\nDisallow /a\n", BOT, "/a", False),
    ("a missing colon and too many words", of_all("Disallow all of /a"), BOT, "/a", True),
    ("useragent, as Google forgives", "useragent: *\nDisallow: /a\n", BOT, "/a", False),
    ("user agent, as Google forgives", "User agent: *\nDisallow: /a\n", BOT, "/a", False),
    ("dissallow, as Google forgives", of_all("Dissallow: /a"), BOT, "/a", False),
    ("disalow, as Google forgives", of_all("Disalow: /a"), BOT, "/a", False),
    ("disallaw, as Google forgives", of_all("Disallaw: /a"), BOT, "/a", False),
    ("another name is no rule", of_all("Forbid: /a"), BOT, "/a", True),
    ("noindex is no rule of robots.txt", of_all("Noindex: /a"), BOT, "/a", True),
]

AGENTS: list[Case] = [
    ("its own group", "User-agent: foobot\nDisallow: /a\n", BOT, "/a", False),
    ("another's group", "User-agent: barbot\nDisallow: /a\n", BOT, "/a", True),
    ("in any case, in the file", "User-agent: FOOBOT\nDisallow: /a\n", "foobot", "/a", False),
    ("in any case, by name", "User-agent: foobot\nDisallow: /a\n", "FOOBOT", "/a", False),
    ("a whole User-Agent", "User-agent: foobot\nDisallow: /a\n", "FooBot/2.1 (+https://foo.example)", "/a", False),
    ("a version in the file, as Google ignores it", "User-agent: foobot/1.2\nDisallow: /a\n", BOT, "/a", False),
    ("a star behind the token, likewise", "User-agent: foobot*\nDisallow: /a\n", BOT, "/a", False),
    ("more words in the file, likewise", "User-agent: FooBot (the one)\nDisallow: /a\n", BOT, "/a", False),
    ("a token that begins alike", "User-agent: foo\nDisallow: /a\n", BOT, "/a", True),
    ("a token that begins alike, the other way", "User-agent: foobot-news\nDisallow: /a\n", BOT, "/a", True),
    ("a token that ends alike", "User-agent: bot\nDisallow: /a\n", BOT, "/a", True),
    ("a token inside ours", "User-agent: oob\nDisallow: /a\n", BOT, "/a", True),
    ("a token with a dash", "User-agent: foo-bot\nDisallow: /a\n", "Foo-Bot/1", "/a", False),
    ("a token with a dash is no other", "User-agent: foo\nDisallow: /a\n", "Foo-Bot/1", "/a", True),
    ("a token with an underscore", "User-agent: foo_bot\nDisallow: /a\n", "foo_bot", "/a", False),
    ("a name in a browser's comment is none", "User-agent: foobot\nDisallow: /\n", "Mozilla/5.0 (FooBot/1)", "/", True),
    ("an agent without a name is of the group for all", ALL_CLOSED, "", "/a", False),
    ("an agent line without a name names nobody", "User-agent:\nDisallow: /a\n", BOT, "/a", True),
    ("an agent line of a number names nobody", "User-agent: 360\nDisallow: /a\n", "", "/a", True),
    ("* with words behind, as Google reads it", "User-agent: * all\nDisallow: /a\n", BOT, "/a", False),
    ("* right before a word names nobody", "User-agent: *bot\nDisallow: /a\n", BOT, "/a", True),
]

OWN_AND_ALL = "User-agent: *\nDisallow: /\n\nUser-agent: foobot\nDisallow: /a\n"
TWO_GROUPS = (
    "User-agent: foobot\nDisallow: /a\n\nUser-agent: barbot\nDisallow: /b\n\nUser-agent: foobot\nDisallow: /c\n"
)
FOO, BAR = "User-agent: foobot\n", "User-agent: barbot\n"
GROUPS: list[Case] = [
    ("its own group holds alone", OWN_AND_ALL, BOT, "/b", True),
    ("its own group holds", OWN_AND_ALL, BOT, "/a", False),
    ("others have the group for all", OWN_AND_ALL, "barbot", "/b", False),
    ("the order of groups is nothing", f"{FOO}Allow: /\n{ALL_CLOSED}", BOT, "/", True),
    ("agents in a row with the group for all", f"{FOO}\n{ALL_CLOSED}", BOT, "/", False),
    ("an own group with an empty rule", f"{FOO}Disallow:\n\n{ALL_CLOSED}", BOT, "/", True),
    ("an own group without rules at the end", f"{ALL_CLOSED}\n{FOO}", BOT, "/", True),
    ("two groups are one: the first", TWO_GROUPS, BOT, "/a", False),
    ("two groups are one: the second", TWO_GROUPS, BOT, "/c", False),
    ("two groups are one: another's between", TWO_GROUPS, BOT, "/b", True),
    ("two groups for all are one: the first", of_all("Disallow: /a") + of_all("Disallow: /b"), BOT, "/a", False),
    ("two groups for all are one: the second", of_all("Disallow: /a") + of_all("Disallow: /b"), BOT, "/b", False),
    ("agents in a row share a group: the last", f"{BAR}{FOO}Disallow: /a\n", BOT, "/a", False),
    ("agents in a row share a group: the first", f"{FOO}{BAR}Disallow: /a\n", BOT, "/a", False),
    ("a blank line between agents is nothing", f"{FOO}\n{BAR}Disallow: /a", BOT, "/a", False),
    ("agents in a row with *", f"{BAR}User-agent: *\nDisallow: /a\n", BOT, "/a", False),
    ("a blank line ends no group", "User-agent: *\n\nDisallow: /a\n\nDisallow: /b\n", BOT, "/b", False),
    ("an agent behind rules begins a group", f"{FOO}Disallow: /a\n{BAR}Disallow: /b", BOT, "/b", True),
    ("a sitemap ends no group", "User-agent: *\nSitemap: http://e.test/s\nDisallow: /a\n", BOT, "/a", False),
    ("a sitemap does not part agents", f"{FOO}Sitemap: /s\n{BAR}Disallow: /a", BOT, "/a", False),
    ("a sitemap between rules", of_all("Disallow: /a", "Sitemap: /s", "Disallow: /b"), BOT, "/b", False),
    ("a sitemap before all", "Sitemap: http://e.test/s\n" + of_all("Disallow: /a"), BOT, "/a", False),
    ("an unknown line ends no group", of_all("Host: example.com", "Disallow: /a"), BOT, "/a", False),
    ("an unknown line does not part agents", f"{FOO}Foo: 1\n{BAR}Disallow: /a", BOT, "/a", False),
    ("a delay ends no group", of_all("Crawl-delay: 5", "Disallow: /a"), BOT, "/a", False),
    ("a delay does not part agents", f"{FOO}Crawl-delay: 5\n{BAR}Disallow: /a", BOT, "/a", False),
    ("an empty rule parts agents", f"{FOO}Disallow:\n{BAR}Disallow: /a", BOT, "/a", True),
    ("an agent twice in a row", f"{FOO}{FOO}Disallow: /a", BOT, "/a", False),
    ("itself and * in one group", f"User-agent: *\n{FOO}Disallow: /a", BOT, "/a", False),
]

# Google: the table "URL matching based on path values"
FISH, FISH_STAR, FISH_SLASH = of_all("Disallow: /fish"), of_all("Disallow: /fish*"), of_all("Disallow: /fish/")
PHP, PHP_END, FISH_PHP = of_all("Disallow: /*.php"), of_all("Disallow: /*.php$"), of_all("Disallow: /fish*.php")
GOOGLE_PATHS: list[Case] = [
    ("/ is everything", of_all("Disallow: /"), BOT, "/anything", False),
    ("/* is everything", of_all("Disallow: /*"), BOT, "/anything", False),
    ("/$ is the root", of_all("Disallow: /$"), BOT, "/", False),
    ("/$ is the root alone", of_all("Disallow: /$"), BOT, "/a", True),
    ("/fish: itself", FISH, BOT, "/fish", False),
    ("/fish: .html", FISH, BOT, "/fish.html", False),
    ("/fish: a folder", FISH, BOT, "/fish/salmon.html", False),
    ("/fish: fishheads", FISH, BOT, "/fishheads", False),
    ("/fish: a folder that begins so", FISH, BOT, "/fishheads/yummy.html", False),
    ("/fish: .php with a query", FISH, BOT, "/fish.php?id=anything", False),
    ("/fish: not in capitals", FISH, BOT, "/Fish.asp", True),
    ("/fish: not catfish", FISH, BOT, "/catfish", True),
    ("/fish: not in a query", FISH, BOT, "/?id=fish", True),
    ("/fish: not deeper", FISH, BOT, "/desert/fish", True),
    ("/fish*: itself", FISH_STAR, BOT, "/fish", False),
    ("/fish*: a folder", FISH_STAR, BOT, "/fish/salmon.html", False),
    ("/fish*: not catfish", FISH_STAR, BOT, "/catfish", True),
    ("/fish/: itself", FISH_SLASH, BOT, "/fish/", False),
    ("/fish/: with a query", FISH_SLASH, BOT, "/fish/?id=anything", False),
    ("/fish/: in it", FISH_SLASH, BOT, "/fish/salmon.htm", False),
    ("/fish/: not without its slash", FISH_SLASH, BOT, "/fish", True),
    ("/fish/: not .html", FISH_SLASH, BOT, "/fish.html", True),
    ("/fish/: not deeper", FISH_SLASH, BOT, "/animals/fish/", True),
    ("/*.php: a file", PHP, BOT, "/index.php", False),
    ("/*.php: in a folder", PHP, BOT, "/folder/filename.php", False),
    ("/*.php: with a query", PHP, BOT, "/folder/filename.php?parameters", False),
    ("/*.php: a folder that holds it", PHP, BOT, "/folder/any.php.file.html", False),
    ("/*.php: with a slash behind", PHP, BOT, "/filename.php/", False),
    ("/*.php: not the root", PHP, BOT, "/", True),
    ("/*.php: not in capitals", PHP, BOT, "/windows.PHP", True),
    ("/*.php$: a file", PHP_END, BOT, "/filename.php", False),
    ("/*.php$: in a folder", PHP_END, BOT, "/folder/filename.php", False),
    ("/*.php$: not with a query", PHP_END, BOT, "/filename.php?parameters", True),
    ("/*.php$: not with a slash", PHP_END, BOT, "/filename.php/", True),
    ("/*.php$: not php5", PHP_END, BOT, "/filename.php5", True),
    ("/*.php$: not in capitals", PHP_END, BOT, "/windows.PHP", True),
    ("/fish*.php: a file", FISH_PHP, BOT, "/fish.php", False),
    ("/fish*.php: a folder that begins so", FISH_PHP, BOT, "/fishheads/catfish.php?parameters", False),
    ("/fish*.php: not in capitals", FISH_PHP, BOT, "/Fish.PHP", True),
]

# Google: the table "Order of precedence for rules"
PRECEDENCE: list[Case] = [
    ("the longer allow", of_all("Allow: /p", "Disallow: /"), BOT, "/page", True),
    ("as long: the one that allows", of_all("Allow: /folder", "Disallow: /folder"), BOT, "/folder/page", True),
    ("as long, the other way round", of_all("Disallow: /folder", "Allow: /folder"), BOT, "/folder/page", True),
    ("the longer disallow with a star", of_all("Allow: /page", "Disallow: /*.htm"), BOT, "/page.htm", False),
    ("the longer allow beside a star", of_all("Allow: /page", "Disallow: /*.ph"), BOT, "/page.php5", True),
    ("the root alone", of_all("Allow: /$", "Disallow: /"), BOT, "/", True),
    ("not beyond the root", of_all("Allow: /$", "Disallow: /"), BOT, "/page.htm", False),
    ("the order is nothing: short first", of_all("Disallow: /a", "Allow: /a/b"), BOT, "/a/b", True),
    ("the order is nothing: long first", of_all("Allow: /a/b", "Disallow: /a"), BOT, "/a/b", True),
    ("three deep: closed", of_all("Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c"), BOT, "/a/b/c", False),
    ("three deep: open", of_all("Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c"), BOT, "/a/b/d", True),
    ("three deep: closed above", of_all("Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c"), BOT, "/a/c", False),
    ("a star counts as one", of_all("Allow: /a/b", "Disallow: /*/b"), BOT, "/a/b", True),
    ("a star makes a rule longer", of_all("Allow: /a", "Disallow: /a*"), BOT, "/a", False),
    ("an anchor makes a rule longer", of_all("Allow: /a", "Disallow: /a$"), BOT, "/a", False),
    ("an escape counts as what it is", of_all("Allow: /ab", "Disallow: /%61%62"), BOT, "/ab", True),
    ("a longer rule that does not match", of_all("Disallow: /a", "Allow: /abcdef"), BOT, "/abc", False),
    ("across groups of one agent", f"{FOO}Disallow: /a\n{FOO}Allow: /a/b", BOT, "/a/b", True),
]

WILDCARDS: list[Case] = [
    ("a star in between", of_all("Disallow: /a/*/c"), BOT, "/a/b/c", False),
    ("a star for nothing", of_all("Disallow: /a/*/c"), BOT, "/a//c", False),
    ("a star over slashes", of_all("Disallow: /a/*/c"), BOT, "/a/x/y/z/c/d", False),
    ("a star without its end", of_all("Disallow: /a/*/c"), BOT, "/a/b/d", True),
    ("a star in front", of_all("Disallow: */print"), BOT, "/a/print", False),
    ("a star in front, elsewhere", of_all("Disallow: */print"), BOT, "/a/printer", False),
    ("stars in a row", of_all("Disallow: /a**b"), BOT, "/axb", False),
    ("many stars", of_all("Disallow: /*a*b*c*d"), BOT, "/1a2b3c4d5", False),
    ("many stars, in another order", of_all("Disallow: /*a*b*c*d"), BOT, "/1d2c3b4a5", True),
    ("parts do not overlap", of_all("Disallow: /ab*ba"), BOT, "/aba", True),
    ("parts do not overlap before an anchor", of_all("Disallow: /*ab*b$"), BOT, "/ab", True),
    ("an anchored part is the last one", of_all("Disallow: /*a$"), BOT, "/aba", False),
    ("a star and a query", of_all("Disallow: /*?"), BOT, "/a?b", False),
    ("a star and no query", of_all("Disallow: /*?"), BOT, "/a", True),
    ("a star and an empty query", of_all("Disallow: /*?"), BOT, "/a?", False),
    ("a parameter anywhere", of_all("Disallow: /*sid="), BOT, "/a?b=1&sid=2", False),
    ("an anchor behind a star", of_all("Disallow: /a*$"), BOT, "/abc", False),
    ("an anchored path", of_all("Disallow: /a$"), BOT, "/a", False),
    ("an anchored path with a query", of_all("Disallow: /a$"), BOT, "/a?b", True),
    ("a dollar inside is a dollar", of_all("Disallow: /a$b"), BOT, "/a$b", False),
    ("a dollar inside is no anchor", of_all("Disallow: /a$b"), BOT, "/a", True),
    ("an anchor matches no dollar", of_all("Allow: /a$", "Disallow: /"), BOT, "/a$b", False),
    ("an anchor matches no dollar at the end", of_all("Disallow: /a$"), BOT, "/a$", True),
    ("two dollars are one and an anchor", of_all("Disallow: /a$$"), BOT, "/a$", False),
    ("an escaped star is a star", of_all("Disallow: /a%2Ab"), BOT, "/a%2Ab", False),
    ("an escaped star stands for nothing else", of_all("Disallow: /a%2Ab"), BOT, "/axb", True),
    ("an escaped dollar is no anchor", of_all("Disallow: /a%24"), BOT, "/a", True),
    ("a star alone is everything", of_all("Disallow: *"), BOT, "/a", False),
    ("an allowed index.html opens no more", of_all("Disallow: /", "Allow: /index.html"), BOT, "/", False),
]

# RFC 9309 section 2.2.2, its table and the rules above it
QUERY, ESCAPED_QUERY = "/foo?baz=https://foo.bar", "/foo?baz=https%3A%2F%2Ffoo.bar"
ESCAPES: list[Case] = [
    ("as it is", of_all("Disallow: /foo/bar?baz=quz"), BOT, "/foo/bar?baz=quz", False),
    ("a URL in a query, escaped in the URL", of_all(f"Disallow: {QUERY}"), BOT, ESCAPED_QUERY, False),
    ("a URL in a query, escaped in the file", of_all(f"Disallow: {ESCAPED_QUERY}"), BOT, QUERY, False),
    ("a URL in a query, in small letters", of_all("Disallow: /foo?baz=https%3a%2f%2ffoo"), BOT, QUERY, False),
    ("UTF-8 in the file", of_all("Disallow: /foo/bar/ツ"), BOT, "/foo/bar/%E3%83%84", False),
    ("UTF-8 in the URL", of_all("Disallow: /foo/bar/%E3%83%84"), BOT, "/foo/bar/ツ", False),
    ("UTF-8 in both", of_all("Disallow: /foo/bar/ツ"), BOT, "/foo/bar/ツ", False),
    ("small hexadecimal digits in the file", of_all("Disallow: /%e3%83%84"), BOT, "/%E3%83%84", False),
    ("small hexadecimal digits in the URL", of_all("Disallow: /%E3%83%84"), BOT, "/%e3%83%84", False),
    ("letters escaped in the file", of_all("Disallow: /foo/bar/%62%61%7A"), BOT, "/foo/bar/baz", False),
    ("letters escaped in the URL", of_all("Disallow: /foo/bar/baz"), BOT, "/foo/bar/%62%61%7A", False),
    ("a tilde escaped in the URL", of_all("Disallow: /~joe/"), BOT, "/%7Ejoe/index.html", False),
    ("a tilde escaped in the file", of_all("Disallow: /%7ejoe/"), BOT, "/~joe/index.html", False),
    ("an escaped slash is no slash", of_all("Disallow: /a/b"), BOT, "/a%2Fb", True),
    ("an escaped slash is an escaped slash", of_all("Disallow: /a%2fb"), BOT, "/a%2Fb", False),
    ("an escaped slash in a query behind a star", of_all("Disallow: /*%2F"), BOT, "/a?b=%2F", False),
    ("an escaped question mark begins no query", of_all("Disallow: /a?"), BOT, "/a%3Fb", True),
    ("an escaped ampersand parts nothing", of_all("Disallow: /a?b&c"), BOT, "/a?b%26c", True),
    ("Latin-1 in the file", b"User-agent: *\nDisallow: /caf\xe9\n", BOT, "/caf%E9", False),
    ("Latin-1 in the file closes no more", b"User-agent: *\nDisallow: /caf\xe9\n", BOT, "/cafeteria", True),
    ("a space", of_all("Disallow: /a b"), BOT, "/a%20b", False),
    ("a space escaped in the file", of_all("Disallow: /a%20b"), BOT, "/a%20b/c", False),
    ("braces", of_all("Disallow: /{id}"), BOT, "/%7Bid%7D", False),
    ("a bar", of_all("Disallow: /a%7Cb"), BOT, "/a|b", False),
    ("a per cent sign alone", of_all("Disallow: /100%"), BOT, "/100%", False),
    ("a broken escape stays", of_all("Disallow: /%zz"), BOT, "/%zz", False),
    ("an escaped per cent sign escapes nothing", of_all("Disallow: /%2541"), BOT, "/A", True),
]

URLS: list[Case] = [
    ("capitals are others", of_all("Disallow: /A"), BOT, "/a", True),
    ("a URL without a path", ALL_CLOSED, BOT, "http://example.com", False),
    ("a URL without a path, and a query", of_all("Disallow: /?q"), BOT, "http://example.com?q=1", False),
    ("a URL without a path, and a slash in its query", of_all("Disallow: /b"), BOT, "http://example.com?q=/b", True),
    ("a fragment is none of it", of_all("Disallow: /a$"), BOT, "/a#b", False),
    ("a fragment alone", of_all("Disallow: /*b"), BOT, "/a#b", True),
    ("https", of_all("Disallow: /a"), BOT, "https://example.com/a", False),
    ("a port", of_all("Disallow: /a"), BOT, "http://example.com:8080/a", False),
    ("two slashes", of_all("Disallow: //a"), BOT, "http://example.com//a", False),
    ("two slashes are not one", of_all("Disallow: /a"), BOT, "http://example.com//a", True),
    ("a URL in the path", of_all("Disallow: /to/http://"), BOT, "/to/http://other.example/", False),
    ("parameters", of_all("Disallow: /a;b"), BOT, "/a;b=1", False),
    ("an @", of_all("Disallow: /@joe"), BOT, "/@joe", False),
    ("a path without its slash is none", of_all("Disallow: a"), BOT, "/a", True),
    ("a dollar alone is the end of nothing", of_all("Disallow: $"), BOT, "/a", True),
    ("a URL instead of a path is none", of_all("Disallow: http://example.com/a"), BOT, "/a", True),
    ("a query of many", of_all("Disallow: /a?x=1"), BOT, "/a?y=2&x=1", True),
    ("a dot is a dot", of_all("Disallow: /a.b"), BOT, "/axb", True),
    ("brackets are brackets", of_all("Disallow: /[a]"), BOT, "/a", True),
    ("a very long URL", of_all("Disallow: /*z$"), BOT, "/" + "a" * 100_000 + "z", False),
    ("a very long rule", of_all("Disallow: /" + "a" * 100_000), BOT, "/" + "a" * 2000, True),
]

CASES: list[Case] = [
    *RFC_EXAMPLES,
    *WHOLE_FILES,
    *LINES,
    *AGENTS,
    *GROUPS,
    *GOOGLE_PATHS,
    *PRECEDENCE,
    *WILDCARDS,
    *ESCAPES,
    *URLS,
]
