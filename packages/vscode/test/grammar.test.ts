import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseConfig, tokensOf } from '@bake/hcl';
import { beforeAll, expect, test } from '@jest/globals';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar, type StateStack } from 'vscode-textmate';

const home = join(import.meta.dirname, '..');
const root = join(home, '..', '..');

let grammar: IGrammar;
beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm));
  const path = join(home, 'syntaxes', 'packer.tmLanguage.json');
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, 'utf8'), path),
  });
  grammar = (await registry.loadGrammar('source.packer')) as IGrammar;
});

/** The scopes of every character of a text, and how many rules are still open at its end. */
function scopesOf(text: string): {
  readonly at: (offset: number) => string;
  readonly open: number;
} {
  const scopes: string[] = [];
  let stack: StateStack = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    for (const token of tokens) {
      const width = Math.min(token.endIndex, line.length) - token.startIndex;
      for (let at = 0; at < width; at += 1) scopes.push(token.scopes.slice(1).join(' '));
    }
    scopes.push('line break');
  }
  return { at: (offset) => scopes[offset] ?? 'none', open: stack.depth - 1 };
}

const sample = `# a comment
packer {
  required_plugins {
    docker = { source = "github.com/hashicorp/docker", version = ">= 1.0" }
  }
}
variable "size" { default = 8.5e3 }
locals {
  on    = true && !false /* why
  not */
  list  = [for k, v in var.map : upper(v) if v != null]
  text  = "a \${local.on ? "b" : data.http.x.body} \\n $\${no} {{ .Vars }}"
  other = local.type
}
source "null" "x" {
  script = <<-EOT
    echo "\${var.size}" # no comment
    %{ if local.on ~}
    }
    %{ endif ~}
  EOT
}
`;

test.each([
  ['# a comment', 'comment.line.number-sign'],
  ['not */', 'comment.block'],
  ['packer {', 'entity.name.type.block'],
  ['required_plugins', 'entity.name.type.block'],
  ['docker =', 'variable.other.property'],
  ['version =', 'variable.other.property'],
  ['">= 1.0"', 'string.quoted.double'],
  ['"size"', 'string.quoted.double.label'],
  ['default', 'variable.other.property'],
  ['8.5e3', 'constant.numeric'],
  ['true', 'constant.language'],
  ['&&', 'keyword.operator'],
  ['for k', 'keyword.control.loop'],
  ['in var', 'keyword.control.loop'],
  ['if v', 'keyword.control.loop'],
  ['var.map', 'variable.language'],
  ['map :', 'variable.other.member'],
  ['upper(', 'support.function'],
  ['${local', 'punctuation.section.interpolation.begin'],
  ['local.on ?', 'variable.language'],
  ['"b"', 'meta.interpolation'],
  ['\\n', 'constant.character.escape'],
  ['$${no', 'constant.character.escape'],
  ['{{ .Vars', 'meta.template.go'],
  ['type\n', 'variable.other.member'],
  ['source "null"', 'entity.name.type.block'],
  ['EOT\n    echo', 'keyword.control.heredoc'],
  ['echo', 'string.unquoted.heredoc'],
  ['# no comment', 'string.unquoted.heredoc'],
  ['if local.on ~', 'keyword.control.directive'],
  ['EOT\n}', 'keyword.control.heredoc'],
])('%j is %s', (text, scope) => {
  const offset = sample.indexOf(text);
  expect(offset).toBeGreaterThan(-1);
  expect(scopesOf(sample).at(offset)).toContain(scope);
});

test('the colours of all examples agree with the lexer, and nothing is left open at their ends', () => {
  const folder = join(root, 'examples');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.pkr.hcl'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  for (const { name, text } of [...files, { name: 'sample', text: sample }]) {
    const { at, open } = scopesOf(text);
    expect({ name, open }).toEqual({ name, open: 0 });
    const source = { name, text };
    const wrong = tokensOf(source).flatMap((token, index, tokens) => {
      const wanted =
        token.kind === 'identifier' && tokens[index + 1]?.kind === 'openParen'
          ? 'support.function'
          : wantedScopes[token.kind];
      const scope = at(token.start);
      return wanted === undefined || scope === 'line break' || scope.includes(wanted)
        ? []
        : [[text.slice(token.start, token.end), wanted, scope]];
    });
    const plain = parseConfig(source).value.comments.filter(
      ({ range }) => !at(range.start).includes('comment.'),
    );
    expect({ name, wrong, plain }).toEqual({ name, wrong: [], plain: [] });
  }
  expect(files.length).toBeGreaterThan(10);
});

const wantedScopes: Readonly<Record<string, string>> = {
  number: 'constant.numeric',
  openQuote: 'string.quoted',
  quotedText: 'string.quoted',
  escapedText: 'string.quoted',
  plainText: 'string.unquoted',
  openHeredoc: 'keyword.operator.heredoc',
  openInterpolation: 'punctuation.section.interpolation',
  openDirective: 'punctuation.section.directive',
  closeSequence: 'punctuation.section',
  openBrace: 'punctuation.section',
  closeBrace: 'punctuation.section',
  openBracket: 'punctuation.section',
  closeBracket: 'punctuation.section',
};
