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
MATCH p = (a)-[e:PROPOSES|EVALUATES_ON|COMPARES_WITH|USES|MEASURES|ADDRESSES|MENTIONS* ALL SHORTEST 1..8 (r, n | WHERE ($mentions OR label(r) <> 'MENTIONS') AND ($generic OR NOT coalesce(n.generic, false)))]-(b)
WITH length(p) AS length, properties(nodes(p), 'id') AS ids, properties(nodes(p), 'name') AS names,
  properties(rels(p), '_LABEL') AS relations
RETURN length, ids, names, relations
ORDER BY length, list_to_string('\n', ids), list_to_string('\n', relations)
LIMIT $limit
