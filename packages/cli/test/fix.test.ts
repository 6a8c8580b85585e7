import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixers, fixLegacy } from '@bake/core/legacy';
import { afterAll, expect, jest, test } from '@jest/globals';
import { type Case, cases, type Options } from './fix-cases.ts';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());
// Every test starts a process or two, and machines may be busy.
jest.setTimeout(60_000);

/** The template of a case, before (0) or after (1). */
function template({ builders, provisioners, postProcessors }: Case, side: 0 | 1): Options {
  return {
    builders: builders?.map((pair) => pair[side]) ?? [],
    ...(provisioners && { provisioners: provisioners.map((pair) => pair[side]) }),
    ...(postProcessors && { 'post-processors': postProcessors.map((pair) => pair[side]) }),
  };
}

testWithPacker('every fixer of Packer is there', async () => {
  const help = runPacker(['fix', '-h'], { cwd: folder.path }).stdout;
  const theirs = [...help.matchAll(/^ {2}([a-z][\w-]+) +[A-Z]/gm)].map(([, name]) => name);
  expect(theirs).toHaveLength(34);
  expect(fixers.map(({ name }) => name)).toEqual(theirs);
});

test('every fixer has a case', () => {
  const tested = new Set(cases.map(({ fixer }) => fixer));
  expect(fixers.filter(({ name }) => !tested.has(name))).toEqual([]);
});

test.each(cases)('$fixer', (one) => {
  const text = JSON.stringify(template(one, 0));
  const { value, diagnostics } = fixLegacy({ name: 'template.json', text });
  expect(diagnostics).toEqual([]);
  expect(JSON.parse(value ?? '')).toEqual(template(one, 1));
});

/** Texts and numbers that JSON can spell in several ways, and everything at once. */
const wholes: Readonly<Record<string, unknown>> = {
  nothing: {},
  'no builders': { builders: [] },
  'odd texts': {
    variables: {
      a: '<b>&c\u2028\u2029\u0001\u007f é 😀 \\u0026',
      'z&': '"\\/\t\n\r',
      '😀': '1',
      '\uffee': '2',
    },
  },
  numbers: {
    builders: [
      {
        type: 'x',
        a: 1e6,
        b: 1e-7,
        c: 1.5,
        d: 1e21,
        e: 12345678901234567000,
        f: -0.1,
        g: [],
        h: {},
        i: null,
      },
    ],
  },
  everything: {
    _comment: 'x',
    builders: cases.flatMap(({ builders }) => builders?.map(([before]) => before) ?? []),
    provisioners: cases.flatMap(
      ({ provisioners }) => provisioners?.map(([before]) => before) ?? [],
    ),
    'post-processors': cases.flatMap(
      ({ postProcessors }) => postProcessors?.map(([before]) => before) ?? [],
    ),
  },
};

const withoutPostProcessors = { builders: [{ type: 'docker', login_email: 'a@b' }] };

testWithPacker('bake fix prints what packer fix prints, to the byte', async () => {
  for (const content of [...Object.values(wholes), withoutPostProcessors]) {
    writeFileSync(join(folder.path, 'template.json'), JSON.stringify(content));
    const args = ['fix', '-validate=false', 'template.json'];
    const theirs = runPacker(args, { cwd: folder.path });
    expect(await runBake(args, { cwd: folder.path })).toEqual({ ...theirs, stderr: '' });
    expect(theirs.code).toBe(0);
  }
});

test.each([
  {
    what: 'nothing',
    text: '{"min_packer_version": "99.0", "builders": [{"type": "null"}]}',
    code: 0,
    says: '"type": "null"',
  },
  {
    what: 'no builder',
    text: '{"builders": []}',
    code: 1,
    says: 'At least one builder must be defined',
  },
  {
    what: 'a filter for no builder',
    text: '{"builders": [{"type": "null"}], "provisioners": [{"type": "shell", "only": ["x"]}]}',
    code: 1,
    says: 'on <stdin> (fixed) line 10, column 9',
  },
  {
    what: 'no JSON',
    text: 'source "null" "a" {}',
    code: 1,
    says: 'Cannot read "<stdin>" as a legacy JSON template',
  },
  { what: 'no array', text: '{"builders": {}}', code: 1, says: 'Write a JSON array here.' },
  {
    what: 'an address that is no bool',
    text: '{"builders": [{"type": "amazon-ebs", "ssh_private_ip": "yes"}]}',
    code: 1,
    says: 'ssh_private_ip is true or false, not "yes".',
  },
])('bake fix says what is wrong: $what', async ({ text, code, says }) => {
  const result = await runBake(['fix', '-'], { input: text });
  expect(result.stdout).toContain(says);
  expect(result.code).toBe(code);
  if (code === 1 && !result.stdout.startsWith('{')) return;
  const unchecked = await runBake(['fix', '-validate=false', '-'], { input: text });
  expect(unchecked.code).toBe(0);
});

test('bake fix refuses HCL', async () => {
  writeFileSync(join(folder.path, 'a.pkr.hcl'), '');
  for (const path of ['.', 'a.pkr.hcl']) {
    const { stdout, code } = await runBake(['fix', path], { cwd: folder.path });
    expect(stdout).toContain(`"${path}" is no legacy JSON template`);
    expect(code).toBe(1);
  }
});
