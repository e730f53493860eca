cat policies/travel.md
srag ingest policies/ --field year:number --field tags:string[]
srag search "daily rate in Oslo" --filter '{"field": "year", "op": "gte", "value": 2025}'
srag search "daily rate in Oslo" --filter '{"field": "tags", "op": "eq", "value": "archive"}'
