// purpose: the papers of an entity, by relation, latest first
// param entity entity: the method, model, benchmark, task or metric, by id, name or alias
// param relation relation = : only this relation, PROPOSES or USES for example; empty for all
// param mentions bool = false: whether bare mentions are listed too
// param limit int = 50: rows at most
// column id text: the paper
// column title text: its title
// column published text: when it appeared
// column relation text: what it does with the entity
// column confidence float: how sure that is
// column sentence text: the sentence that says so
// column entity text: id of the entity
MATCH (p:Paper)-[r:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Method|Model|Benchmark|Task|Metric)
WHERE e.id IN $entity AND ($relation = '' OR type(r) = $relation)
  AND ($mentions OR $relation = 'MENTIONS' OR type(r) <> 'MENTIONS')
RETURN p.id AS id, p.title AS title, p.published AS published, type(r) AS relation, r.confidence AS confidence,
  r.sentence AS sentence, e.id AS entity
ORDER BY published DESC, id, relation, entity
LIMIT $limit
