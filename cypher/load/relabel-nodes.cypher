// purpose: give nodes the labels they should have, and take away the others
// param rows list: maps of id, labels (to have) and gone (to lose)
// column done int: how many nodes were found
UNWIND $rows AS row
MATCH (n:Kg {id: row.id})
SET n:$(row.labels)
REMOVE n:$(row.gone)
RETURN count(*) AS done
