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
MATCH (a:Paper)-[ra:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Method|Model|Benchmark|Task|Metric)
WHERE e.papers > 1 AND e.papers <= $max_papers AND ($mentions OR type(ra) <> 'MENTIONS')
  AND ($generic OR NOT e.generic)
WITH DISTINCT a, e
MATCH (e)<-[rb:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(b:Paper)
WHERE a.id < b.id AND ($mentions OR type(rb) <> 'MENTIONS')
WITH DISTINCT a, b, e
WITH a, b, sum(1000000 / e.papers) AS millionths, count(*) AS shared, collect(e.name) AS entities
RETURN a.id AS id, b.id AS other, toFloat(millionths) / 1000000.0 AS weight, shared, entities,
  a.title AS title, b.title AS other_title
ORDER BY weight DESC, shared DESC, id, other
LIMIT $limit
