srag ingest handbook/
srag ask "How much is paid for a hotel night?"
srag ask "컬러 프린터는 어디에 있나요?"
srag search "unused leave" --top-k 2
