/** What the laptop cloud does and does not model: `srag serve --explain`. */
export const NOT_MODELLED = {
  modelled: [
    'cold starts: a process for each environment, timed from its start; one request at a time in each',
    'concurrency limits and the rate at which environments may be added; requests beyond are throttled (429)',
    'time-outs: the environment is ended, the next request uses another one',
    'memory: resident memory is checked every 100 ms, and a process over its limit is ended',
    'processor: below 1,769 MB a process that exceeds its share is paused to compensate',
    'payload limits: 6 MB per reply, 10 MB per request, 256 KiB in the state machine',
    'the gateway: throttle, 29 s time-out, streaming of responses, API keys',
    'S3: 25 ms to the first byte, 90 MB/s a connection, 75 MB/s in all (--storage-model)',
    'with --freeze, environments that are frozen between requests, and lose their connections to local services meanwhile',
    'the state machines: the deployed definitions, in an interpreter validated against another one',
    'the Distributed Map of ingest: as an inline Map over the same listing of S3 (StartExecution; npm run build:lancedb)',
  ],
  notModelled: [
    'the download and unpacking of code: a real cold start takes longer by 100 to 300 ms',
    'processors of Lambda: this machine is faster or slower, and its processors are shared by all environments',
    'more than one processor for functions with more than 1,769 MB',
    'without --freeze, freezing of environments between requests: background work of a function continues',
    'the file system limit of /tmp, and network limits other than those of S3',
    'latency of API Gateway, Step Functions, DynamoDB and SSM: they answer immediately',
    'schedules: the warm-up is not run, invoke the function warmup by hand',
    'signatures, IAM and WAF: every client that reaches the port may send requests',
    'init that is repeated after a failure, provisioned concurrency, SnapStart',
  ],
} as const;
