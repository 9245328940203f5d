// purpose: papers by date
CREATE INDEX kg_paper_published IF NOT EXISTS FOR (n:Paper) ON (n.published)
