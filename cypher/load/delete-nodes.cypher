// purpose: remove nodes that the graph does not hold, with all that hangs on them
// param rows list: the server's own ids of the nodes
// column done int: how many were removed
UNWIND $rows AS element
MATCH (n:Kg)
WHERE elementId(n) = element
DETACH DELETE n
RETURN count(*) AS done
