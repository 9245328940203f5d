// purpose: look up a Paper by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_paper_id IF NOT EXISTS FOR (n:Paper) ON (n.id)
