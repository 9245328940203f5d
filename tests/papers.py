"""Papers and extractions made by hand: the smallest inputs that resolution and assembly need."""

from kg.model import Claim, Extraction, Kind, LocalEntity, Mention, Paper, Relation, text_sha256


class Thing:
    """One local entity of a hand-made paper."""

    def __init__(
        self,
        name: str,
        kind: Kind = "Method",
        *,
        relation: Relation = "USES",
        expansion: str = "",
        confidence: float = 0.9,
    ) -> None:
        self.name, self.kind, self.relation, self.confidence = name, kind, relation, confidence
        self.expansion = expansion


def paper(identity: str, *things: Thing, published: str = "", title: str = "") -> tuple[Paper, Extraction]:
    """A paper whose abstract names each thing in turn, and its extraction."""
    title = title or f"Paper {identity}"
    pieces, mentions, entities, claims = [], [], [], []
    position = len(title) + 1
    for index, thing in enumerate(things):
        full = thing.expansion or thing.name
        surface = f"{thing.expansion} ({thing.name})" if thing.expansion else thing.name
        sentence = f"We have {surface}."
        start = position + len("We have ")
        end = start + len(full)
        mentions.append(
            Mention(start=start, end=end, text=full, kind=thing.kind, finder="test", confidence=0.9, entity=index)
        )
        entities.append(
            LocalEntity(
                name=full,
                kind=thing.kind,
                surfaces=(full, thing.name) if thing.expansion else (thing.name,),
                expansion=thing.expansion,
                acronym=thing.name if thing.expansion else "",
                confidence=thing.confidence,
            )
        )
        claims.append(
            Claim(
                entity=index,
                relation=thing.relation,
                start=start,
                end=end,
                sentence_start=position,
                sentence_end=position + len(sentence),
                finder="test",
                confidence=thing.confidence,
            )
        )
        pieces.append(sentence)
        position += len(sentence) + 1
    abstract = " ".join(pieces)
    sha = text_sha256(title, abstract)
    return (
        Paper(
            id=identity,
            title=title,
            abstract=abstract,
            published=published,
            year=int(published[:4]) if published else None,
            text_sha256=sha,
        ),
        Extraction(text_sha256=sha, mentions=tuple(mentions), entities=tuple(entities), claims=tuple(claims)),
    )
