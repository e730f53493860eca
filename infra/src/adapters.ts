import { InfraError } from './infra-error.ts';
import type { ModelReference } from './permissions.ts';
import type { AdapterProps } from './props.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Default models of Bedrock adapters; srag has no default generator model. */
const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  'embedder bedrock-titan': 'amazon.titan-embed-text-v2:0',
  'reranker bedrock': 'cohere.rerank-v3-5:0',
};

/** The generator's guardrail; undefined if it has none. */
export function guardrailOf(generator: AdapterProps | undefined): string | undefined {
  if (generator?.name !== 'bedrock') return undefined;
  return (generator.settings as { guardrail?: { id?: string } } | undefined)?.guardrail?.id;
}

/** Matches a dynamic reference, which CloudFormation resolves without writing the secret to the template. */
export const SECRET_REFERENCE = /^\{\{resolve:secretsmanager:[^}]+\}\}$/;
const SECRET_NAME = /(apikey|secret|token|password|credentials|accesskey)/i;

/**
 * The Bedrock model of an adapter; undefined if it uses none.
 * @throws InfraError if no model is configured.
 */
export function modelOf(
  port: 'embedder' | 'generator' | 'reranker',
  adapter: AdapterProps | undefined,
): ModelReference | undefined {
  if (adapter === undefined || !adapter.name.startsWith('bedrock')) return undefined;
  const { model = DEFAULT_MODELS[`${port} ${adapter.name}`], region } = (adapter.settings ?? {}) as {
    model?: string;
    region?: string;
  };
  if (model === undefined || model === '')
    throw new InfraError(`The ${port} '${adapter.name}' names no model: set ${port}Settings.model.`);
  return { model, region };
}

/** Environment variables that select the adapters. @throws InfraError for a secret in clear text. */
export function adapterEnvironment(props: ResolvedProps): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const port of ['embedder', 'generator', 'reranker'] as const) {
    const adapter = props[port];
    if (adapter === undefined) continue;
    refuseSecrets(port, adapter.settings ?? {});
    variables[`SRAG_${port.toUpperCase()}`] = adapter.name;
    variables[`SRAG_${port.toUpperCase()}_SETTINGS`] = JSON.stringify(adapter.settings ?? {});
  }
  return variables;
}

function refuseSecrets(port: string, settings: object, path = `${port}Settings`): void {
  for (const [name, value] of Object.entries(settings)) {
    if (
      SECRET_NAME.test(name) &&
      !/^max/i.test(name) &&
      !(typeof value === 'string' && SECRET_REFERENCE.test(value))
    ) {
      throw new InfraError(
        `${path}.${name} would be in the template in clear text. Store it in Secrets Manager and write {{resolve:secretsmanager:NAME:SecretString:KEY}}; AWS credentials are not needed, since the function has a role.`,
      );
    }
    if (typeof value === 'object' && value !== null) refuseSecrets(port, value, `${path}.${name}`);
  }
}
