srag ingest handbook/ --embedder hashing --no-index
srag index build lancedb-flat
srag index build lancedb-flat
srag index list
srag index publish --rollback
srag index validate
srag index gc --keep 1
