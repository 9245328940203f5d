// purpose: all relationships of our types between nodes of ours, as the server holds them
// param types list: the relationship types that are ours
// column element text: the server's own id of the relationship
// column source text: id of the node it leaves
// column type text: its type
// column target text: id of the node it enters
// column properties map: all its properties
MATCH (a:Kg)-[r]->(b:Kg)
WHERE type(r) IN $types
RETURN elementId(r) AS element, a.id AS source, type(r) AS type, b.id AS target, properties(r) AS properties
