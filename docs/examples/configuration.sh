srag config
SRAG_COLLECTION=other srag config --collection mine --json
