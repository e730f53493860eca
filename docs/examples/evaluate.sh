srag eval made-up --location words
srag eval made-up --location vectors --vectors made-up/vectors --mode vector --output flat.jsonl
srag eval made-up --location vectors --vectors made-up/vectors --compare lancedb-flat:vector lancedb-ivf-hnsw-sq:vector
