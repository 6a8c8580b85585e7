import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Diagnostic } from 'vscode-languageserver/node';
import { Editor, starts } from './client.ts';

// A machine with much else to do takes its time to start a server.
jest.setTimeout(60_000);

let editor: Editor;
beforeAll(async () => {
  editor = await new Editor().initialize();
});
afterAll(async () => {
  expect(await editor.end()).toBe(0);
  expect(editor.stderr).toBe('');
});

const headlines = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ range: { start, end }, message }) => {
    const place = `${start.line}:${start.character}-${end.line}:${end.character}`;
    return `${place} ${String(message).split('\n')[0]}`;
  });

const source = 'source "null" "base" {\n  communicator = "none"\n}\n';

test('what validate says comes as it is typed, in all files of the folder, saved or not', async () => {
  editor.save('first/on-disk.pkr.hcl', 'variable "size" {\n  default = 1\n}\n');
  await editor.open('first/a.pkr.hcl', `${source}build {\n  sources = ["source.null.bas"]\n}\n`);
  expect(headlines(await editor.diagnostics('first/a.pkr.hcl'))).toEqual([
    '4:13-4:30 Unknown source null.bas.',
  ]);
  const [unknown] = await editor.diagnostics('first/a.pkr.hcl');
  expect(unknown).toMatchObject({ code: 'unknown-source', severity: 1, source: 'bake' });
  expect(String(unknown?.message)).toContain('source.null.base');
  // An edit of two letters puts it right.
  const end = { line: 4, character: 29 };
  await editor.edit('first/a.pkr.hcl', end, end, 'e');
  expect(await editor.diagnostics('first/a.pkr.hcl')).toEqual([]);

  // A second document, which was never saved, takes part; and what it breaks elsewhere is said there.
  await editor.open('first/b.pkr.hcl', 'locals {\n  twice = 2 * var.size\n}\n');
  expect(await editor.diagnostics('first/b.pkr.hcl')).toEqual([]);
  await editor.write('first/b.pkr.hcl', `locals {\n  twice = 2 * var.sise\n}\n${source}`);
  expect(headlines(await editor.diagnostics('first/b.pkr.hcl'))).toEqual([
    '3:0-3:20 Duplicate source block.',
    expect.stringMatching(/^1:\d+-1:22 /),
  ]);
  await editor.write('first/b.pkr.hcl', 'locals {\n  twice = local.twice\n}\n');
  expect(headlines(await editor.diagnostics('first/b.pkr.hcl'))[0]).toBe(
    '1:2-1:7 failed to prepare execution graph.',
  );
  // What an edit of one document puts right in another is taken back there.
  await editor.write('first/b.pkr.hcl', 'locals {\n  twice = var.sise\n}\n');
  expect((await editor.diagnostics('first/b.pkr.hcl')).length).toBe(1);
  await editor.write(
    'first/a.pkr.hcl',
    `variable "sise" {\n  default = 1\n}\n${source}build {\n  sources = ["null.base"]\n}\n`,
  );
  await editor.diagnosticsWhen('first/b.pkr.hcl', (said) => said.length === 0);
  await editor.write('first/b.pkr.hcl', '');
  await editor.write(
    'first/a.pkr.hcl',
    `${source}build {\n  sources = ["null.base"]\n  provisioner "shell" {\n    inline = ["\${var.size}"]\n    inlin = []\n    timeout = "5x"\n    script = "none.sh"\n  }\n}\n`,
  );
  const codes = (await editor.diagnostics('first/a.pkr.hcl')).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['unsupported-argument', 'invalid-duration']));
});

test('characters are counted as the editor does, and lines may end as on Windows', async () => {
  await editor.open(
    'second/a.pkr.hcl',
    'locals {\r\n  a = "😀é𝒳${var.none}"\r\n  b = var.nine\r\n}\r\n',
  );
  const said = await editor.diagnostics('second/a.pkr.hcl');
  // Both emoji and the letter beyond the BMP take two units each.
  expect(headlines(said)).toEqual(
    expect.arrayContaining(['1:17-1:22 Unsupported attribute.', '2:9-2:14 Unsupported attribute.']),
  );
});

test('variable files, values that others may give, and files in JSON', async () => {
  await editor.open(
    'third/a.pkr.hcl',
    'variable "region" {\n  type = string\n}\nvariable "size" {\n  type    = number\n  default = 1\n}\n' +
      `${source}build {\n  sources = ["null.base"]\n}\n`,
  );
  expect(
    (await editor.diagnostics('third/a.pkr.hcl')).map(({ code, severity }) => [code, severity]),
  ).toEqual([['unset-variable', 4]]);
  await editor.open('third/prod.pkrvars.hcl', 'size = "big"\nregon = "x"\n');
  expect(
    (await editor.diagnostics('third/prod.pkrvars.hcl')).map(({ code, range }) => [
      code,
      range.start.line,
    ]),
  ).toEqual(
    expect.arrayContaining([
      ['undefined-variable', 1],
      [expect.stringMatching(/value/), 0],
    ]),
  );
  // It gives no value: nobody says that it is used.
  expect((await editor.diagnostics('third/a.pkr.hcl')).map(({ code }) => code)).toEqual([
    'unset-variable',
  ]);
  // One in a folder of its own belongs to a template that nobody knows.
  await editor.open('third/vars/dev.pkrvars.hcl', 'other = 1\n');
  expect(await editor.diagnostics('third/vars/dev.pkrvars.hcl')).toEqual([]);
  await editor.write('third/vars/dev.pkrvars.hcl', 'other = [1\n');
  expect((await editor.diagnostics('third/vars/dev.pkrvars.hcl')).length).toBe(1);
  await editor.open(
    'third/c.pkr.json',
    '{ "locals": { "x": "${var.regio}" },\n "source": { "nul": { "y": {} } } }',
  );
  const json = await editor.diagnostics('third/c.pkr.json');
  expect(headlines(json)[0]).toBe('0:25-0:31 Unsupported attribute.');
  await editor.write('third/c.pkr.json', '{ "locals": { "x": }');
  expect((await editor.diagnostics('third/c.pkr.json')).length).toBeGreaterThan(0);
});

