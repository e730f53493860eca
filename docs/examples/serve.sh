srag ingest handbook/
srag serve --port 8931 2>serve.log & until grep -q Listening serve.log; do sleep 0.1; done
curl -s localhost:8931/query -H 'content-type: application/json' -d '{"question": "How much is paid for a hotel night?"}' -o answer.json
curl -sN localhost:8931/query/stream -H 'content-type: application/json' -d '{"question": "How much is paid for a hotel night?"}' -o events.txt
curl -s 'localhost:8931/retrieve?q=hotel+night&topK=3' -o hits.json
srag ask --remote-url http://localhost:8931 "How much is paid for a hotel night?"
curl -s localhost:8931/openapi.json -o openapi.json
kill -INT "$(sed -n 's/^Listening.*process \([0-9]*\).*/\1/p' serve.log)"; wait
