// purpose: the entities that most papers deal with
// param kind kind = : Method, Model, Benchmark, Task or Metric; empty for all
// param relation relation = : only papers with this relation to it, PROPOSES for example; empty for all
// param mentions bool = false: whether a bare mention counts
// param generic bool = false: whether generic entities are listed
// param limit int = 20: rows at most
// column id text: the entity
// column name text: its name
// column kind text: what it is
// column papers int: how many papers
// column first text: the earliest date of these papers
MATCH (e:Method|Model|Benchmark|Task|Metric)<-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(p:Paper)
WHERE ($kind = '' OR e.kind = $kind) AND ($generic OR NOT e.generic)
  AND ($relation = '' OR type(r) = $relation) AND ($mentions OR $relation = 'MENTIONS' OR type(r) <> 'MENTIONS')
WITH DISTINCT e, p
RETURN e.id AS id, e.name AS name, e.kind AS kind, count(*) AS papers, min(p.published) AS first
ORDER BY papers DESC, id
LIMIT $limit
