// purpose: look up a Model by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_model_id IF NOT EXISTS FOR (n:Model) ON (n.id)
