import jsonata from 'jsonata';

/** Facts about an expression that need no evaluation. */
export interface ParsedExpression {
  /** Names of all variables and functions in it, without `$`. */
  readonly variables: ReadonlySet<string>;
}

/** Why an expression is rejected. */
export interface ExpressionRefusal {
  /**
   * `invalid`: Step Functions rejects it too; `unsupported`: valid JSONata that Step Functions does not
   * evaluate.
   */
  readonly kind: 'invalid' | 'unsupported';
  readonly problem: string;
}

/** A node of JSONata's syntax tree; only the fields used here. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly [field: string]: unknown;
}

/** Fields of a node whose expressions are evaluated in the same context as the node. */
const SAME_CONTEXT = ['lhs', 'rhs', 'expression', 'expressions', 'condition', 'then', 'else', 'procedure'];

/** Functions that Step Functions adds to JSONata and that no deployed definition uses. */
const UNSUPPORTED_FUNCTIONS = ['partition', 'range', 'hash', 'uuid'];

/** Parses the text inside `{% %}` and finds its variables. */
export function parseExpression(source: string): ParsedExpression | ExpressionRefusal {
  let root: Node;
  try {
    root = jsonata(source).ast() as unknown as Node;
  } catch (error) {
    const { code, message, position } = error as { code?: string; message?: string; position?: number };
    const place = position === undefined ? '' : ` at character ${position}`;
    return { kind: 'invalid', problem: `is not JSONata${place}: ${code ?? ''} ${message ?? ''}`.trim() };
  }
  const variables = new Set<string>();
  let refusal: ExpressionRefusal | undefined;
  visit(root, (node) => {
    if (node.type === 'variable') variables.add(String(node.value));
    refusal ??= refusalOf(node, source);
  });
  refusal ??= contextRefusal(root);
  return refusal ?? { variables };
}

function visit(value: unknown, look: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, look);
  } else if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
    look(value as Node);
    for (const inner of Object.values(value)) visit(inner, look);
  }
}

/** Rejects JSONata that Step Functions does not evaluate: it implements version 2.0.6 without `$eval`. */
function refusalOf(node: Node, source: string): ExpressionRefusal | undefined {
  if (node.type === 'variable' && node.value === 'eval') {
    return { kind: 'unsupported', problem: 'Step Functions has no $eval; use $parse for JSON' };
  }
  if (node.type === 'variable' && UNSUPPORTED_FUNCTIONS.includes(String(node.value))) {
    return { kind: 'unsupported', problem: `the laptop does not implement $${String(node.value)}` };
  }
  if (node.type === 'condition' && typeof node.position === 'number') {
    const operator = source.slice(node.position - 2, node.position);
    if (operator === '??' || operator === '?:') {
      return {
        kind: 'unsupported',
        problem: `the operator ${operator} is newer than the JSONata 2.0.6 of Step Functions`,
      };
    }
  }
  return undefined;
}

/**
 * Rejects uses of the context item outside a path (`$`, `$$` and bare field names), because Step Functions
 * has no context item there.
 */
function contextRefusal(node: Node | undefined): ExpressionRefusal | undefined {
  if (node === undefined || node === null) return undefined;
  switch (node.type) {
    case 'path':
      return contextRefusal((node.steps as readonly Node[])[0]);
    case 'variable':
      return node.value === '' || node.value === '$' ? outside(`$${String(node.value)}`) : undefined;
    case 'name':
      return outside(`the field name '${String(node.value)}'`);
    case 'wildcard':
    case 'descendant':
      return outside(String(node.value));
    case 'lambda':
    case 'transform':
      return undefined;
    default: {
      const inner = [...SAME_CONTEXT.map((field) => node[field]), node.arguments].flat(3) as Node[];
      for (const child of inner) {
        const refusal = typeof child === 'object' ? contextRefusal(child) : undefined;
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    }
  }
}

const outside = (what: string): ExpressionRefusal => ({
  kind: 'invalid',
  problem: `${what} is outside a path, where there is no context: begin with $states or a variable`,
});
