import { expect } from 'vitest';
import type { OpenSearchProps } from '../../src/index-servers/index.ts';
import { type Properties, type Settings, Synthesised } from './synthesise.ts';

export const ACCOUNT = '123456789012';
export const DOMAIN = `arn:aws:es:eu-west-1:${ACCOUNT}:domain/search`;
export const DOMAIN_URL = 'https://search-x.eu-west-1.es.amazonaws.com';
export const COLLECTION = `arn:aws:aoss:eu-west-1:${ACCOUNT}:collection/07tjusf2h91cunochc`;
/** Pattern of versions in permissions. */
export const VERSION = '????????t??????-????';

export const FUNCTIONS = ['baseline', 'retrieve', 'generate', 'stream', 'warmup', 'ingest'];
/** Functions that search. */
export const QUERY = ['retrieve', 'generate', 'stream'];

export const synthesise = (settings: Settings) => new Synthesised(settings);
export const openSearch = (opensearch: OpenSearchProps, more: Settings = {}) =>
  synthesise({ opensearch, ...more });

/** Functions with a variable. */
export const having = (rag: Synthesised, variable: string) =>
  FUNCTIONS.filter((name) => variable in rag.function(name).Environment.Variables);

/** The settings of a server in the environment of a function. */
export const settingsOf = (rag: Synthesised, variable = 'SRAG_OPENSEARCH') =>
  JSON.parse(rag.text(rag.function('retrieve').Environment.Variables[variable]));

/** Sorted resources by action of a function, of the services of index servers only. */
export function allowed(rag: Synthesised, name: string): Record<string, string[]> {
  const resources: Record<string, string[]> = {};
  for (const { Action, Resource } of rag.statementsOf(name))
    for (const action of [Action].flat())
      if (/^(es|aoss|s3vectors):/.test(action))
        resources[action] = [
          ...(resources[action] ?? []),
          ...[Resource].flat().map((one: unknown) => rag.text(one)),
        ].sort();
  return resources;
}

/** Resources, permissions and number of principals of the rules of the only data access policy. */
export function dataAccess(rag: Synthesised): [string[], string[], number][] {
  const policy = JSON.parse(rag.text(rag.one('AWS::OpenSearchServerless::AccessPolicy').Policy));
  return policy.map(({ Rules: [rule], Principal }: Properties) => [
    rule.Resource,
    rule.Permission,
    Principal.length,
  ]);
}

/** Logical id of the only resource of a type. */
export function idOf(rag: Synthesised, type: string): string {
  const ids = Object.keys(rag.template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0]!;
}

const index = (domain: string) => `${domain}/srag-default-${VERSION}`;
/** The requests of a search in a domain. */
export const searches = (domain: string) => ({ 'es:ESHttpPost': [`${index(domain)}/_search`] });
/** The requests of a build on a domain. */
export const builds = (domain: string) => ({
  'es:ESHttpPost': ['_bulk', '_count', '_forcemerge', '_refresh', '_search'].map(
    (path) => `${index(domain)}/${path}`,
  ),
  'es:ESHttpPut': [index(domain), `${index(domain)}/_settings`],
  'es:ESHttpDelete': [index(domain)],
  'es:ESHttpGet': [domain, `${domain}/`, `${domain}/_tasks/*`, `${index(domain)}/_stats/store`],
});
