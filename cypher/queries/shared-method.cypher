// purpose: papers that share a method or model with one paper, most shared first
// param paper paper: the paper, by id or title
// param mentions bool = false: whether a bare mention counts as sharing
// param generic bool = false: whether generic methods count
// param models bool = true: whether models count beside methods
// param limit int = 20: rows at most
// column id text: the other paper
// column title text: its title
// column shared int: how many methods and models both have
// column methods set: their names
MATCH (a:Paper)-[ra:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Method|Model)
WHERE a.id = $paper AND ($mentions OR type(ra) <> 'MENTIONS') AND ($generic OR NOT e.generic)
  AND ($models OR e.kind = 'Method')
WITH DISTINCT a, e
MATCH (e)<-[rb:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(b:Paper)
WHERE b.id <> a.id AND ($mentions OR type(rb) <> 'MENTIONS')
RETURN b.id AS id, b.title AS title, count(DISTINCT e.id) AS shared, collect(DISTINCT e.name) AS methods
ORDER BY shared DESC, id
LIMIT $limit
