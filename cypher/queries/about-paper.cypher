// purpose: everything about a paper, with the evidence for it
// param paper paper: the paper, by id or title
// param limit int = 500: rows at most
// column relation text: what the paper does with the thing
// column kind text: what the thing is (Method … for entities; code, page … for repos; gain … for results)
// column id text: the thing
// column name text: its name
// column strongest bool: whether this is the paper's strongest relation to it
// column confidence float: how sure the relation is
// column origin text: extracted from the text, declared by the source, or both
// column sentence text: the sentence that says so best
// column char_starts list: where in the paper's text it is named, -1 where a source declares it
// column char_ends list: where these places end
// column finders list: the rule or lexicon behind each
// column fields list: the field of the source behind each
MATCH (p:Paper)-[r]->(x:Method|Model|Benchmark|Task|Metric|Repo|Result)
WHERE p.id = $paper
RETURN type(r) AS relation, x.kind AS kind, x.id AS id, x.name AS name, r.strongest AS strongest,
  r.confidence AS confidence, r.origin AS origin, r.sentence AS sentence, r.char_starts AS char_starts,
  r.char_ends AS char_ends, r.finders AS finders, r.fields AS fields
ORDER BY relation, id
LIMIT $limit
