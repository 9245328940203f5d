// purpose: all nodes of ours as the server holds them
// column element text: the server's own id of the node
// column labels set: all its labels
// column properties map: all its properties
MATCH (n:Kg)
RETURN elementId(n) AS element, labels(n) AS labels, properties(n) AS properties
