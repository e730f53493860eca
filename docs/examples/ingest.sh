srag ingest handbook/ --dry-run
srag ingest handbook/
srag ingest handbook/
srag show handbook/leave.md
srag collection list
