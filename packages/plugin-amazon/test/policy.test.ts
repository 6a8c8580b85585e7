import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');

/** Calls of EC2 that the sources can make. */
function calls(): readonly string[] {
  const folder = join(import.meta.dirname, '..', 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((text) => text.includes("'@aws-sdk/client-ec2'"));
  const names = texts.flatMap((text) => [...text.matchAll(/new (\w+)Command\(/g)]);
  return [...new Set(names.map(([, name]) => `ec2:${name}`))].toSorted();
}

test('the policy in the docs has just what a build calls', () => {
  const docs = readFileSync(join(root, 'docs', 'builders', 'amazon.md'), 'utf8');
  const policy = [...docs.matchAll(/"(ec2:\w+)"/g)].map(([, name]) => name);
  expect(policy).toEqual(calls());
});
