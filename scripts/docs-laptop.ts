import { DEFAULT_SETTINGS, explainServices } from '../src/laptop/index.ts';
import { MADE } from './docs-markdown.ts';

/** Lists the AWS operations that the laptop cloud supports, and behaviour that it does not model. */
export async function laptopReference(): Promise<string> {
  const { latencyMs, connectionMb, totalMb } = DEFAULT_SETTINGS;
  const sections = explainServices().map(({ name, operations, notModelled }) => {
    const served = operations.map((operation) => `\`${operation}\``).join(', ');
    const list = notModelled.map((sentence) => `- ${sentence}`).join('\n');
    return `## ${name}\n\n${served === '' ? '' : `Supported: ${served}.\n\n`}${list}`;
  });
  return `${MADE}

# AWS services of the laptop cloud

Functions in the laptop cloud call the services below over loopback, with the same clients and protocols as on AWS. \`AWS_ENDPOINT_URL_S3\` is the address of S3, \`AWS_ENDPOINT_URL\` that of all other services. An operation, parameter or header that is not supported gets an error that names it (\`NotImplemented\`, \`UnknownOperationException\`, \`ValidationException\`); nothing is silently ignored. The supported operations pass the same tests as versitygw (S3), moto (SSM, SQS) and DynamoDB Local.

A bucket is a folder, and a key is the path of a file in it. The layout is that of a location on disk, so the laptop cloud can serve a folder that \`srag ingest\` and \`srag index build\` have written, and sees what they publish immediately. Conditional writes are also atomic between the server and other processes that use the same folder.

The storage model responds no sooner than ${latencyMs} ms after a request, and sends ${connectionMb} MB/s over one connection and ${totalMb} MB/s over all connections. These figures were measured between a function and S3. Use them to compare designs; S3 does not guarantee them. The access key that signs a request identifies its execution environment. For each key, the server counts reads, writes, lists, deletions, bytes, and waves (the largest number of requests no two of which overlap in time).

${sections.join('\n\n')}
`;
}
