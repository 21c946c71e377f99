"""Ranks of a small web that an index holds, from the arrays to the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from link_index.graph.extraction import extract
from link_index.ranks.seed_list import seed_list
from link_index.scoring import score_documents
from link_index.scoring.rank_stage import EarlierRanks, RankOptions, RankStage
from link_index.scoring.stage_folder import StageFolder
from tests.scored_web import linked, store, web_of

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document

HUB, SHOP, PLACE, SPAM, LONELY = (f"https://{name}.example/" for name in ("hub", "shop", "place", "spam", "lonely"))
LINKS = [
    linked(HUB, SHOP),
    linked(SHOP, PLACE),
    linked(SHOP, "https://shop.example/kettles"),
    linked(LONELY, SPAM),
    linked(PLACE, SPAM, link_type="canonical"),
]


def seeds(*domains: str) -> Any:
    return seed_list({"name": "ours", "version": "1", "seed": [{"domain": domain} for domain in domains]}, "here")


def ranked(
    db: Database[Document], tmp_path: Path, options: RankOptions
) -> tuple[dict[str, Document], dict[str, Document]]:
    web, folder = web_of(db, tmp_path, LINKS), StageFolder(tmp_path, 1)
    RankStage(web, options, folder, None, lambda _: None).run()
    pages = score_documents.page_documents(web, score_documents.page_ranks(folder), 7)
    domains = score_documents.domain_documents(
        web, score_documents.domain_ranks(folder), {"spam.example": {"score": 40, "parts": []}}, 7
    )
    return {page["_id"]: page for page in pages}, {domain["_id"]: domain for domain in domains}


def test_pages_that_are_linked_have_ranks_by_others_and_with_their_site(db: Database[Document], tmp_path: Path) -> None:
    pages, _ = ranked(db, tmp_path, RankOptions())
    assert set(pages) == {"example.shop/", "example.place/", "example.shop/kettles", "example.spam/"}
    kettles = pages["example.shop/kettles"]
    assert (kettles["domain"], kettles["run"], kettles["rank"]) == ("shop.example", 7, 0.0)
    assert kettles["site_rank_raw"] > kettles["rank_raw"]
    assert "trust" not in kettles
    # The shop splits its vote once its own page counts, too.
    assert pages["example.place/"]["rank_raw"] > pages["example.place/"]["site_rank_raw"]


def test_without_seeds_domains_have_popularity_and_centrality_alone(db: Database[Document], tmp_path: Path) -> None:
    _, domains = ranked(db, tmp_path, RankOptions())
    assert set(domains) == {f"{name}.example" for name in ("hub", "shop", "place", "spam", "lonely")}
    place = domains["place.example"]
    assert set(place) == {"_id", "run", "rank", "rank_raw", "harmonic", "harmonic_raw"}
    assert place["harmonic_raw"] == 1.5
    assert domains["hub.example"]["rank"] == 0.0
    assert sum(domain["rank_raw"] for domain in domains.values()) == pytest.approx(1)
    assert domains["spam.example"]["spam"] == {"score": 40, "parts": []}


def test_trust_flows_from_the_seeds_and_distance_runs_towards_spam(db: Database[Document], tmp_path: Path) -> None:
    options = RankOptions(trusted=seeds("hub.example", "unknown.example"), spam=seeds("spam.example"))
    pages, domains = ranked(db, tmp_path, options)
    trusted = {name for name, domain in domains.items() if domain["trust"] > 0}
    assert trusted == {"hub.example", "shop.example", "place.example"}
    assert domains["spam.example"]["trust_raw"] == 0
    distances = {name: domain["spam_distance"] for name, domain in domains.items() if "spam_distance" in domain}
    assert distances == {"spam.example": 0, "lonely.example": 1}  # a canonical is no vote
    assert pages["example.shop/kettles"]["trust"] > 0 == pages["example.spam/"]["trust"]


def test_ranks_of_an_earlier_run_are_where_the_next_begins(db: Database[Document], tmp_path: Path) -> None:
    first, options = web_of(db, tmp_path, LINKS), RankOptions()
    folder = StageFolder(tmp_path, 1)
    before = RankStage(first, options, folder, None, lambda _: None).run()["ranks"]
    store(db, [linked("https://new.example/", "https://newer.example/")])
    second, earlier = extract(db, tmp_path / "second"), EarlierRanks(first, folder)
    guess = earlier.guess("domain_rank", second)
    known = second.domain_index_of(["shop.example", "newer.example"])
    values = np.asarray(folder.load("ranks", "domain_rank"))
    assert guess is not None
    assert guess[known].tolist() == [values[first.domain_index_of(["shop.example"])[0]], values.min()]
    warm = StageFolder(tmp_path, 2)
    after = RankStage(second, options, warm, earlier, lambda _: None).run()["ranks"]
    cold = RankStage(second, options, StageFolder(tmp_path, 3), None, lambda _: None).run()["ranks"]
    assert after["page_rank"]["iterations"] <= cold["page_rank"]["iterations"]
    assert before["domain_harmonic"] == {"method": "exact"}


def test_an_empty_web_has_no_ranks_and_no_documents(db: Database[Document], tmp_path: Path) -> None:
    web, folder = web_of(db, tmp_path, []), StageFolder(tmp_path, 1)
    RankStage(web, RankOptions(trusted=seeds("hub.example")), folder, None, lambda _: None).run()
    ranks = score_documents.domain_ranks(folder)
    assert list(score_documents.domain_documents(web, ranks, {}, 1)) == []
    assert list(score_documents.page_documents(web, score_documents.page_ranks(folder), 1)) == []
    assert list(ranks.of(web.domain_index_of(["a.example"]))) == [{}]
