import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A regular expression in the source. */
export interface SourcePattern {
  /** The literal with its flags. */
  readonly text: string;
  readonly source: string;
  readonly flags: string;
  /** `file:line` of its first use. */
  readonly place: string;
}

/**
 * Regular expression literals in the TypeScript files below some folders, without duplicates, and the places
 * where expressions are built at run time.
 */
export function patternsOf(
  root: string,
  folders: readonly string[],
): { readonly literals: readonly SourcePattern[]; readonly built: readonly string[] } {
  const literals = new Map<string, SourcePattern>();
  const built: string[] = [];
  for (const folder of folders) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!path.endsWith('.ts')) continue;
      const name = `${folder}/${path}`;
      const file = ts.createSourceFile(
        name,
        readFileSync(join(root, name), 'utf8'),
        ts.ScriptTarget.Latest,
        true,
      );
      const visit = (node: ts.Node): void => {
        const place = (): string => `${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
        if (ts.isRegularExpressionLiteral(node) && !literals.has(node.text)) {
          const end = node.text.lastIndexOf('/');
          literals.set(node.text, {
            text: node.text,
            source: node.text.slice(1, end),
            flags: node.text.slice(end + 1),
            place: place(),
          });
        }
        if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp')
          built.push(`${name}: ${node.getText().replace(/\s+/g, ' ')}`);
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
  }
  return { literals: [...literals.values()], built };
}
