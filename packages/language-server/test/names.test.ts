import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type {
  DocumentSymbol,
  Hover,
  Location,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { Editor } from './client.ts';

// A machine with much else to do takes its time to start a server.
jest.setTimeout(60_000);

let editor: Editor;
beforeAll(async () => {
  editor = await new Editor().initialize();
  for (const [name, text] of Object.entries(files)) await editor.open(name, text);
});
afterAll(async () => {
  expect(await editor.end()).toBe(0);
  expect(editor.stderr).toBe('');
});

const main = `# 😀 two units
variable "region" {
  type        = string
  description = "Where it is made."
  default     = "eu-1"
  validation {
    condition     = length(var.region) > 2
    error_message = "😀 \${"it is"} too short."
  }
}
locals {
  place = "😀\${var.region}"
  parts = [for local in [{ place = 1 }] : local.place]
}
data "http" "page" {
  url = "http://127.0.0.1:1/\${local.place}"
}
source "null" "base" {
  communicator = "none"
}
`;

const files: Readonly<Record<string, string>> = {
  'main.pkr.hcl': main,
  'build.pkr.hcl': `build {
  sources = ["source.null.base"]
  source "null.base" {
    name = "other"
  }
  provisioner "shell-local" {
    only     = ["null.base"]
    inline   = [data.http.page.body, data["http"]["page"].url, var["region"]]
    override = { base = { inline = ["true"] } }
    timeout  = "5m"
  }
  post-processors {
    post-processor "manifest" {
      except = ["null.base"]
    }
  }
}
`,
  'more.pkr.json': `{ "locals": { "json": "\${var.region}-\${local.place}" },
"build": { "sources": ["null.base"],
"post-processors": { "post-processor": { "manifest": { "except": ["null.base"] } } } } }`,
  'x.auto.pkrvars.hcl': 'region = "us-2"\n',
};

/** The document with its first occurrence of `before` + `after`, and `|` between the two. */
const at = (name: string, before: string, after: string): string => {
  const text = files[name] as string;
  const start = text.indexOf(before + after);
  expect(start).toBeGreaterThanOrEqual(0);
  return `${text.slice(0, start + before.length)}|${text.slice(start + before.length)}`;
};

/** `file:line:from-to text` */
const shown = (places: readonly Location[]): readonly string[] =>
  places.map(({ uri, range: { start, end } }) => {
    const name = uri.split('/').at(-1) as string;
    const line = files[name]?.split('\n')[start.line] ?? '';
    return `${name}:${start.line} ${line.slice(start.character, end.character)}`;
  });

const ask = (method: string, name: string, before: string, after: string, more = {}) =>
  editor.at<never>(method, name, at(name, before, after), more);

test('go to definition leads to the name, from wherever it stands', async () => {
  const from = async (name: string, before: string, after: string): Promise<readonly string[]> =>
    shown(await ask('definition', name, before, after));
  const region = ['main.pkr.hcl:1 region'];
  expect(await from('main.pkr.hcl', '😀${var.re', 'gion')).toEqual(region);
  expect(await from('main.pkr.hcl', 'length(va', 'r.region')).toEqual(region);
  expect(await from('build.pkr.hcl', 'var["reg', 'ion"]')).toEqual(region);
  expect(await from('x.auto.pkrvars.hcl', 're', 'gion')).toEqual(region);
  expect(await from('more.pkr.json', '${var.r', 'egion')).toEqual(region);
  expect(await from('main.pkr.hcl', '/${local.pl', 'ace}')).toEqual(['main.pkr.hcl:11 place']);
  expect(await from('build.pkr.hcl', 'data.http.p', 'age')).toEqual(['main.pkr.hcl:14 page']);
  expect(await from('build.pkr.hcl', '["source.nu', 'll.base"')).toEqual(['main.pkr.hcl:17 base']);
  // Here local is what the for runs over.
  expect(await from('main.pkr.hcl', ': local.pl', 'ace]')).toEqual([]);
});

test('references are found in all files, and renaming changes them all', async () => {
  const of = async (name: string, before: string, after: string): Promise<readonly string[]> =>
    shown(await ask('references', name, before, after, { context: { includeDeclaration: false } }));
  expect(await of('main.pkr.hcl', 'variable "re', 'gion"')).toEqual([
    'build.pkr.hcl:7 region',
    'main.pkr.hcl:6 region',
    'main.pkr.hcl:11 region',
    'more.pkr.json:0 region',
    'x.auto.pkrvars.hcl:0 region',
  ]);
  expect(await of('build.pkr.hcl', 'null.ba', 'se"]')).toEqual([
    ...['1 base', '2 base', '6 base', '8 base', '13 base'].map((place) => `build.pkr.hcl:${place}`),
    ...['1 base', '2 base'].map((place) => `more.pkr.json:${place}`),
  ]);
  expect(await of('main.pkr.hcl', '"pa', 'ge"')).toEqual([
    'build.pkr.hcl:7 page',
    'build.pkr.hcl:7 page',
  ]);
  expect(await ask('prepareRename', 'main.pkr.hcl', 'var.re', 'gion}')).toMatchObject({
    placeholder: 'region',
  });

  const { changes = {} } = await editor.at<WorkspaceEdit>(
    'rename',
    'main.pkr.hcl',
    at('main.pkr.hcl', 'var.re', 'gion}'),
    { newName: 'zone' },
  );
  for (const [name, text] of Object.entries(files)) {
    const edited = applied(text, changes[editor.uri(name)] ?? []);
    expect(edited).toBe(text.replace(/(var\.|var\["|variable "|^)region/g, '$1zone'));
  }
});

/** Edits of one text, none of which overlap. */
function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, character);
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (sum, { range, newText }) =>
        sum.slice(0, offset(range.start)) + newText + sum.slice(offset(range.end)),
      text,
    );
}

