import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import type { CopyConfig } from './component.ts';
import { download } from './download.ts';
import { sourcesOf } from './sources.ts';
import { upload, uploadContent } from './upload.ts';

/** Copies everything that the config names, in its order; rejects with a `Failure` at the first that fails. */
export async function transfer(
  copy: CopyConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const destination = renderForBuild(copy.destination, context);
  if (copy.content) {
    await uploadContent(copy.content, destination, machine, context);
  }
  for (const { path } of sourcesOf(copy)) {
    const source = renderForBuild(path, context);
    await (copy.direction === 'download' ? download : upload)(
      source,
      destination,
      machine,
      context,
    );
  }
}
