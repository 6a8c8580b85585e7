import { existsSync } from 'node:fs';
import type { Artifact } from '../artifact.ts';

/**
 * Holds an artifact against what users and post-processors rely on, then destroys it. Throws an `Error` that tells
 * everything that is wrong: no builder ID, a description that is not one line, files that are not there, files that are
 * there twice, or that outlive `destroy`, which must also do a second time.
 */
export async function checkArtifact(artifact: Artifact | undefined): Promise<void> {
  if (artifact === undefined) throw new Error('There is no artifact.');
  const { builderId, description, files } = artifact;
  const problems = [
    ...(builderId === '' ? ['It has no builder ID.'] : []),
    ...(/^[^\n]+$/.test(description) ? [] : ['Its description is not one line.']),
    ...files.filter((file) => !existsSync(file)).map((file) => `${file} is not there.`),
    ...files
      .filter((file, index) => files.indexOf(file) !== index)
      .map((file) => `${file} is listed twice.`),
  ];
  await artifact.destroy();
  problems.push(...files.filter(existsSync).map((file) => `${file} outlives it.`));
  await artifact.destroy().catch((error: unknown) => {
    problems.push(`It cannot be destroyed twice: ${error}.`);
  });
  if (problems.length > 0) throw new Error(`Of the artifact ${builderId}: ${problems.join(' ')}`);
}