test('relative paths are taken from the folder of the template, or of the workspace', async () => {
  const text = `${source}build {\n  sources = ["null.base"]\n  provisioner "shell-local" {\n    script = "run.sh"\n  }\n}\n`;
  editor.save('fifth/run.sh', '');
  await editor.open('fifth/a.pkr.hcl', text);
  expect(await editor.diagnostics('fifth/a.pkr.hcl')).toEqual([]);
  const other = await new Editor().initialize({ workingDirectory: 'workspace' });
  await other.open('fifth/a.pkr.hcl', text);
  expect((await other.diagnostics('fifth/a.pkr.hcl')).length).toBe(1);
  // What is on the disk may have changed by then.
  other.save('run.sh', '');
  await other.connection.sendNotification('textDocument/didSave', {
    textDocument: { uri: other.uri('fifth/a.pkr.hcl') },
  });
  await other.diagnosticsWhen('fifth/a.pkr.hcl', (said) => said.length === 0);
  expect(await other.end()).toBe(0);
});

test('no secret is in what is said, and nothing is said of a file that was closed', async () => {
  await editor.open(
    'fourth/a.pkr.hcl',
    'variable "code" {\n  default   = "hunter22"\n  sensitive = true\n}\nlocals {\n  n = parseint(var.code, 10)\n}\n',
  );
  const said = await editor.diagnostics('fourth/a.pkr.hcl');
  expect(said.length).toBeGreaterThan(0);
  expect(JSON.stringify(said)).not.toContain('hunter22');
  await editor.connection.sendNotification('textDocument/didClose', {
    textDocument: { uri: editor.uri('fourth/a.pkr.hcl') },
  });
  await editor.diagnosticsWhen('fourth/a.pkr.hcl', (now) => now.length === 0);
});

test('the command starts the same server, which finds plugins beside the template', async () => {
  const other = await new Editor(starts['the bake command']).initialize();
  other.save(
    'node_modules/bake-plugin-ink/package.json',
    JSON.stringify({
      name: 'bake-plugin-ink',
      version: '1.0.0',
      type: 'module',
      bake: { api: 1, provisioners: { ink: './ink.js' } },
    }),
  );
  other.save(
    'node_modules/bake-plugin-ink/ink.js',
    `console.log('noise');
let isSpilt = false;
const colour = { kind: 'string', doc: 'Which.', oneOf: ['blue', 'red'] };
export default {
  kind: 'provisioner', name: 'ink', doc: 'Writes.', provision() {},
  check({ colour }) {
    isSpilt = colour === 'red';
    if (isSpilt) throw new Error('Red is out.');
  },
  get config() {
    if (!isSpilt) return { colour };
    isSpilt = false;
    throw new Error('The ink is spilt.');
  },
};
`,
  );
  await other.open(
    'a.pkr.hcl',
    `${source}build {\n  sources = ["null.base"]\n  provisioner "ink" {\n    colour = "green"\n  }\n}\n`,
  );
  expect((await other.diagnostics('a.pkr.hcl')).map(({ code }) => code)).toEqual([
    'invalid-choice',
  ]);
  const choices = await other.completions(
    'a.pkr.hcl',
    `${source}build {\n  sources = ["null.base"]\n  provisioner "ink" {\n    colour = "|`,
  );
  expect(choices.map(({ label }) => label)).toEqual(['blue', 'red']);
  // A plugin that fails does not take the server along.
  const red = `${source}build {\n  sources = ["null.base"]\n  provisioner "ink" {\n    colour = "red"\n  }\n}\n`;
  await other.write('a.pkr.hcl', red);
  expect(await other.diagnostics('a.pkr.hcl')).toMatchObject([
    {
      code: 'invalid-config',
      message: expect.stringContaining(
        'Plugin bake-plugin-ink 1.0.0 failed to check it: Red is out.',
      ),
    },
  ]);
  await other.write('a.pkr.hcl', red.replace('red', 'green'));
  expect(await other.diagnostics('a.pkr.hcl')).toMatchObject([
    { code: 'check-failed', message: expect.stringContaining('The ink is spilt.') },
  ]);
  await other.write('a.pkr.hcl', red.replace('red', 'blue'));
  expect(await other.diagnostics('a.pkr.hcl')).toEqual([]);
  expect(await other.end()).toBe(0);
  expect(other.stderr).toMatch(/^noise\nError: The ink is spilt\.\n {4}at /);
});
