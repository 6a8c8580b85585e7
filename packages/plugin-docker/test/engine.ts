import { type DockerEngine, startDockerEngine, whyNoDockerEngine } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, test } from '@jest/globals';

/**
 * Tests against a Docker Engine that is there for them alone, and that `DOCKER_HOST` names meanwhile; it has the image
 * `base`. Without dockerd they are skipped, and the title says why.
 */
export function describeWithDocker(
  title: string,
  body: (engine: () => DockerEngine) => void,
): void {
  const reason = whyNoDockerEngine();
  if (reason !== undefined) {
    test.skip(`${title}: ${reason}`, () => undefined);
    return;
  }
  describe(title, () => {
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await startDockerEngine();
      process.env['DOCKER_HOST'] = engine.host;
      await engine.importBase('base', ['CMD ["/bin/echo", "hi"]']);
    }, 60_000);
    afterAll(async () => {
      delete process.env['DOCKER_HOST'];
      await engine?.stop();
    }, 60_000);
    body(() => engine);
  });
}

/** Arguments of `docker run` for an engine without a network. */
export const runCommand: readonly string[] = [
  '-d',
  '-i',
  '-t',
  '--network=none',
  '--entrypoint=/bin/sh',
  '--',
  '{{.Image}}',
];
