import {
  type CostLine,
  loadPrices,
  PRICE_REGIONS,
  type PriceTable,
  projectMonth,
} from '../api/cost/index.ts';
import { cdkTemplate, type DeploymentTemplate, usedModels } from '../cloud/deployment/index.ts';
import type { Config } from '../config/index.ts';
import { type CostAssumptions, DEFAULT_ASSUMPTIONS, planOf } from '../measure/cost/index.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { collectionEmbedder, type PlannedDeployment } from './deployment-run.ts';
import { table } from './output.ts';
import { serverLines, serverUse, unpricedServers } from './server-cost.ts';
import { style } from './terminal.ts';

/** Monthly requests that a preview prices. */
const REQUESTS = [0, 100_000] as const;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/** What `srag deploy` would create: resources by type, what each role may do, and the price of a month. */
export interface DeploymentPreview {
  readonly resources: Readonly<Record<string, number>>;
  /** Allowed actions by function, or by role if it belongs to no function. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  readonly months: readonly {
    readonly requests: number;
    readonly totalUsd: number;
    /** What the servers of indexes contribute. */
    readonly servers: readonly Pick<CostLine, 'name' | 'quantity' | 'unit' | 'usd'>[];
  }[];
  /** Region of the prices: that of the deployment, if the price table contains it. */
  readonly pricesOf: string;
  readonly notPriced: readonly string[];
}

/** The preview of a planned deployment. Needs no credentials. */
export async function previewResult(
  { workspace }: CommandContext,
  { name, run }: PlannedDeployment,
): Promise<CommandResult & { readonly json: object }> {
  const { region = '' } = workspace.config.deploy;
  const prices = await loadPrices(PRICE_REGIONS.includes(region) ? region : 'us-east-1');
  const config = { ...workspace.config, ...(await collectionEmbedder(workspace)) };
  const preview = deploymentPreview(await cdkTemplate(run), config, prices);
  return { json: { name, dryRun: true, ...preview }, text: previewText(name, preview) };
}

function deploymentPreview(
  template: DeploymentTemplate,
  config: Config,
  prices: PriceTable,
): DeploymentPreview {
  const assumptions = { ...assumptionsOf(config), provisioned: provisionedOf(template) };
  const months = REQUESTS.map((requests) => {
    const plan = planOf({ ...assumptions, requests });
    const { fixed, used } = serverUse(config.deploy, { ...assumptions, requests });
    return projectMonth(
      { ...plan, fixed: [...(plan.fixed ?? []), ...fixed], used: [...(plan.used ?? []), ...used] },
      prices,
    );
  });
  return {
    resources: countedTypes(template),
    permissions: permissionsOf(template),
    months: months.map(({ totalUsd, lines }, index) => ({
      requests: REQUESTS[index]!,
      totalUsd,
      servers: serverLines(lines).map(({ name, quantity, unit, usd }) => ({ name, quantity, unit, usd })),
    })),
    pricesOf: prices.region,
    notPriced: [
      ...new Set([
        ...months.flatMap(({ unpriced = [] }) => unpriced),
        ...otherServers(config),
        ...unpricedServers(config.deploy),
      ]),
    ],
  };
}

function previewText(name: string, preview: DeploymentPreview): string {
  const { resources, permissions, months, pricesOf, notPriced } = preview;
  const count = Object.values(resources).reduce((sum, each) => sum + each, 0);
  return [
    style.bold(`${name}: ${count} resources would be created. Nothing was deployed.`),
    '',
    table(
      ['resource', 'count'],
      Object.entries(resources).map(([type, each]) => [type, String(each)]),
    ),
    '',
    style.bold('Permissions of each role'),
    ...Object.entries(permissions).map(([role, actions]) => `  ${role}: ${actions.join(', ')}`),
    '',
    ...months.flatMap(({ requests, totalUsd, servers }) => [
      `A month with ${requests.toLocaleString('en-US')} questions: about $${totalUsd.toFixed(2)}`,
      ...servers.map(
        ({ name, quantity, unit, usd }) =>
          `  of which ${name.slice(name.indexOf('.') + 1)}: $${usd.toFixed(2)} (${quantity} ${unit})`,
      ),
    ]),
    style.dim(
      `Prices of ${pricesOf}; assumptions and lines: srag cost --route query.${notPriced.length === 0 ? '' : ` Without a price: ${notPriced.join(', ')}.`}`,
    ),
  ].join('\n');
}

