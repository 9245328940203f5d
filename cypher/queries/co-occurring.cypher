// purpose: what occurs in the same papers as an entity, most often first
// param entity entity: the method, model, benchmark, task or metric, by id, name or alias
// param kind kind = : only Method, Model, Benchmark, Task or Metric; empty for all
// param mentions bool = false: whether a bare mention counts
// param generic bool = false: whether generic entities are listed
// param limit int = 20: rows at most
// column id text: the other entity
// column name text: its name
// column kind text: what it is
// column together int: how many papers deal with both
// column papers int: how many papers deal with the other at all
// column entity text: id of the entity asked for
MATCH (e:Method|Model|Benchmark|Task|Metric)<-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(p:Paper)
WHERE e.id IN $entity AND ($mentions OR type(r) <> 'MENTIONS')
WITH DISTINCT e, p
MATCH (p)-[s:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(o:Method|Model|Benchmark|Task|Metric)
WHERE o.id <> e.id AND ($kind = '' OR o.kind = $kind) AND ($generic OR NOT o.generic)
  AND ($mentions OR type(s) <> 'MENTIONS')
RETURN o.id AS id, o.name AS name, o.kind AS kind, count(DISTINCT p.id) AS together, o.papers AS papers,
  e.id AS entity
ORDER BY together DESC, id, entity
LIMIT $limit
