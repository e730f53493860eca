/** What the laptop cloud reproduces and what it does not: `srag serve --explain`. */
export const NOT_MODELLED = {
  modelled: [
    'cold starts: a process for each environment, timed from its start; one request at a time in each',
    'concurrency limits and the rate at which environments may be added; requests beyond are throttled (429)',
    'time-outs: the environment is ended, the next request finds another one',
    'memory: resident memory is looked at every 100 ms, and a process over its limit is ended',
    'processor: below 1,769 MB a process is stopped until it has paid for what it used beyond its share',
    'payload limits: 6 MB of a reply, 10 MB of a request, 256 KiB in the state machine',
    'the gateway: throttle, 29 s time-out, streaming of responses, API keys',
    'S3: 25 ms to the first byte, 90 MB/s a connection, 75 MB/s in all (--storage-model)',
    'with --freeze, environments that run nothing between requests, and whose connections to the services here die meanwhile',
    'the state machines: the definitions that are deployed, in an interpreter held against another one',
    'the Distributed Map of ingest: as an inline Map over the same listing of S3 (StartExecution; npm run build:lancedb)',
  ],
  notModelled: [
    'the download and unpacking of code: a real cold start takes longer by 100 to 300 ms',
    'processors of Lambda: this machine is faster or slower, and its processors are shared by all environments',
    'more than one processor for functions with more than 1,769 MB',
    'without --freeze, freezing of environments between requests: what a function leaves running goes on',
    'the file system limit of /tmp, and network limits other than those of S3',
    'latency of API Gateway, Step Functions, DynamoDB and SSM: their answers come at once',
    'schedules: the warm-up is not run, invoke the function warmup by hand',
    'signatures, IAM and WAF: whoever reaches the port may ask',
    'init that is repeated after a failure, provisioned concurrency, SnapStart',
  ],
} as const;
