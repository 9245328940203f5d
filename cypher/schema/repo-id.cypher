// purpose: look up a Repo by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_repo_id IF NOT EXISTS FOR (n:Repo) ON (n.id)
