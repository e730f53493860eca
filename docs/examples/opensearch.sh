export SRAG_OPENSEARCH_URL="$OPENSEARCH"
srag doctor
srag ingest handbook/ --embedder hashing --no-index
srag index build opensearch-exact
srag ask 'What is the price limit for a hotel night?'
