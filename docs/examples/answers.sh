srag ingest handbook/
srag ask "When is a medical certificate needed?"
srag ask "Who won the chess championship?"
echo "Up to how many unused days are carried over?" | srag ask --json > answer.json
