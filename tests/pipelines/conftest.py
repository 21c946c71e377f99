"""The stages with their loops in C and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines import link_labels, outbound_counts, page_encoder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=["compiled", "python"])
def loops(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses this holds for the loops in C and for those without."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "python":
            for stage in (link_labels, outbound_counts, page_encoder):
                patch.setattr(stage, "link_loops", None)
        elif page_encoder.link_loops is None:
            pytest.skip("the loops were not compiled: no C compiler")
        yield
