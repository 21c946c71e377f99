"""Pages become domains, each pair of them once."""

from __future__ import annotations

import numpy as np

from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN
from link_index.spam.domain_web import domain_web

# Pages 0 and 1 are of a, 2 of b, 3 and 4 of c. In order of target, then of source, as the web's arrays are.
PAGES = np.array([0, 0, 1, 2, 2], np.int32)
EDGES = [
    (1, 0, DOFOLLOW, 3),  # internal
    (0, 2, EXTERNAL, 9),
    (1, 2, EXTERNAL | DOFOLLOW | HIDDEN, 5),
    (0, 3, EXTERNAL | HIDDEN, 7),
    (0, 4, EXTERNAL | HIDDEN, 8),
    (2, 4, EXTERNAL | DOFOLLOW, 4),
]


def test_a_pair_of_domains_has_the_labels_of_all_its_links() -> None:
    web = domain_web(["a", "b", "c"], PAGES, tuple(np.array(EDGES).T))  # type: ignore[arg-type]
    pairs = zip(web.source.tolist(), web.target.tolist(), strict=True)
    labels = zip(web.dofollow.tolist(), web.hidden.tolist(), web.first_seen.tolist(), strict=True)
    assert dict(zip(pairs, labels, strict=True)) == {
        (0, 1): (True, False, 5),
        (0, 2): (False, True, 7),
        (1, 2): (True, False, 4),
    }
    assert web.targets.tolist() == [2, 1, 0]
    assert web.referrers.tolist() == [0, 1, 2]


def test_the_busiest_page_of_a_domain_is_the_one_with_the_most_external_links() -> None:
    web = domain_web(["a", "b", "c"], PAGES, tuple(np.array(EDGES).T))  # type: ignore[arg-type]
    assert web.busiest_page.tolist() == [0, 2, -1]
    assert web.busiest_links.tolist() == [3, 1, 0]


def test_a_web_without_links_has_no_pairs() -> None:
    nothing = np.zeros(0, np.int32)
    web = domain_web([], nothing, (nothing, nothing, nothing, nothing))
    assert (web.domains, len(web.source), len(web.dofollow)) == (0, 0, 0)
