// purpose: every node of ours has its own id, and is found by it
CREATE CONSTRAINT kg_id IF NOT EXISTS FOR (n:Kg) REQUIRE n.id IS UNIQUE
