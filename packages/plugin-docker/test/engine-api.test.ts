import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ApiEngine } from '../src/engine/api-engine.ts';
import { Docker } from '../src/engine/docker.ts';
import { type ExecWish, reachContainer } from '../src/engine/engine.ts';
import { ProgramEngine } from '../src/engine/program-engine.ts';
import { describeWithDocker } from './engine.ts';

jest.setTimeout(60_000);
const never = new AbortController().signal;

describeWithDocker('the way to the engine', (engine) => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-docker-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  function start(): string {
    return engine().docker('run', '-dit', '--network=none', '--entrypoint=/bin/sh', 'base');
  }

  function wish(command: string, set: Partial<ExecWish> = {}): ExecWish {
    const words = ['/bin/sh', '-c', command];
    return { words, user: undefined, mark: 'A=b', tty: false, signal: never, ...set };
  }

  test.each<[string, Docker, typeof ApiEngine | typeof ProgramEngine]>([
    ['the API by default', new Docker('docker'), ApiEngine],
    ['another program', new Docker('/usr/bin/docker'), ProgramEngine],
    ['a context', new Docker('docker', { DOCKER_API_VERSION: '1.40' }), ProgramEngine],
  ])('it is: %s', async (_, docker, expected) => {
    const container = start();
    const reached = await reachContainer(docker, container, never);
    expect(reached.engine).toBeInstanceOf(expected);
    expect(reached.facts.isRunning).toBe(true);
    await reached.engine.remove(container, never);
    expect(engine().contents().containers).toEqual([]);
    // It is gone already.
    await reached.engine.remove(container, never);
  });

  test('it is the program where what is called docker goes somewhere else', async () => {
    const { PATH = '', DOCKER_HOST = '' } = process.env;
    await writeFile(
      join(folder, 'docker'),
      `#!/bin/sh\nPATH='${PATH}' DOCKER_HOST='${DOCKER_HOST}' exec docker "$@"\n`,
    );
    await chmod(join(folder, 'docker'), 0o755);
    const container = start();
    try {
      process.env['PATH'] = `${folder}:${PATH}`;
      process.env['DOCKER_HOST'] = 'unix:///nowhere';
      const reached = await reachContainer(new Docker('docker'), container, never);
      expect(reached.engine).toBeInstanceOf(ProgramEngine);
    } finally {
      Object.assign(process.env, { PATH, DOCKER_HOST });
    }
    engine().docker('rm', '--force', container);
  });

  test('a command that closes its output has its exit code waited for', async () => {
    const container = start();
    const reached = await reachContainer(new Docker('docker'), container, never);
    const end = await reached.engine.exec(container, wish('exec >&- 2>&-; sleep 0.3; exit 7'));
    expect(end.exitCode).toBe(7);
    engine().docker('rm', '--force', container);
  });

  test('a command need not read all of its input', async () => {
    const container = start();
    const reached = await reachContainer(new Docker('docker'), container, never);
    const input = 'x'.repeat(1 << 24);
    const end = await reached.engine.exec(container, wish('exit 3', { input }));
    expect(end.exitCode).toBe(3);
    engine().docker('rm', '--force', container);
  });

  test('says what the engine says of a command that it cannot start', async () => {
    const container = start();
    const reached = await reachContainer(new Docker('docker'), container, never);
    let complaint = '';
    const keep = (chunk: Uint8Array): void => {
      complaint += Buffer.from(chunk).toString();
    };
    const user = 'nobody-here';
    const end = await reached.engine.exec(
      container,
      wish('true', { user, onStdout: keep, onStderr: keep }),
    );
    expect(end.exitCode).not.toBe(0);
    expect(complaint).toMatch(/nobody-here/);
    engine().docker('rm', '--force', container);
  });

  test('an engine that stops while a command runs is told of', async () => {
    const container = start();
    const reached = await reachContainer(new Docker('docker'), container, never);
    const onStdout = (): void => void engine().kill();
    const running = reached.engine.exec(container, wish('echo up; sleep 4321', { onStdout }));
    await expect(running).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringMatching(/^docker exec failed: Cannot connect to the Docker daemon/),
      detail: expect.stringMatching(/The engine does not answer/),
    });
    await engine().revive();
    engine().docker('rm', '--force', container);
  });
});
