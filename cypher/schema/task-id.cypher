// purpose: look up a Task by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_task_id IF NOT EXISTS FOR (n:Task) ON (n.id)
