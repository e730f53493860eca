import { describe, expect, it } from 'vitest';
import { type Properties, Synthesised } from './support/synthesise.ts';

const NAMES = ['baseline', 'retrieve', 'generate', 'stream', 'warmup', 'ingest'];
const rag = new Synthesised();

/** Logical ids of the aliases, by function. */
const aliases = (of: Synthesised): Map<string, string> =>
  new Map(
    Object.entries(of.template.findResources('AWS::Lambda::Alias')).map(([id, { Properties: alias }]) => {
      const { Resources } = of.template.toJSON();
      return [Resources[alias.FunctionName.Ref].Properties.FunctionName.replace('demo-', ''), id];
    }),
  );

describe('versions of functions', () => {
  it('are published for every function, kept for a rollback, and invoked by the alias live', () => {
    expect([...aliases(rag).keys()].sort()).toEqual([...NAMES].sort());
    for (const { Name } of rag.all('AWS::Lambda::Alias')) expect(Name).toBe('live');
    rag.template.allResources('AWS::Lambda::Version', { DeletionPolicy: 'Retain' });
    rag.template.resourceCountIs('AWS::Lambda::Version', NAMES.length);
  });

  it('are invoked through the alias by the gateway, state machines, queues, schedule and warm-up', () => {
    const { Resources } = rag.template.toJSON();
    const functionIds = Object.keys(rag.template.findResources('AWS::Lambda::Function'));
    const invoking = [
      ...['AWS::ApiGateway::Method', 'AWS::Events::Rule', 'AWS::IAM::Policy', 'AWS::Lambda::Permission'],
      ...['AWS::Lambda::EventSourceMapping', 'AWS::StepFunctions::StateMachine'],
    ];
    for (const type of invoking) expect(rag.all(type).length, type).toBeGreaterThan(0);
    for (const [id, resource] of Object.entries(Resources as Record<string, Properties>)) {
      if (!invoking.includes(resource.Type)) continue;
      const text = JSON.stringify(resource.Properties ?? {});
      for (const functionId of functionIds)
        expect(text, `${id} names ${functionId}`).not.toMatch(
          new RegExp(`"Fn::GetAtt":\\["${functionId}","Arn"\\]|"Ref":"${functionId}"`),
        );
    }
    for (const { EventSourceArn: _, FunctionName } of rag.all('AWS::Lambda::EventSourceMapping'))
      expect(JSON.stringify(FunctionName)).toContain(aliases(rag).get('ingest'));
    const [invoke] = rag.statementsOf('warmup').filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(invoke.Resource.map(({ Ref }: { Ref: string }) => Ref).sort()).toEqual(
      ['retrieve', 'generate', 'stream'].map((name) => aliases(rag).get(name)).sort(),
    );
    expect(rag.function('warmup').Environment.Variables.SRAG_ALIAS).toBe('live');
  });
});

describe('provisioned concurrency', () => {
  const kept = (of: Synthesised) =>
    Object.fromEntries(
      [...aliases(of)].map(([name, id]) => [
        name,
        of.template.toJSON().Resources[id].Properties.ProvisionedConcurrencyConfig
          ?.ProvisionedConcurrentExecutions,
      ]),
    );

  it('is set for the configured functions only', () => {
    expect(Object.values(kept(rag)).every((count) => count === undefined)).toBe(true);
    const two = kept(new Synthesised({ provisionedConcurrency: { retrieve: 2, stream: 20 } }));
    expect(two).toMatchObject({ retrieve: 2, stream: 20 });
    expect(two.baseline).toBeUndefined();
  });

  it.each([
    [{ provisionedConcurrency: { retrieve: 21 } }, /is 21, and the function reserves 20 environments/],
    [{ provisionedConcurrency: { retrieve: 0 } }, /of 'retrieve' is 0: it must be an integer >= 1/],
    [{ provisionedConcurrency: { retreive: 1 } }, /names 'retreive'; functions: baseline, retrieve/],
  ])('is refused: %j', (settings, message) => {
    expect(() => new Synthesised(settings)).toThrow(message);
  });

  it('may exceed the default reserved concurrency if the function has no reservation', () => {
    const free = new Synthesised({
      reservedConcurrency: 'unreserved',
      provisionedConcurrency: { retrieve: 50 },
    });
    expect(kept(free)).toMatchObject({ retrieve: 50 });
  });
});
