/** What the laptop cloud does and does not model: `srag serve --explain`. */
export const NOT_MODELLED = {
  modelled: [
    'cold starts: each environment is a process that handles one request at a time, and its init is timed from the start of the process',
    'concurrency limits and the rate at which environments may be added; requests beyond the limit are throttled (429)',
    'timeouts: the environment is ended, and the next request uses another one',
    'memory: resident memory is checked every 100 ms, and a process over its limit is ended',
    'processor: below 1,769 MB a process that exceeds its share is paused to compensate',
    'payload limits: 6 MB per reply, 10 MB per request, 256 KiB in the state machine',
    'the gateway: throttle, 29 s timeout, streaming of responses, API keys',
    'S3: 25 ms to the first byte, 90 MB/s per connection, 75 MB/s in total (--storage-model)',
    'with --freeze: environments are frozen between requests, and lose their connections to local services while frozen',
    'the state machines: an interpreter runs the deployed definitions; it is validated against another interpreter',
    'the Distributed Map of ingest: StartExecution runs it as an inline Map over the same S3 listing (needs npm run build:lancedb)',
  ],
  notModelled: [
    'the download and unpacking of code: a real cold start takes 100 to 300 ms longer',
    "Lambda's processors: this machine is faster or slower, and all environments share its processors",
    'more than one processor for functions with more than 1,769 MB',
    'without --freeze, freezing of environments between requests: background work of a function continues',
    'the file system limit of /tmp, and network limits other than those of S3',
    'latency of API Gateway, Step Functions, DynamoDB and SSM: they answer immediately',
    'schedules: the scheduled warm-up does not run; invoke the function warmup by hand',
    'signatures, IAM and WAF: every client that reaches the port may send requests',
    'repeating a failed init, provisioned concurrency, SnapStart',
  ],
} as const;
