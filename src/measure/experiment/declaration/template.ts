const DECLARATION = `# An experiment: the same questions for several variants under rising load.
# Run it:    srag bench run experiment.yaml
# Report:    srag report experiment.results.jsonl
name: Flat against HNSW against snapshot
seed: 1

questions:
  # A dataset folder (BEIR layout), or a JSONL file: {"text": "...", "relevant": ["handbook/leave.md"]}.
  # No questions yet? srag questions make --output questions.jsonl
  source: questions.jsonl

# laptop: one laptop cloud per variant. url: running srag APIs. in-process: the searchers alone.
target: laptop
# Latency and bandwidth of the laptop cloud's S3: s3 (25 ms, 75 MB/s), none, or for example {latencyMs: 60}.
storageModel: s3
# retrieve: find chunks. query: find and answer.
route: retrieve

variants:
  - name: flat
    index: lancedb-flat
  - name: hnsw
    index: lancedb-ivf-hnsw-sq # needs vectors and at least 256 chunks
    queryParameters: { nprobes: 20, ef: 100 }
  - name: snapshot
    index: snapshot

# Cold starts measured for each variant before the first step; reported separately.
coldStarts: 10

load:
  arrivals: poisson # or constant
  from: 1 # requests per second of the first step
  factor: 2
  to: 16
  blockSeconds: 5 # seconds after which variants alternate
  timeoutSeconds: 30

stop:
  # A step ends when the 95 % interval of each statistic lies within 10 % of its estimate.
  statistics: [mean, p95]
  relativeWidth: 0.1
  minSeconds: 10
  maxSeconds: 60

# The exit code is 1 if a threshold is missed.
thresholds:
  - errors < 1 %
`;

/** A commented declaration as a starting point; `srag bench init` writes it. */
export const experimentTemplate = (schemaPath: string): string =>
  `# yaml-language-server: $schema=${schemaPath}\n${DECLARATION}`;
