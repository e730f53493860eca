import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FEATURE_FLAGS } from '../../src/feature-flags.ts';
import { type DeploymentSettings, SragStack } from '../../src/srag-stack.ts';
import { buildFolder } from './build.ts';

export type Settings = Partial<DeploymentSettings>;

/** A stack of a deployment `demo` with these settings; by default, its functions are from a fixture build. */
export function stackOf(settings: Settings = {}): { readonly app: App; readonly stack: SragStack } {
  const app = new App({ postCliContext: { ...FEATURE_FLAGS } });
  const stack = new SragStack(app, 'Test', {
    name: 'demo',
    functions: settings.functions ?? buildFolder(),
    ...settings,
  });
  return { app, stack };
}

// biome-ignore lint/suspicious/noExplicitAny: templates are inspected everywhere.
export type Properties = any;

/** A synthesised template with helpers for inspection. */
export class Synthesised {
  readonly template: Template;

  constructor(settings: Settings = {}) {
    this.template = Template.fromStack(stackOf(settings).stack);
  }

  /** Properties of all resources of a type. */
  all(type: string): Properties[] {
    return Object.values(this.template.findResources(type)).map(
      ({ Properties: properties }) => properties ?? {},
    );
  }

  /** Properties of the only resource of a type; throws unless there is exactly one. */
  one(type: string): Properties {
    const found = this.all(type);
    if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
    return found[0];
  }

  /** Properties of a function by its name in the manifest. */
  function(name: string): Properties {
    const found = this.all('AWS::Lambda::Function').find(
      (properties) => properties.FunctionName === `demo-${name}`,
    );
    if (found === undefined) throw new Error(`no function ${name}`);
    return found;
  }

  /** Policy statements of a function's role. */
  statementsOf(name: string): Properties[] {
    const role = this.function(name).Role['Fn::GetAtt'][0];
    return this.all('AWS::IAM::Policy')
      .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref === role))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  }

  /** Actions that a function's role is allowed, sorted. */
  actionsOf(name: string): string[] {
    return this.statementsOf(name)
      .flatMap(({ Action }) => Action)
      .sort();
  }

  /** Converts a template value to text, with references in angle brackets. */
  text(value: Properties): string {
    if (typeof value === 'string') return value;
    if (value?.Ref !== undefined) return `<${value.Ref}>`;
    if (value?.['Fn::GetAtt'] !== undefined) return `<${value['Fn::GetAtt'].join('.')}>`;
    // Parts of generated values, such as the id of the stack.
    if (value?.['Fn::Select'] !== undefined) return '<selected>';
    if (value?.['Fn::Join'] !== undefined) {
      const [separator, parts] = value['Fn::Join'];
      return parts.map((part: Properties) => this.text(part)).join(separator);
    }
    return JSON.stringify(value);
  }
}
