import { access } from 'node:fs/promises';
import { type Complain, systemReason } from '@bake/plugin-sdk';
import type { CopyConfig } from './component.ts';
import { sourcesOf } from './sources.ts';

/** Checks across the options of the provisioner `file`. */
export async function checkCopy(copy: CopyConfig, complain: Complain): Promise<void> {
  const sources = sourcesOf(copy);
  if (!copy.destination) {
    complain('destination', {
      summary: 'Destination must be specified.',
      detail: 'Set "destination" to the path that the file is to have.',
    });
  }
  if (copy.content && sources.length > 0) {
    complain('content', {
      summary: 'source(s) conflicts with content.',
      detail: 'Use a provisioner "file" for the text and another one for the files.',
    });
  }
  if (copy.content && copy.direction === 'download') {
    complain('content', {
      summary: 'Content cannot be downloaded',
      detail: 'With "direction" set to "download", name the file on the machine in "source".',
    });
  }
  if (copy.direction === 'upload' && !copy.generated) {
    await checkSources(sources, complain);
  }
}

async function checkSources(
  sources: ReturnType<typeof sourcesOf>,
  complain: Complain,
): Promise<void> {
  for (const { option, path } of sources) {
    await access(path).catch((error: unknown) =>
      complain(option, {
        summary: `Bad source '${path}': ${systemReason(error)}`,
        detail:
          'Paths are relative to the folder in which bake is started. If the file is made during the build, set "generated = true".',
      }),
    );
  }
}
