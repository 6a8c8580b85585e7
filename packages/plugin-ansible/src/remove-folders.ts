import { Failure, type Machine } from '@bake/plugin-sdk';

/**
 * Removes folders of Ansible's from a machine. Paths are as its shell takes them without quotes: one of them may begin with the
 * home of a user. Rejects with a `Failure`.
 */
export async function removeFolders(
  folders: Iterable<string>,
  { communicator }: Machine,
  signal: AbortSignal,
): Promise<void> {
  const paths = [...folders].join(' ');
  if (paths === '') return;
  const { exitCode } = await communicator.run({ command: `rm -rf ${paths}`, signal });
  if (exitCode === 0) return;
  throw new Failure({ summary: `Could not remove what Ansible has left on the machine: ${paths}` });
}
