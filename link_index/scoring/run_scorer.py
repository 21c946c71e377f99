"""The scorer of a run's links, put together from what its earlier stages left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.rules.rule_file import rules
from link_index.scoring.link_scorer import LinkScorer
from link_index.scoring.link_value import LinkValue
from link_index.scoring.page_themes import PageThemes
from link_index.scoring.referring_pages import ReferringPages
from link_index.scoring.score_documents import Shown
from link_index.scoring.sitewide import SitewideLinks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays
    from link_index.scoring.score_run import ScoreRun
    from link_index.scoring.stage_folder import StageFolder
    from link_index.theme.idf_table import IdfTable


def scorer_of(
    db: Database[Document],
    web: WebArrays,
    run: ScoreRun,
    folder: StageFolder,
    spam: Mapping[str, Document],
    idf: IdfTable,
) -> LinkScorer:
    """Ranks come from the folder, `spam` is by domain, `idf` from the words of all pages."""
    ranks = Shown(folder, ("page_site_rank",)), Shown(folder, ("domain_rank", "domain_trust"))
    referring = ReferringPages(db, web, ranks, spam, run.document)
    sitewide = SitewideLinks(web, **rules("link_value")["sitewide"])
    crawled = np.bincount(web.page_domain[web.crawled], minlength=web.domains)

    def pages_of(domain: str) -> int:
        [number] = web.domain_index_of([domain]).tolist()
        return int(crawled[number]) if number >= 0 else 0

    return LinkScorer(db, web, referring, sitewide, PageThemes(db, idf, pages_of), LinkValue())
