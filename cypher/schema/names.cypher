// purpose: full-text search over names, aliases and titles: CALL db.index.fulltext.queryNodes('kg_names', $words)
CREATE FULLTEXT INDEX kg_names IF NOT EXISTS
FOR (n:Paper|Method|Model|Benchmark|Task|Metric|Repo) ON EACH [n.name, n.aliases, n.title]
