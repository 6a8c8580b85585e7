import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

const grammar = createRequire(import.meta.url).resolve(
  'tree-sitter-powershell/tree-sitter-powershell.wasm',
);

await Parser.init();
const parser = new Parser().setLanguage(await Language.load(grammar));

/** What is wrong with the syntax of a PowerShell script: the text of each piece that does not parse. */
export function syntaxErrors(script: string): readonly string[] {
  const tree = parser.parse(script.replace(/^\ufeff/, ''));
  if (tree === null) throw new Error('the parser gave up');
  return tree.rootNode
    .descendantsOfType('ERROR')
    .concat(tree.rootNode.descendantsOfType('MISSING'))
    .map((node) => `line ${(node?.startPosition.row ?? 0) + 1}: ${node?.text}`);
}
