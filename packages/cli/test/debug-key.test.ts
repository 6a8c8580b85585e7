import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { runBake, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(120_000);

let place: Scratch;
beforeEach(() => {
  place = scratch();
  const template = `
source "sandbox" "web" {
  output = "web.tar.gz"
}
build {
  sources = ["sandbox.web"]
  provisioner "shell-local" {
    inline = ["cp -p sandbox_web.pem copy || true", "stat -c %a sandbox_web.pem || true", "./fail"]
  }
}
`;
  writeFileSync(join(place.path, 'main.pkr.hcl'), template);
});
afterEach(() => place.remove());

async function build(...flags: readonly string[]) {
  const run = await runBake(['build', '-color=false', ...flags, '.'], { cwd: place.path });
  return { ...run, isLeft: existsSync(join(place.path, 'sandbox_web.pem')) };
}

function makeLastCommand(script: string): void {
  writeFileSync(join(place.path, 'fail'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

test('with -debug the key of the machine is there for its user while the build runs', async () => {
  makeLastCommand('exit 0');
  writeFileSync(join(place.path, 'sandbox_web.pem'), 'an old one', { mode: 0o644 });
  const { code, stdout, isLeft } = await build('-debug');
  expect(stdout).toContain('Saving key for debug purposes: sandbox_web.pem');
  expect(stdout).toMatch(/sandbox\.web: 600$/m);
  expect(readFileSync(join(place.path, 'copy'), 'utf8')).toMatch(/^-----BEGIN .*PRIVATE KEY-----/);
  expect([code, isLeft]).toEqual([0, false]);
});

test('without -debug there is none', async () => {
  makeLastCommand('exit 0');
  expect(await build()).toMatchObject({ code: 0, isLeft: false });
  expect(existsSync(join(place.path, 'copy'))).toBe(false);
});

test('the key stays with the machine that -on-error=abort keeps', async () => {
  makeLastCommand('exit 3');
  expect(await build('-debug', '-on-error=abort')).toMatchObject({ code: 1, isLeft: true });
});
