import { DEFAULT_SETTINGS, explainServices } from '../src/laptop/index.ts';
import { MADE } from './docs-markdown.ts';

/** Lists the AWS operations that the laptop cloud supports, and behaviour that it does not model. */
export async function laptopReference(): Promise<string> {
  const { latencyMs, connectionMb, totalMb } = DEFAULT_SETTINGS;
  const sections = explainServices().map(({ name, operations, notModelled }) => {
    const served = operations.map((operation) => `\`${operation}\``).join(', ');
    const list = notModelled.map((sentence) => `- ${sentence}`).join('\n');
    return `## ${name}\n\n${served === '' ? '' : `Served: ${served}.\n\n`}${list}`;
  });
  return `${MADE}

# The laptop's AWS services

Functions on the laptop ask the services below over loopback, in the protocols of AWS and through the same clients: \`AWS_ENDPOINT_URL_S3\` leads to S3, \`AWS_ENDPOINT_URL\` to everything else. An operation, a parameter or a header that is not served is refused by name (\`NotImplemented\`, \`UnknownOperationException\`, \`ValidationException\`), never ignored. What is served runs the same tests as versitygw (S3), moto (SSM, SQS) and DynamoDB Local.

A bucket is a folder, a key the path of a file in it, laid out as a location on disk: a folder that \`srag ingest\` and \`srag index build\` have made is served as it is, and what they publish there is seen at once. Conditional writes hold between the server and other processes on the same folder.

The storage model answers ${latencyMs} ms after a request at the earliest, sends ${connectionMb} MB/s over one connection and ${totalMb} MB/s over all of them. These are measurements of S3 from a function, to rank designs by; they are not a promise. Requests are accounted by the access key that they are signed with, one for each execution environment: reads, writes, lists, deletions, bytes, and waves (the largest number of requests no two of which overlap in time).

${sections.join('\n\n')}
`;
}
