import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  startDockerEngine,
  startDockerRegistry,
  whyNoDockerEngine,
  whyNoDockerRegistry,
} from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

function whyNot(): string | undefined {
  if (spawnSync('mmdebstrap', ['--version']).status !== 0) return 'there is no mmdebstrap on PATH';
  return whyNoDockerEngine() ?? whyNoDockerRegistry();
}

const reason = whyNot();
const when = reason === undefined ? test : test.skip;

test('docker-debian is a valid template', async () => {
  const folder = scratch();
  try {
    const cwd = folder.example('docker-debian');
    expect(await runBake(['validate', '.'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  } finally {
    folder.remove();
  }
});

when(
  `docker-debian builds, tags, saves and pushes an image that runs${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const folder = scratch();
    const [engine, registry] = await Promise.all([startDockerEngine(), startDockerRegistry()]);
    try {
      const cwd = folder.example('docker-debian');
      execFileSync('./make-base.sh', { cwd, env: engine.env, stdio: 'pipe' });
      const args = ['build', '-var', `registry=${registry.address}`, '.'];
      const built = await runBake(args, { cwd, env: engine.env });
      expect(built).toMatchObject({ code: 0, stderr: '' });
      const name = `${registry.address}/hello`;
      expect(built.stdout).toContain(`Imported Docker image: ${name}:latest with tags ${name}:1.0`);
      expect(existsSync(join(cwd, 'hello.tar'))).toBe(true);
      // What is run is what the registry gives, not what the engine has from the build.
      engine.docker('rmi', '--force', `${name}:1.0`, `${name}:latest`);
      engine.docker('pull', '--quiet', `${name}:1.0`);
      const said = engine.docker('run', '--rm', '--network=none', `${name}:1.0`);
      expect(said).toBe('hello 1.0\nBaked, not configured.');
    } finally {
      await Promise.all([engine.stop(), registry.stop()]);
      folder.remove();
    }
  },
  600_000,
);
