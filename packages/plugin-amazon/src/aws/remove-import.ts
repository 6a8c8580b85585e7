import {
  CancelImportTaskCommand,
  DescribeImportImageTasksCommand,
  type ImportImageTask,
} from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import type { Ec2 } from './ec2.ts';
import { toFilters } from './filters.ts';
import { lookAgain } from './look-again.ts';
import { markTag } from './mark.ts';
import { isRefusal } from './refusal.ts';
import { removeImage } from './remove-image.ts';
import type { Removing } from './removing.ts';
import { imagePatience, waitFor } from './wait.ts';

/** Cancels an import of ours, and removes the image if it has come to one. */
export async function removeImport(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const { id, mark, image } = traces;
  if (image !== undefined) return removeImage(ec2, { id: image }, removing);
  const tasks = await lookAgain(
    id === undefined,
    () => findTasks(ec2, id === undefined ? { mark: String(mark) } : String(id), removing),
    removing,
  );
  for (const { ImportTaskId = '' } of tasks) {
    const command = new CancelImportTaskCommand({ ImportTaskId });
    await ec2.send(command, removing.signal).catch((error: unknown) => {
      // It is over.
      if (!isRefusal(error, /^(IncorrectState|InvalidConversionTaskId|InvalidParameter)/))
        throw error;
    });
    const made = await untilOver(ec2, ImportTaskId, removing);
    if (made !== '') await removeImage(ec2, { id: made }, removing);
  }
  return undefined;
}

/** Gives the image that it has come to, if it has. */
async function untilOver(ec2: Ec2, id: string, removing: Removing): Promise<string> {
  return waitFor<string>({
    what: `Import ${id}`,
    pace: removing.pace,
    patience: imagePatience,
    signal: removing.signal,
    look: async () => {
      const [task] = await findTasks(ec2, id, removing);
      const state = task?.Status ?? 'deleted';
      if (state === 'completed') return { found: task?.ImageId ?? '' };
      return /^(deleted|cancelled)$/.test(state) ? { found: '' } : { state };
    },
  });
}

async function findTasks(
  ec2: Ec2,
  which: string | { readonly mark: string },
  { signal }: Removing,
): Promise<readonly ImportImageTask[]> {
  const command = new DescribeImportImageTasksCommand(
    typeof which === 'string'
      ? { ImportTaskIds: [which] }
      : { Filters: toFilters({ [`tag:${markTag}`]: which.mark }) },
  );
  try {
    return (await ec2.send(command, signal)).ImportImageTasks ?? [];
  } catch (error) {
    if (isRefusal(error, /^InvalidConversionTaskId/)) return [];
    throw error;
  }
}
