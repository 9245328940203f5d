// purpose: look up a Metric by id in a query that names its label alone, as shared query texts do
CREATE INDEX kg_metric_id IF NOT EXISTS FOR (n:Metric) ON (n.id)
