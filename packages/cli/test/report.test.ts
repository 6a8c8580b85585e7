import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BakeEvent } from '@bake/core';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { reportPage } from '../src/report/report-page.ts';
import { RunRecorder } from '../src/report/run-record.ts';
import { Browser, whyNoBrowser } from './browser.ts';
import {
  bakeProgram,
  type Finished,
  runBake,
  type Scratch,
  scratch,
  startProgram,
} from './run-bake.ts';

jest.setTimeout(120_000);

const secret = 's3cr3t-"token"<x>';
const injection = `<script>document.title = 'taken'</script><img src=http://192.0.2.1/x>`;
let folder: Scratch;
let built: Finished;
const path = (): string => join(folder.path, 'out', 'report.html');

beforeAll(async () => {
  folder = scratch();
  writeFileSync(
    join(folder.path, 'web.pkr.hcl'),
    `variable "token" {
  sensitive = true
}
variable "words" {}
source "sandbox" "web" {}
source "null" "bad" {
  communicator = "none"
}
build {
  sources = ["sandbox.web"]
  provisioner "shell" {
    env    = { WORDS = var.words, TOKEN = var.token }
    inline = ["echo \\"$WORDS\\"", "echo \\"token $TOKEN\\"", "echo ${'unbroken'.repeat(40)}"]
  }
}
build {
  name    = "second"
  sources = ["null.bad"]
  provisioner "shell-local" {
    inline = ["echo about to fail", "exit 3"]
  }
}
`,
  );
  const values = ['-var', `token=${secret}`, '-var', `words=${injection}`];
  const args = ['build', '-report', 'out/report.html', ...values, 'web.pkr.hcl'];
  built = await runBake(args, { cwd: folder.path });
});
afterAll(() => folder.remove());

test('has builds, steps, logs, artifacts and errors, escaped, and no secret', () => {
  expect(built.code).toBe(1);
  const page = readFileSync(path(), 'utf8');
  for (const text of [
    '<title>failed: web.pkr.hcl</title>',
    '1 of 2 builds ok',
    '<b>sandbox.web</b> <span class="badge ok">ok</span>',
    '<b>second.null.bad</b> <span class="badge failed">failed</span>',
    'provisioner shell',
    'about to fail',
    'output-web/web.tar.gz',
    'Script exited with non-zero exit status: 3',
    '&#60;script&#62;document.title',
    'token &#60;sensitive&#62;',
  ]) {
    expect(page).toContain(text);
  }
  expect(page).not.toMatch(/s3cr3t|<script|<img|<link|http:\/\/(?!192)|@import|url\(/);
  expect(statSync(path()).mode & 0o077).toBe(0);
});

test('can be read in a browser, on a screen and on a phone, and asks for nothing', async () => {
  const why = whyNoBrowser();
  if (why !== undefined) {
    console.warn(`SKIPPED: the report in a browser: ${why}`);
    return;
  }
  const browser = new Browser();
  try {
    const url = pathToFileURL(path()).href;
    for (const width of [1200, 390]) {
      const page = await browser.open(url, width);
      expect(await page.evaluate('document.title')).toBe('failed: web.pkr.hcl');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.evaluate('document.querySelectorAll(".bar").length')).toBeGreaterThan(4);
      // Every bar lies in its lane, and text is large enough to read.
      expect(
        await page.evaluate(`[...document.querySelectorAll('.bar')].every((bar) => {
          const [inner, outer] = [bar.getBoundingClientRect(), bar.parentElement.getBoundingClientRect()];
          return inner.left >= outer.left - 1 && inner.right <= outer.right + 4 && inner.width > 0;
        })`),
      ).toBe(true);
      expect(
        await page.evaluate(`Math.min(...[...document.querySelectorAll('body *')]
          .map((one) => parseFloat(getComputedStyle(one).fontSize)))`),
      ).toBeGreaterThanOrEqual(12);
      // What failed is open, what was good is closed.
      expect(await page.evaluate('document.querySelectorAll("details[open]").length')).toBe(1);
      expect(await page.evaluate('document.body.innerText')).toContain('about to fail');
      expect((await page.screenshot()).length).toBeGreaterThan(10_000);
      expect([page.requests, page.complaints]).toEqual([[url], []]);
    }
  } finally {
    await browser.close();
  }
});

test('tells of a template that cannot be built, and where it cannot be written', async () => {
  writeFileSync(join(folder.path, 'bad.pkr.hcl'), 'bild {}\n');
  await runBake(['build', '-report=bad.html', 'bad.pkr.hcl'], { cwd: folder.path });
  const page = readFileSync(join(folder.path, 'bad.html'), 'utf8');
  expect(page).toContain('<title>failed: bad.pkr.hcl</title>');
  expect(page).toContain('Did you mean &#34;build&#34;?');
  // What is no file is not replaced by one.
  const piped = ['-c', '"$@" | cat', 'sh', process.execPath, bakeProgram];
  const args = ['build', '-report=/dev/stdout', 'bad.pkr.hcl'];
  const shown = await startProgram('sh', [...piped, ...args], { cwd: folder.path }).finished;
  expect(shown.stdout).toContain('<title>failed: bad.pkr.hcl</title>');
  for (const place of ['bad.pkr.hcl/x.html', '.', '']) {
    const args = ['build', `-report=${place}`, 'web.pkr.hcl'];
    const { code, stdout } = await runBake(args, { cwd: folder.path });
    expect([code, stdout]).toEqual([1, expect.stringContaining('-report cannot be written to: ')]);
  }
});

test('keeps the end of a long log, and shows what never ended', () => {
  const time = '2026-01-01T00:00:00.000Z';
  const recorder = new RunRecorder();
  const tell = (event: object): void => recorder.listener({ time, ...event } as BakeEvent);
  tell({ type: 'run-start', runUuid: 'u', builds: ['a.b'], debug: false });
  tell({ type: 'build-start', build: 'a.b' });
  tell({ type: 'step-start', build: 'a.b', step: '1', kind: 'provisioner', name: 'shell' });
  for (let line = 1; line <= 10_001; line += 1) {
    tell({ type: 'output', build: 'a.b', stream: 'stdout', line: `line ${line}\u0000` });
  }
  const { record } = recorder;
  const page = reportPage({ title: 't', version: '1', exitCode: 1, remarks: '', run: record });
  expect(page).toContain('Log, 10002 lines');
  expect(page).toContain('5000 lines before these are left out.');
  expect(page).toContain('line 10001\ufffd');
  expect(page).not.toContain('line 4999\ufffd');
  expect(page).toContain('<span>not finished</span>');
});
