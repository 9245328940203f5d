// purpose: pairs of papers by what they share, rare things weighing more: an entity of n papers weighs 1/n
// param mentions bool = false: whether a bare mention counts as sharing
// param generic bool = false: whether generic entities count
// param max_papers int = 50: entities of more papers than this count for nothing
// param limit int = 20: rows at most
// column id text: one paper
// column other text: the other paper; of the two its id comes later
// column weight float: sum of 1/n over the shared entities, to 6 digits
// column shared int: how many entities both have
// column entities set: their names
// column title text: title of the one
// column other_title text: title of the other
MATCH (p:Paper)-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Method|Model|Benchmark|Task|Metric)
WHERE e.papers > 1 AND e.papers <= $max_papers AND ($mentions OR type(r) <> 'MENTIONS')
  AND ($generic OR NOT e.generic)
WITH e.id AS entity, e.name AS name, 1000000 / e.papers AS rarity, collect(DISTINCT p.id) AS ids
UNWIND ids AS id
UNWIND ids AS other
WITH entity, name, rarity, id, other
WHERE id < other
WITH id, other, sum(rarity) AS millionths, count(*) AS shared, collect(name) AS entities
ORDER BY millionths DESC, shared DESC, id, other
LIMIT $limit
MATCH (a:Paper)
WHERE a.id = id
MATCH (b:Paper)
WHERE b.id = other
RETURN id, other, toFloat(millionths) / 1000000.0 AS weight, shared, entities, a.title AS title,
  b.title AS other_title
ORDER BY weight DESC, shared DESC, id, other
