// purpose: remove relationships that the graph does not hold
// param rows list: the server's own ids of the relationships
// column done int: how many were removed
UNWIND $rows AS element
MATCH (:Kg)-[r]->(:Kg)
WHERE elementId(r) = element
DELETE r
RETURN count(*) AS done
