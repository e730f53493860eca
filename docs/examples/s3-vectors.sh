export SRAG_S3_VECTORS_BUCKET="$VECTOR_BUCKET"
srag doctor
srag ingest handbook/ --embedder hashing --no-index
srag index build s3-vectors
srag ask 'What is the price limit for a hotel night?'
