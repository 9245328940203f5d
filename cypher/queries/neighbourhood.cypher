// purpose: a paper's neighbourhood: what it deals with, and which other papers meet it there
// param paper paper: the paper, by id or title
// param mentions bool = false: whether a bare mention counts
// param generic bool = false: whether generic entities count
// param max_papers int = 50: entities of more papers than this are listed without those papers
// param limit int = 200: rows at most
// column relation text: what the paper does with the entity
// column id text: the entity
// column name text: its name
// column kind text: what it is
// column other_relation text: what another paper does with it; empty where none does
// column other text: that paper
// column other_title text: its title
MATCH (a:Paper)-[ra:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Method|Model|Benchmark|Task|Metric)
WHERE a.id = $paper AND ($mentions OR type(ra) <> 'MENTIONS') AND ($generic OR NOT e.generic)
OPTIONAL MATCH (e)<-[rb:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(b:Paper)
WHERE b.id <> $paper AND e.papers <= $max_papers AND ($mentions OR type(rb) <> 'MENTIONS')
RETURN type(ra) AS relation, e.id AS id, e.name AS name, e.kind AS kind, coalesce(type(rb), '') AS other_relation,
  coalesce(b.id, '') AS other, coalesce(b.title, '') AS other_title
ORDER BY id, relation, other, other_relation
LIMIT $limit
