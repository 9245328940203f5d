"""The shared corpora, read whole, and the bundled sample."""

from pathlib import Path

import pytest

from kg.collect import merge, read
from kg.model import Record, Reject

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample"


def counts(*inputs: Path) -> tuple[int, int, int, int]:
    """Read, papers, merged, rejected."""
    outcomes = [item.outcome for item in read(inputs)]
    records = [each for each in outcomes if isinstance(each, Record)]
    papers = len(merge(records).papers)
    return len(outcomes), papers, len(records) - papers, len(outcomes) - len(records)


@pytest.fixture
def compact(shared: Path) -> Path:
    return shared / "corpus" / "seeds" / "000_848f5c2d5d9adc92.txt"


@pytest.fixture
def spaced(shared: Path) -> Path:
    return shared / "corpus" / "seeds" / "004_491c3cedcc617b9c.txt"


@pytest.fixture
def archive(shared: Path) -> Path:
    return next((shared / "corpus" / "hf_daily").glob("*.tar.xz"))


@pytest.mark.shared
def test_seed_pages(compact: Path, spaced: Path) -> None:
    assert counts(compact) == (238, 238, 0, 0)
    assert counts(spaced) == (59, 59, 0, 0)
    assert counts(compact, spaced) == counts(spaced, compact) == (297, 290, 7, 0)


@pytest.mark.shared
def test_every_line_of_the_seed_pages_is_in_a_paper(compact: Path, spaced: Path) -> None:
    for page, furniture in ((compact, 2), (spaced, 6)):
        lines = [line for line in page.read_text("utf-8").split("\n") if line.strip()][furniture:]
        found = [item.outcome for item in read([page])]
        texts = [text for each in found if isinstance(each, Record) for text in (each.title, each.abstract)]
        assert texts == [" ".join(line.split()).removeprefix("Subscribe") for line in lines]


@pytest.mark.shared
def test_api_archive(archive: Path, compact: Path, spaced: Path) -> None:
    assert counts(archive) == (9881, 9877, 4, 0)
    assert counts(archive, compact, spaced) == (10178, 10142, 36, 0)


@pytest.mark.shared
def test_records_of_the_archive_are_valid_and_declare_their_links(archive: Path) -> None:
    records = [item.outcome for item in read([archive])]
    assert not any(isinstance(each, Reject) for each in records)
    links: dict[str, int] = {}
    for each in records:
        assert isinstance(each, Record)
        Record.model_validate(each.model_dump())
        assert each.ids
        assert each.published
        assert each.authors
        for link in each.declared:
            links[link.field] = links.get(link.field, 0) + 1
    assert links == {"hf:githubRepo": 3692, "hf:projectPage": 2863}


@pytest.mark.shared
def test_pages_made_of_the_archive_are_read_without_fault(archive: Path, tmp_path: Path) -> None:
    papers = [(each.title, each.abstract) for item in read([archive]) if isinstance(each := item.outcome, Record)]
    for gap in ("\n", "\n\n"):
        page = tmp_path / "page"
        page.write_text(gap.join(["Daily Papers", *(line for paper in papers for line in paper)]), "utf-8")
        found = [item.outcome for item in read([page])]
        assert [(each.title, each.abstract) for each in found if isinstance(each, Record)] == papers


@pytest.mark.shared
def test_gold_lines_and_the_snapshot(shared: Path) -> None:
    assert counts(shared / "annotation" / "dev.jsonl")[::3] == (120, 0)
    assert counts(shared / "annotation" / "train.jsonl")[::3] == (3846, 0)
    assert counts(shared / "corpus" / "arxiv" / "arxiv_kaggle_snapshot_200.jsonl") == (200, 200, 0, 0)


def test_bundled_sample() -> None:
    compact, spaced = SAMPLE / "daily-papers-compact.txt", SAMPLE / "daily-papers-spaced.txt"
    assert counts(compact) == (15, 15, 0, 0)
    assert counts(spaced) == (14, 14, 0, 0)
    assert counts(compact, spaced) == (29, 26, 3, 0)
    assert counts(SAMPLE) == (37, 33, 4, 0)