function countedTypes({ Resources }: DeploymentTemplate): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function permissionsOf({ Resources }: DeploymentTemplate): Record<string, readonly string[]> {
  const names = new Map<unknown, string>();
  for (const { Type, Properties = {} } of Object.values(Resources)) {
    const role = (Properties.Role as { 'Fn::GetAtt'?: readonly string[] } | undefined)?.['Fn::GetAtt']?.[0];
    if (Type === 'AWS::Lambda::Function' && role !== undefined)
      names.set(role, String(Properties.FunctionName));
  }
  const allowed = new Map<string, Set<string>>();
  for (const { Type, Properties = {} } of Object.values(Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    const { Statement: statements } = Properties.PolicyDocument as {
      readonly Statement: readonly Statement[];
    };
    for (const { Ref: role } of Properties.Roles as readonly { readonly Ref: string }[]) {
      const name = names.get(role) ?? role.replace(/[0-9A-F]{8}$/, '');
      const actions = allowed.get(name) ?? new Set();
      for (const { Effect, Action } of statements)
        if (Effect === 'Allow') for (const action of [Action].flat()) actions.add(action as string);
      allowed.set(name, actions);
    }
  }
  return Object.fromEntries(
    [...allowed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, actions]) => [name, [...actions].sort()]),
  );
}

/**
 * Provisioned concurrency in units of one `retrieve` environment, weighted by memory because memory
 * determines the price.
 */
function provisionedOf({ Resources }: DeploymentTemplate): number {
  let memoryMb = 0;
  for (const { Type, Properties = {} } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Alias') continue;
    const { FunctionName, ProvisionedConcurrencyConfig: kept } = Properties as {
      readonly FunctionName: { readonly Ref: string };
      readonly ProvisionedConcurrencyConfig?: { readonly ProvisionedConcurrentExecutions: number };
    };
    const { MemorySize } = Resources[FunctionName.Ref]?.Properties ?? {};
    memoryMb += Number(MemorySize ?? 0) * (kept?.ProvisionedConcurrentExecutions ?? 0);
  }
  return memoryMb / DEFAULT_ASSUMPTIONS.memoryMb;
}

/** Adapters that call third-party servers, whose use AWS does not bill. */
const otherServers = (config: Config): string[] =>
  (['embedder', 'generator', 'reranker'] as const).flatMap((port) =>
    config[port] === 'openai-compatible' ? [`${port} ${config[port]}`] : [],
  );

/** Time that a model takes to write an answer, in milliseconds. */
const MODEL_MS = 2_800;

/** The assumptions of `srag cost` for this configuration. */
function assumptionsOf(config: Config): CostAssumptions {
  const { auth, cache, metrics, waf, kms, warmup, canary } = config.deploy;
  const modelOf = (purpose: string): string | undefined =>
    usedModels(config).find((used) => used.purpose === purpose)?.model;
  const minutes = warmup === false ? 0 : (warmup?.everyMinutes ?? DEFAULT_ASSUMPTIONS.warmupMinutes);
  return {
    ...DEFAULT_ASSUMPTIONS,
    route: 'query',
    auth: auth.kind,
    cache: cache === 'memory' ? 'none' : cache,
    metrics,
    waf: waf !== false,
    kms: kms !== false,
    warmupMinutes: minutes,
    canaryMinutes: canary ? (canary.everyMinutes ?? 5) : 0,
    warmupConcurrency: (warmup === false ? undefined : warmup?.concurrency) ?? 1,
    embedding: modelOf('embedder') ?? DEFAULT_ASSUMPTIONS.embedding,
    generation: modelOf('generator') ?? DEFAULT_ASSUMPTIONS.generation,
    generateMs: config.generator === 'extractive' ? DEFAULT_ASSUMPTIONS.generateMs : MODEL_MS,
    rerank: modelOf('reranker') ?? DEFAULT_ASSUMPTIONS.rerank,
  };
}
