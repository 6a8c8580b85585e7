import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatConfig } from '../../src/format/format.ts';
import { generateProgram, Random } from '../generate-program.ts';

const environment = { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_LOG: '' };
const isPackerHere = spawnSync('packer', ['version'], { env: environment }).status === 0;
const comparing = isPackerHere ? test : test.skip;
const title = (text: string): string =>
  isPackerHere ? text : `${text} (skipped: there is no packer on PATH)`;

const scratch = mkdtempSync(join(tmpdir(), 'bake-fmt-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Texts of the files below a folder that have such an ending, by path. */
function textsIn(folder: string, ending: string): ReadonlyMap<string, string> {
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (name) => name.endsWith(ending) && !/output-|node_modules/.test(name),
      )
    : [];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/**
 * Packers before 1.7 put a space after `!`, newer ones do not: it is not compared. In a text where it
 * would matter, a minus stands in its place.
 */
function withoutNot(text: string): string {
  return text.replaceAll(/!(?!=)/g, '-');
}

/** What `packer fmt` makes of each text; those that it refuses are left out. */
function formattedByPacker(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const folder = join(scratch, String(readdirSync(scratch).length));
  mkdirSync(folder);
  const names = [...texts.keys()];
  names.forEach((name, index) => {
    writeFileSync(join(folder, `${index}.pkr.hcl`), texts.get(name) as string);
  });
  const { stdout, status } = spawnSync('packer', ['fmt', '.'], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status === null) throw new Error('packer fmt was killed');
  const refused = new Set(
    [...stdout.matchAll(/while formatting (\d+)\.pkr\.hcl/g)].map(([, index]) => Number(index)),
  );
  return new Map(
    names.flatMap((name, index) =>
      refused.has(index) ? [] : [[name, readFileSync(join(folder, `${index}.pkr.hcl`), 'utf8')]],
    ),
  );
}

/** Compares all that packer takes, and gives the names of the rest. */
function compare(texts: ReadonlyMap<string, string>): readonly string[] {
  const asked = new Map([...texts].map(([name, text]) => [name, withoutNot(text)]));
  const theirs = formattedByPacker(asked);
  const ours = [...theirs.keys()].map((name): [string, string] => [
    name,
    formatConfig({ name, text: asked.get(name) as string }),
  ]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  return [...texts.keys()].filter((name) => !theirs.has(name));
}

describe('packer fmt', () => {
  comparing(title('formats every fixture of every package as we do'), () => {
    const fixtures = [...textsIn(join(root, 'packages'), '.hcl')].filter(([name]) =>
      /^[^/]+\/test\/fixtures\//.test(name),
    );
    expect(fixtures.length).toBeGreaterThan(100);
    const refused = compare(new Map(fixtures));
    // Of those without mistakes, it does not know namespaced functions and some new line breaks.
    const valid = refused.filter((name) => !name.includes('/errors/'));
    expect(valid.length).toBeLessThan(fixtures.length / 10);
  });

  comparing(title('changes nothing in the examples, nor do we'), () => {
    const examples = textsIn(join(root, 'examples'), '.hcl');
    expect(examples.size).toBeGreaterThan(0);
    expect(formattedByPacker(examples)).toEqual(examples);
    for (const [name, text] of examples) expect(formatConfig({ name, text })).toBe(text);
  });

  comparing(title('formats 1,000 generated programs as we do'), () => {
    const programs = Array.from({ length: 1000 }, (_, seed) => generateProgram(new Random(seed)));
    const refused = compare(new Map(programs.map((text, seed) => [String(seed), text])));
    expect(refused.length).toBeLessThan(300);
  });
});
