import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Finished, runBake, scratch } from './run-bake.ts';

const folder = scratch();
let template = '';
let finished: Finished;

beforeAll(async () => {
  template = folder.example('quickstart');
  finished = await runBake(['build', '-var', 'greeting=Good morning', '.'], { cwd: template });
}, 60_000);
afterAll(() => folder.remove());

test('succeeds and says what it made', () => {
  expect(finished.stderr).toBe('');
  expect(finished.stdout).toContain('==> sandbox.web: Provisioned web');
  expect(finished.stdout).toContain(
    '--> sandbox.worker: compressed artifacts in: output-worker/worker.zip',
  );
  expect(finished.code).toBe(0);
});

test.each(['web', 'worker'])('%s holds what the provisioners made', (name) => {
  const zip = join(template, `output-${name}`, `${name}.zip`);
  // The programs of the system read it, not the libraries that wrote it.
  const inner = join(folder.path, `${name}-unpacked`);
  execFileSync('mkdir', ['-p', inner]);
  execFileSync('python3', ['-m', 'zipfile', '-e', zip, inner]);
  const [archive] = execFileSync('find', [inner, '-name', '*.tar.gz'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  execFileSync('tar', ['-xzf', archive as string, '-C', inner]);
  const read = (path: string): string => readFileSync(join(inner, path), 'utf8');
  expect(read('app/greeting.txt')).toBe(`Good morning from ${name}\n`);
  expect(read('app/title.txt')).toBe('WEB + WORKER\n');
  expect(read('app/motd.txt')).toBe(readFileSync(join(template, 'files/motd.txt'), 'utf8'));
  expect(existsSync(join(inner, 'app/bin'))).toBe(true);
  expect(execFileSync('find', [inner, '-name', 'script_*'], { encoding: 'utf8' })).toBe('');
});

test.each(['web', 'worker'])('%s has its checksum and its manifest', (name) => {
  const output = join(template, `output-${name}`);
  const digest = createHash('sha256').update(readFileSync(join(output, `${name}.zip`)));
  expect(readFileSync(join(output, `${name}.sha256`), 'utf8')).toBe(
    `${digest.digest('hex')}\t${name}.zip\n`,
  );
  const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'));
  expect(manifest.builds[0]).toMatchObject({
    name,
    builder_type: 'sandbox',
    files: [{ name: `output-${name}/${name}.zip` }, { name: `output-${name}/${name}.sha256` }],
  });
});
