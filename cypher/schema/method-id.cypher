// purpose: look up a Method by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_method_id IF NOT EXISTS FOR (n:Method) ON (n.id)
