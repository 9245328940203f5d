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
MATCH (p:Paper)-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Method|Model|Benchmark|Task|Metric)
WHERE e.papers >= $min_papers AND ($generic OR NOT e.generic) AND ($mentions OR type(r) <> 'MENTIONS')
WITH p.id AS paper, collect(DISTINCT CASE WHEN $kind = '' OR e.kind = $kind THEN e.id END) AS ids,
  collect(DISTINCT CASE WHEN $other_kind = '' OR e.kind = $other_kind THEN e.id END) AS others
UNWIND ids AS id
UNWIND others AS other
WITH id, other
WHERE id < other OR (id > other AND $kind <> $other_kind)
WITH id, other, count(*) AS together
ORDER BY together DESC, id, other
LIMIT $limit
MATCH (a:Method|Model|Benchmark|Task|Metric)
WHERE a.id = id
MATCH (b:Method|Model|Benchmark|Task|Metric)
WHERE b.id = other
RETURN id, a.name AS name, a.kind AS kind, other, b.name AS other_name, b.kind AS other_kind, together
ORDER BY together DESC, id, other
