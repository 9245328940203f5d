// purpose: look up a Benchmark by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_benchmark_id IF NOT EXISTS FOR (n:Benchmark) ON (n.id)
