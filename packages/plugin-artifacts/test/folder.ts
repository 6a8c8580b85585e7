import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '@bake/plugin-sdk';
import { afterAll } from '@jest/globals';

/** A temporary folder for a test file; it goes away afterwards. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bake-artifacts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files into a folder and gives an artifact of them. */
export function artifactOf(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Artifact {
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o640 });
    return path;
  });
  return {
    builderId: 'test',
    id: 'an-id',
    files: paths,
    description: 'test',
    destroy: async () => undefined,
  };
}
