// purpose: how many nodes and relationships of ours there are, by label and type
// param types list: the relationship types that are ours
// column name text: label or type
// column n int: how many
MATCH (n:Kg)
UNWIND labels(n) AS name
WITH name, count(*) AS n
WHERE name <> 'Kg' AND name <> 'Entity'
RETURN name, n
UNION ALL
MATCH (:Kg)-[r]->(:Kg)
WHERE type(r) IN $types
RETURN type(r) AS name, count(*) AS n
