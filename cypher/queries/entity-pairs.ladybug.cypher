// purpose: pairs of entities that occur together, most often first
// param kind kind = : kind of the one: Method, Model, Benchmark, Task or Metric; empty for all
// param other_kind kind = : kind of the other; empty for all. Where both kinds are the same, each pair is listed once
// param mentions bool = false: whether a bare mention counts
// param generic bool = false: whether generic entities are listed
// param min_papers int = 2: entities of fewer papers are left out
// param limit int = 20: rows at most
// column id text: one entity
// column name text: its name
// column kind text: what it is
// column other text: the other entity
// column other_name text: its name
// column other_kind text: what it is
// column together int: how many papers deal with both
MATCH (a:Method|Model|Benchmark|Task|Metric)<-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(p:Paper)
WHERE ($kind = '' OR a.kind = $kind) AND a.papers >= $min_papers AND ($generic OR NOT a.generic)
  AND ($mentions OR type(r) <> 'MENTIONS')
WITH DISTINCT a, p
MATCH (p)-[s:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(b:Method|Model|Benchmark|Task|Metric)
WHERE ($other_kind = '' OR b.kind = $other_kind) AND b.papers >= $min_papers AND ($generic OR NOT b.generic)
  AND (a.id < b.id OR (a.id > b.id AND $kind <> $other_kind)) AND ($mentions OR type(s) <> 'MENTIONS')
RETURN a.id AS id, a.name AS name, a.kind AS kind, b.id AS other, b.name AS other_name, b.kind AS other_kind,
  count(DISTINCT p.id) AS together
ORDER BY together DESC, id, other
LIMIT $limit
