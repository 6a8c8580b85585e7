import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { coreFunctions, renderTemplate, TemplateFailure } from '../../src/go-template/index.ts';
import { generateTemplate, Random } from './generate-template.ts';

const here = import.meta.dirname;
const data = JSON.parse(readFileSync(join(here, 'fixtures', 'data.json'), 'utf8'));
const whyNoGo =
  spawnSync('go', ['version']).status === 0 ? undefined : 'skipped: there is no go on PATH';
const comparing = whyNoGo === undefined ? test : test.skip;
const count = Number(process.env['BAKE_FUZZ'] ?? 3000);
const seed = Number(process.env['BAKE_FUZZ_SEED'] ?? 1);

interface Answer {
  readonly text?: string;
  readonly error?: string;
}

const functions = coreFunctions({
  buildName: 'web',
  builderType: 'null',
  coreVersion: '1.16.0',
  startTime: new Date(0),
  workingDir: '/',
});

function ours(template: string): Answer {
  try {
    return { text: renderTemplate(template, { data, functions }) };
  } catch (error) {
    if (error instanceof TemplateFailure) return { error: error.message };
    throw error;
  }
}

function theirs(templates: readonly string[]): readonly Answer[] {
  const { status, stdout, stderr } = spawnSync('go', ['run', join(here, 'go', 'render.go')], {
    input: JSON.stringify({ data, templates }),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, GOFLAGS: '', GO111MODULE: 'off' },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly Answer[];
}

comparing(
  ['generated templates give what they give in Go', whyNoGo].filter(Boolean).join(', '),
  () => {
    const random = new Random(seed);
    const templates = Array.from({ length: count }, () => generateTemplate(random));
    const answers = theirs(templates);
    const different = templates
      .map((template, index) => ({ template, go: answers[index] as Answer, bake: ours(template) }))
      .filter(({ go, bake }) => go.text !== bake.text);
    expect(different).toEqual([]);
    expect(answers.filter(({ text }) => text !== undefined).length).toBeGreaterThan(count / 4);
  },
  120_000,
);
