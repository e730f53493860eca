import { createServer, request as open } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of moto. */
export interface CdkMotoProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Works around incompatibilities of the AWS CDK and moto. moto reads a template's bucket name from the path
 * only if the host is `localhost`, does not support tags of SSM parameters in templates, requires a method
 * and an address for MOCK integrations, and does not support aliases of functions in templates,
 * so references to an alias are replaced by its function.
 */
export async function startCdkMotoProxy(moto: string): Promise<CdkMotoProxy> {
  const target = new URL(moto);
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const isTemplate =
        incoming.method === 'PUT' && /^\/cdk-[^/]+-assets-[^/]+\/\w+\.json(\?|$)/.test(incoming.url ?? '');
      const headers = { ...incoming.headers };
      const body = isTemplate ? templateForMoto(Buffer.concat(parts)) : withLocalhost(Buffer.concat(parts));
      if (isTemplate)
        for (const name of Object.keys(headers)) if (/checksum|md5/.test(name)) delete headers[name];
      delete headers['transfer-encoding'];
      headers['content-length'] = String(body.length);
      const options = {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers,
      };
      const onward = open(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function withLocalhost(body: Buffer): Buffer {
  if (!body.includes('TemplateURL=')) return body;
  return Buffer.from(body.toString().replaceAll(/(TemplateURL=http%3A%2F%2F)127\.0\.0\.1/g, '$1localhost'));
}

interface Resource {
  readonly Type: string;
  readonly Properties: {
    Tags?: unknown;
    Integration?: { Type: string };
    FunctionName?: { Ref: string };
  };
}

function templateForMoto(body: Buffer): Buffer {
  const template = JSON.parse(body.toString()) as { Resources?: Record<string, Resource> };
  for (const { Type, Properties } of Object.values(template.Resources ?? {})) {
    if (Type === 'AWS::SSM::Parameter') delete Properties.Tags;
    if (Type === 'AWS::Lambda::EventSourceMapping') {
      const [, alias = ''] = /"Ref":"(\w+)"/.exec(JSON.stringify(Properties.FunctionName)) ?? [];
      const asked = template.Resources?.[alias]?.Properties.FunctionName;
      if (asked !== undefined) Properties.FunctionName = asked;
    }
    if (Properties?.Integration?.Type === 'MOCK')
      Object.assign(Properties.Integration, { IntegrationHttpMethod: 'POST', Uri: '' });
  }
  return Buffer.from(
    JSON.stringify(template, (_key, value) => functionOfAlias(template.Resources, value) ?? value),
  );
}

/** The ARN of the function behind a reference to its alias; undefined for other values. */
function functionOfAlias(
  resources: Readonly<Record<string, Resource>> = {},
  value: unknown,
): object | undefined {
  const { Ref } = (value ?? {}) as { Ref?: string };
  const { Type, Properties } = (Ref === undefined ? undefined : resources[Ref]) ?? {};
  if (Type !== 'AWS::Lambda::Alias' || Properties?.FunctionName === undefined) return undefined;
  return { 'Fn::GetAtt': [Properties.FunctionName.Ref, 'Arn'] };
}
