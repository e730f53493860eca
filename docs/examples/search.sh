srag ingest articles.jsonl --field year:number --field topic:string
srag search "cold start" --top-k 3
srag search "cold start" --filter '{"field": "year", "op": "gte", "value": 2025}'
srag search "writers" --filter '{"and": [{"field": "topic", "op": "eq", "value": "storage"}, {"not": {"field": "year", "op": "lt", "value": 2025}}]}'
