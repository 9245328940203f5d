// purpose: write relationships, made or replaced, with exactly the given properties; both ends must be there
// param rows list: maps of source, type, target and properties
// column done int: how many were written
UNWIND $rows AS row
MATCH (a:Kg {id: row.source})
MATCH (b:Kg {id: row.target})
MERGE (a)-[r:$(row.type)]->(b)
SET r = row.properties
RETURN count(*) AS done
