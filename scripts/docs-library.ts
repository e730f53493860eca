import { join } from 'node:path';
import ts from 'typescript';
import { MADE } from './docs-markdown.ts';

const ROOT = join(import.meta.dirname, '..');
const ENTRIES = { srag: 'src/index.ts', 'srag/snapshot': 'src/snapshot.ts' } as const;
const PRINTER = ts.createPrinter({ removeComments: true });

/** The public types of the package, by entry point, as TypeScript declares them. */
export function libraryReference(): string {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const program = ts.createProgram(
    Object.values(ENTRIES).map((path) => join(ROOT, path)),
    options,
  );
  const checker = program.getTypeChecker();
  const sections = Object.entries(ENTRIES).map(([name, path]) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(ROOT, path))!)!;
    const symbols = checker
      .getExportsOfModule(module)
      .toSorted((left, right) => left.name.localeCompare(right.name, 'en'));
    return `## ${name}\n\n${symbols.map((symbol) => entryOf(symbol, checker)).join('\n\n')}`;
  });
  return `${MADE}\n\n# Library\n\nThe public interface, generated from the types. A test compares this page with the source, so every change of the interface appears here. How to use it: [guide](../guide/library.md).\n\n${sections.join('\n\n')}\n`;
}

function entryOf(exported: ts.Symbol, checker: ts.TypeChecker): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const text = ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replaceAll(/\s+/g, ' ')
    .trim();
  const code = (symbol.declarations ?? []).map((declaration) => codeOf(exported.name, declaration, checker));
  return `### ${exported.name}\n\n${text === '' ? '' : `${text}\n\n`}\`\`\`ts\n${code.join('\n')}\n\`\`\``;
}

/** A declaration without bodies, private members and initialisers. */
function codeOf(name: string, declaration: ts.Declaration, checker: ts.TypeChecker): string {
  const file = declaration.getSourceFile();
  const print = (node: ts.Node) => PRINTER.printNode(ts.EmitHint.Unspecified, node, file);
  if (ts.isFunctionDeclaration(declaration))
    return `function ${name}${checker.signatureToString(checker.getSignatureFromDeclaration(declaration)!, undefined, ts.TypeFormatFlags.NoTruncation)};`;
  if (ts.isClassDeclaration(declaration)) return classCode(name, declaration, checker);
  if (ts.isVariableDeclaration(declaration)) {
    const type = checker.getTypeAtLocation(declaration);
    return `const ${name}: ${checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)};`;
  }
  return print(declaration).replace(/^export /, '');
}

function classCode(name: string, declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string {
  const file = declaration.getSourceFile();
  const members = declaration.members.flatMap((member) => {
    const isHidden =
      (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
      (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
    if (isHidden) return [];
    const modifiers = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static ? 'static ' : '';
    if (ts.isConstructorDeclaration(member))
      return [`constructor(${member.parameters.map((parameter) => parameter.getText(file)).join(', ')});`];
    if (ts.isMethodDeclaration(member)) {
      const signature = checker.getSignatureFromDeclaration(member)!;
      const text = checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation);
      return [`${modifiers}${member.name.getText(file)}${text};`];
    }
    if (ts.isPropertyDeclaration(member) || ts.isGetAccessorDeclaration(member)) {
      const type = checker.typeToString(
        checker.getTypeAtLocation(member),
        undefined,
        ts.TypeFormatFlags.NoTruncation,
      );
      return [`${modifiers}readonly ${member.name.getText(file)}: ${type};`];
    }
    return [];
  });
  return `class ${name} {\n${members.map((member) => `  ${member}`).join('\n')}\n}`;
}
