"""Joins the taken groups into the entities of one paper: acronym pairs, and spellings of one lexicon entry."""

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.confidence import calibrated
from kg.extract.state import Definition, Group, built
from kg.lexicon.load import Lexicon, load
from kg.model import LocalEntity, Mention


class EntityFinder:
    """Leaves `doc._.kg_entities`, `doc._.kg_mentions` and `doc._.kg_members` (the groups of each entity)."""

    def __init__(self) -> None:
        self._lexicon = load()

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.kg_text
        groups: list[Group] = sorted(doc._.kg_groups, key=lambda g: (g.spans[0], g.key))
        definitions: list[Definition] = doc._.kg_definitions
        by_span = {span: group for group in groups for span in group.spans}
        forms: dict[str, tuple[str, str]] = {}  # group key → (long form, short form)
        for definition in definitions:
            pair = (
                text[definition.long_start : definition.long_end],
                text[definition.short_start : definition.short_end],
            )
            for span in (definition[:2], definition[2:]):
                if (group := by_span.get(span)) is not None:
                    forms.setdefault(group.key, pair)
        members = self._join(groups, forms)
        entities: list[LocalEntity] = []
        mentions: list[Mention] = []
        for index, parts in enumerate(members):
            entity, found = self._entity(text, index, parts, forms)
            entities.append(entity)
            mentions.extend(found)
        mentions.sort(key=lambda m: m.start)
        doc._.kg_members = members
        doc._.kg_entities = entities
        doc._.kg_mentions = mentions
        return doc

    def _join(self, groups: list[Group], forms: dict[str, tuple[str, str]]) -> list[list[Group]]:
        by_key = {group.key: place for place, group in enumerate(groups)}
        owner = list(range(len(groups)))

        def root(place: int) -> int:
            while owner[place] != place:
                place = owner[place]
            return place

        entries: dict[tuple[str, str], int] = {}
        for place, group in enumerate(groups):
            other = by_key.get(group.partner, -1)
            if other >= 0 and groups[other].kind == group.kind:
                low, high = sorted((root(place), root(other)))
                owner[high] = low
            # One entry's spellings are one thing, unless this paper defines the name itself.
            if group.entry is not None and group.key not in forms and self._unique(group):
                mark = (group.entry.id, str(group.kind))
                first = entries.setdefault(mark, place)
                low, high = sorted((root(place), root(first)))
                owner[high] = low
        joined: dict[int, list[Group]] = {}
        for place, group in enumerate(groups):
            joined.setdefault(root(place), []).append(group)
        return [joined[place] for place in sorted(joined)]

    def _unique(self, group: Group) -> bool:
        return self._lexicon.by_key(group.key) == (group.entry,)

    def _entity(
        self, text: str, index: int, parts: list[Group], forms: dict[str, tuple[str, str]]
    ) -> tuple[LocalEntity, list[Mention]]:
        kind = parts[0].kind
        assert kind is not None  # noqa: S101  (the chooser drops groups without a kind)
        mentions = [
            built(
                Mention,
                start=start,
                end=end,
                text=text[start:end],
                kind=kind,
                finder=_finder(group),
                confidence=calibrated(group.chance),
                entity=index,
            )
            for group in parts
            for start, end in group.spans
        ]
        mentions.sort(key=lambda m: m.start)
        surfaces = tuple(dict.fromkeys(mention.text for mention in mentions))
        expansion, acronym = next((forms[group.key] for group in parts if group.key in forms), ("", ""))
        name = (
            expansion if expansion in surfaces else max(surfaces, key=lambda s: (s.count(" "), -surfaces.index(s)))
        )
        entity = built(
            LocalEntity,
            name=name,
            kind=kind,
            surfaces=surfaces,
            expansion=expansion,
            acronym=acronym,
            lexicon=_known(self._lexicon, kind, parts, expansion),
            confidence=calibrated(max(group.chance for group in parts)),
        )
        return entity, mentions


def _finder(group: Group) -> str:
    if group.finder == "lexicon" and group.entry is not None:
        return f"lexicon:{group.entry.source.split()[0]}"
    return group.finder if ":" in group.finder else f"rule:{group.finder}"


def _known(lexicon: Lexicon, kind: str, parts: list[Group], expansion: str) -> str:
    """The id of the lexicon entry; a long form that the entry does not know speaks for a homonym."""
    if expansion:
        entry = lexicon.lookup(expansion)
        return entry.id if entry is not None and entry.kind == kind else ""
    for group in parts:
        if group.entry is not None and group.entry.kind == kind and lexicon.by_key(group.key) == (group.entry,):
            return group.entry.id
    return ""


@Language.factory(
    "kg_entities",
    assigns=["doc._.kg_entities", "doc._.kg_mentions", "doc._.kg_members"],
    requires=["doc._.kg_groups", "doc._.kg_definitions"],
)
def make_entities(nlp: Language, name: str) -> EntityFinder:
    return EntityFinder()
