// purpose: the repos of the papers that use a method (or propose it, or compare with it)
// param entity entity: the method or model (or anything else), by id, name or alias
// param relation relation = : only papers with this relation to it, USES or PROPOSES for example; empty for all
// param mentions bool = false: whether a bare mention of the method counts
// param limit int = 50: rows at most
// column id text: the repo
// column url text: where it is
// column kind text: code, model, dataset, space or page
// column paper text: the paper that releases it
// column title text: its title
// column relations set: what the paper does with the method
// column entity text: id of the method
MATCH (e:Method|Model|Benchmark|Task|Metric)<-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(p:Paper)
WHERE e.id IN $entity AND ($relation = '' OR type(r) = $relation)
  AND ($mentions OR $relation = 'MENTIONS' OR type(r) <> 'MENTIONS')
WITH e, p, collect(DISTINCT type(r)) AS relations
MATCH (p)-[:RELEASES]->(x:Repo)
RETURN x.id AS id, x.url AS url, x.kind AS kind, p.id AS paper, p.title AS title, relations, e.id AS entity
ORDER BY id, paper, entity
LIMIT $limit
