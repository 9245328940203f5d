// purpose: write nodes, made or replaced, with exactly the given properties
// param rows list: maps of id, labels and properties
// column done int: how many were written
UNWIND $rows AS row
MERGE (n:Kg {id: row.id})
SET n:$(row.labels), n = row.properties
RETURN count(*) AS done
