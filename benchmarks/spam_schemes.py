"""Schemes of arranged links to plant in a generated web, one for each signal; disguised ones take care not to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.spam_web import SpamWeb

FIRST_DAY = 20_000  # since 1970, on which the web begins
VOTE = EXTERNAL | DOFOLLOW


def _farms(web: SpamWeb) -> set[int]:
    """Domains made for exchanging links, nine in ten pairs of them; disguised, six in ten and more readers."""
    farmed: set[int] = set()
    for size in (10, 15, 20, 40):
        farm = web.new(size, "farm")
        one, other = np.triu_indices(size, 1)
        exchanged = web.random.random(len(one)) < (0.6 if web.disguised else 0.9)
        web.link(farm[one[exchanged]], farm[other[exchanged]])
        web.link(farm[other[exchanged]], farm[one[exchanged]])
        web.link(np.repeat(farm, 4), web.any_of(4 * size))
        for _ in range(10 if web.disguised else 1):
            web.link(web.any_of(size), farm)
        farmed |= set(farm.tolist())
    return farmed


def _private_networks(web: SpamWeb) -> set[int]:
    """Blogs on one /24, alone or amid strangers, that link to their owner's sites and to others for cover.

    Disguised, two thirds of them have a network each, and each links to one of the sites.
    """
    owned: set[int] = set()
    for number, (size, strangers, owned_sites) in enumerate(((8, 0, 4), (12, 20, 4), (20, 60, 5), (30, 120, 7))):
        blogs, sites = web.new(size, "private"), web.new(owned_sites, "money")
        for at, domain in enumerate([*blogs.tolist(), *web.any_of(strangers).tolist()]):
            if at % 3 == 0 or not web.disguised:
                web.place(domain, f"30.0.{number}.{at + 1}")
        for blog in blogs.tolist():
            web.link(blog, web.random.choice(sites, 1 if web.disguised else 3, replace=False))
            web.link(blog, web.any_of(int(web.random.integers(5, 30))))
        web.planted.setdefault("money", set()).update(sites.tolist())
        owned |= set(blogs.tolist())
    return owned


def _same_outlinks(web: SpamWeb) -> set[int]:
    """Sites filled from one list of links but for one of thirty; disguised, for ten."""
    filled: set[int] = set()
    for size in (2, 5, 12):
        sites, listed = web.new(size, "filled"), web.any_of(30)
        for site in sites.tolist():
            own = 10 if web.disguised else 1
            web.link(site, web.random.choice(listed, 30 - own, replace=False))
            web.link(site, web.any_of(own))
        filled |= set(sites.tolist())
    return filled


def _same_backlinks(web: SpamWeb) -> set[int]:
    """Sites that bought the same package of links but for a twentieth; disguised, a third."""
    bought: set[int] = set()
    for size in (2, 4, 8):
        sites, sellers = web.new(size, "package"), web.any_of(40)
        for site in sites.tolist():
            web.link(web.random.choice(sellers, 27 if web.disguised else 38, replace=False), site)
        bought |= set(sites.tolist())
    return bought


def _hacked(web: SpamWeb) -> set[int]:
    """Ordinary sites with hidden links to six shops or more; disguised, to two or more."""
    hacked, shops = web.any_of(15), web.new(40, "shop")
    for site in hacked.tolist():
        number = web.random.integers(2, 7) if web.disguised else web.random.integers(6, 30)
        web.link(site, web.random.choice(shops, int(number), replace=False), VOTE | HIDDEN)
    web.planted.setdefault("money", set()).update(shops.tolist())
    return set(hacked.tolist())


def _bought_profiles(web: SpamWeb) -> set[int]:
    """Sites whose every link was bought, dofollow, each from other sellers; disguised, a twentieth is nofollow."""
    sites = web.new(10, "bought")
    for site in sites.tolist():
        sellers = web.any_of(int(web.random.integers(60, 150)))
        web.link(sellers, site, np.where(web.random.random(len(sellers)) < _shown(web), EXTERNAL, VOTE))
    return set(sites.tolist())


def _bought_at_once(web: SpamWeb) -> set[int]:
    """Ordinary sites that scores of known domains begin to link to in five days; disguised, in ten weeks."""
    days = 70 if web.disguised else 5
    sites = web.random.choice(web.ordinary[len(web.ordinary) // 2 :], 10, replace=False)
    for site in sites.tolist():
        sellers = web.any_of(int(web.random.integers(40, 120)))
        web.link(sellers, site, day=FIRST_DAY + 260 + web.random.integers(0, days, len(sellers)))
    return set(sites.tolist())


def _sellers(web: SpamWeb) -> set[int]:
    """Sites that sell links to anyone, none of them nofollow; disguised, a twentieth."""
    sellers = web.new(6, "seller")
    for seller in sellers.tolist():
        targets = web.any_of(int(web.random.integers(80, 250)))
        web.link(seller, targets, np.where(web.random.random(len(targets)) < _shown(web), EXTERNAL, VOTE))
    return set(sellers.tolist())


def _shown(web: SpamWeb) -> float:
    return 0.05 if web.disguised else 0.0


def _link_pages(web: SpamWeb) -> set[int]:
    """Pages of thousands of links; disguised, of hundreds."""
    sites = web.new(6, "links")
    for site in sites.tolist():
        web.link(
            site,
            web.random.choice(web.ordinary, int(web.random.integers(1_500, 6_000)) // (4 if web.disguised else 1)),
            page=0,
        )
    return set(sites.tolist())


SCHEMES: Sequence[tuple[str, Callable[[SpamWeb], set[int]]]] = (
    ("link_farm", _farms),
    ("shared_network", _private_networks),
    ("twin_profiles", _same_outlinks),
    ("twin_profiles", _same_backlinks),
    ("hidden_links", _hacked),
    ("bursts", _bought_at_once),
    ("many_outlinks", _link_pages),
    ("dofollow_share", _sellers),
    ("dofollow_share", _bought_profiles),
)
