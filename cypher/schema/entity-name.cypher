// purpose: look up an entity of any kind by its exact name
CREATE INDEX kg_entity_name IF NOT EXISTS FOR (n:Entity) ON (n.name)
