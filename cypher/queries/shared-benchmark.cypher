// purpose: papers that share a benchmark with one paper, most shared first
// param paper paper: the paper, by id or title
// param mentions bool = false: whether a bare mention counts as sharing
// param generic bool = false: whether generic benchmarks count
// param limit int = 20: rows at most
// column id text: the other paper
// column title text: its title
// column shared int: how many benchmarks both have
// column benchmarks set: their names
MATCH (a:Paper)-[ra:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]->(e:Benchmark)
WHERE a.id = $paper AND ($mentions OR type(ra) <> 'MENTIONS') AND ($generic OR NOT e.generic)
WITH DISTINCT a, e
MATCH (e)<-[rb:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS]-(b:Paper)
WHERE b.id <> a.id AND ($mentions OR type(rb) <> 'MENTIONS')
RETURN b.id AS id, b.title AS title, count(DISTINCT e.id) AS shared, collect(DISTINCT e.name) AS benchmarks
ORDER BY shared DESC, id
LIMIT $limit
