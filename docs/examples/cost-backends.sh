srag cost --backends snapshot,s3-vectors,opensearch-managed,in-memory-server --rows 1000000 --load "day 1/s to 20/s" --updates-per-day 5000
