// purpose: look up a Result by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_result_id IF NOT EXISTS FOR (n:Result) ON (n.id)
