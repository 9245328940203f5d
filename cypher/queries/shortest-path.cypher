// purpose: the shortest path between two papers, over what both deal with
// param paper paper: where the path begins, by id or title
// param other paper: where it ends
// param mentions bool = false: whether it may go over bare mentions
// param generic bool = false: whether it may go over generic entities
// param limit int = 1: how many paths at most; those of equal length are ordered by their ids
// column length int: how many steps
// column ids list: the papers and entities passed, in order
// column names list: their names
// column relations list: the relations between them
MATCH (a:Paper {id: $paper})
MATCH (b:Paper {id: $other})
MATCH p = allShortestPaths((a)-[:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS*..8]-(b))
WHERE all(r IN relationships(p) WHERE $mentions OR type(r) <> 'MENTIONS')
  AND all(n IN nodes(p) WHERE $generic OR NOT coalesce(n.generic, false))
WITH length(p) AS length, [n IN nodes(p) | n.id] AS ids, [n IN nodes(p) | n.name] AS names,
  [r IN relationships(p) | type(r)] AS relations
RETURN length, ids, names, relations
ORDER BY length, ids, relations
LIMIT $limit
