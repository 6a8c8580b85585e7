import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@bake/plugin-sdk';
import type { VagrantConfig } from './component.ts';
import { boxFileName } from './package-box.ts';
import { type Left, rollBack } from './roll-back.ts';

/** What is known of a build that ended well. */
export interface Built {
  readonly config: VagrantConfig;
  /** The output folder, as it is written. */
  readonly output: string;
  /** What ran the machine, as Vagrant says. */
  readonly provider: string;
  readonly generated: Readonly<Record<string, unknown>>;
  readonly left: Left;
}

/** The new box as what came of the build. As with Packer, all else that was made for it stays when it is removed. */
export function boxArtifact({ config, output, provider, generated, left }: Built): Artifact {
  const { skip_package: isSkipped } = config;
  const file = join(output, boxFileName);
  return {
    builderId: 'vagrant',
    id: provider,
    files: isSkipped ? [] : [file],
    description: isSkipped
      ? `Vagrant machine of '${provider}' provider, not packed`
      : `Vagrant box '${boxFileName}' for '${provider}' provider`,
    state: { generated_data: generated },
    destroy: () => rm(file, { force: true }),
    rollBack: (signal) => rollBack(left, signal),
  };
}