test('a name that cannot be, or a place that is none, is refused with a reason', async () => {
  const renaming = (before: string, after: string, newName: string): Promise<unknown> =>
    ask('rename', 'main.pkr.hcl', before, after, { newName });
  await expect(renaming('variable "re', 'gion"', 'no name')).rejects.toThrow(
    '"no name" is no name',
  );
  await expect(renaming('  pla', 'ce =', 'parts')).rejects.toThrow(
    'There is a local "parts" already.',
  );
  await expect(renaming('  ty', 'pe ', 'x')).rejects.toThrow('Only names of variables, locals');
  await expect(renaming('length(va', 'r.region', 'x')).rejects.toThrow(
    'on the name itself, region',
  );
  await editor.open('broken.pkr.hcl', 'locals {\n  x = var.region +\n}\n');
  await expect(renaming('variable "re', 'gion"', 'x')).rejects.toThrow(
    /broken\.pkr\.hcl has mistakes/,
  );
  await editor.connection.sendNotification('textDocument/didClose', {
    textDocument: { uri: editor.uri('broken.pkr.hcl') },
  });
});

test('hovering shows what the reference says, and what is known of names', async () => {
  await editor.diagnostics('main.pkr.hcl');
  const page = async (name: string, before: string, after: string): Promise<string> => {
    const found = (await ask('hover', name, before, after)) as Hover | null;
    return (found?.contents as { readonly value: string } | undefined)?.value ?? '';
  };
  expect(await page('build.pkr.hcl', 'provisioner "shell', '-local"')).toMatch(
    /^# Provisioner `shell-local`\n[\s\S]*It is in the package `@bake\/plugin-shell`/,
  );
  expect(await page('build.pkr.hcl', 'provis', 'ioner "shell')).toMatch(/^`provisioner "TYPE"`\n/);
  expect(await page('build.pkr.hcl', 'inl', 'ine ')).toMatch(/^\*\*inline\*\* \(list\(string\)/);
  expect(await page('build.pkr.hcl', 'time', 'out')).toBe(
    '**timeout** (duration)\n\nHow long it may take.',
  );
  expect(await page('main.pkr.hcl', 'communi', 'cator')).toMatch(/^\*\*communicator\*\*/);
  expect(await page('main.pkr.hcl', 'length(var.re', 'gion')).toBe(
    '`var.region: string`\n\nWhere it is made.\n\nValue here: `"us-2"`',
  );
  expect(await page('main.pkr.hcl', '/${local.pl', 'ace}')).toBe(
    '`local.place`\n\nValue here: `"😀us-2"`',
  );
  expect(await page('main.pkr.hcl', 'len', 'gth(')).toMatch(
    /^`length\(value: any\) -> number`\n\n\w/,
  );
  expect(await page('main.pkr.hcl', '# 😀 t', 'wo')).toBe('');
});

test('the outline of a file', async () => {
  const symbols = await editor.request<DocumentSymbol[]>('textDocument/documentSymbol', {
    textDocument: { uri: editor.uri('main.pkr.hcl') },
  });
  const tree = (list: readonly DocumentSymbol[], indent = ''): string =>
    list
      .map(
        (one) =>
          `${indent}${[one.detail, one.name].filter(Boolean).join(' ')}\n${tree(one.children ?? [], `${indent}  `)}`,
      )
      .join('');
  expect(tree(symbols)).toBe(
    'variable region\n  validation\nlocals\n  place\n  parts\ndata http.page\nsource null.base\n',
  );
});

test('formatting is that of bake fmt, in the line ends of the file, and leaves broken text alone', async () => {
  const formatted = async (name: string, text: string): Promise<string> => {
    await editor.open(name, text);
    const edits = await editor.request<TextEdit[]>('textDocument/formatting', {
      textDocument: { uri: editor.uri(name) },
      options: { tabSize: 8, insertSpaces: false },
    });
    return applied(text, edits);
  };
  expect(await formatted('f.pkr.hcl', 'locals {\r\n a="😀"\r\n    bcd   = 1\r\n}\r\n')).toBe(
    'locals {\r\n  a   = "😀"\r\n  bcd = 1\r\n}\r\n',
  );
  expect(await formatted('g.pkr.hcl', 'locals {\n a = \n')).toBe('locals {\n a = \n');
  expect(await formatted('h.pkr.hcl', 'locals {\n}\nlocals {\n}\n')).toBe(
    'locals {\n}\nlocals {\n}\n',
  );
});
