"""The record that `kg extract` writes, one JSON object per paper, in the annotation guidelines' words."""

from typing import Any

from kg.model import Extraction, Relation, guideline_word, strongest


def to_record(given_id: str, title: str, abstract: str, extraction: Extraction) -> dict[str, Any]:
    """Mentions with offsets, entities with the strongest relation, links and results of one paper.

    `mentions[].entity` is the `id` of an entity, which is local to the paper and its index in `entities`.
    A link that the text gives twice is written once.
    """
    relations: dict[int, list[Relation]] = {}
    for claim in extraction.claims:
        relations.setdefault(claim.entity, []).append(claim.relation)
    repos: dict[str, dict[str, str]] = {}
    for repo in extraction.repos:
        seen = repos.setdefault(
            repo.repo, {"url": repo.url, "surface": repo.surface, "relation": guideline_word(repo.relation)}
        )
        if repo.relation == "RELEASES":
            seen["relation"] = "releases"
    return {
        "id": given_id,
        "title": title,
        "abstract": abstract,
        "mentions": [
            {"start": m.start, "end": m.end, "text": m.text, "type": m.kind, "entity": m.entity}
            for m in extraction.mentions
        ],
        "entities": [
            {
                "id": index,
                "name": entity.name,
                "type": entity.kind,
                "surfaces": list(entity.surfaces),
                "relation": guideline_word(strongest(relations[index])),
                "confidence": entity.confidence,
            }
            for index, entity in enumerate(extraction.entities)
        ],
        "repos": list(repos.values()),
        "results": [
            {
                "benchmark": r.benchmark or None,
                "metric": r.metric or None,
                "value": r.value,
                "entity": r.entity or None,
            }
            for r in extraction.results
        ],
    }
