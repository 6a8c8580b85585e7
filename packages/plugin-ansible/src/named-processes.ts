import { endProcesses, type Machine } from '@bake/plugin-sdk';

/** Milliseconds for the machine to end what runs there. */
const patience = 5000;

/**
 * Ends what runs on a machine with one of these words in its environment or its command line, and all that it has started. The words
 * are of letters, digits and `_./-`, and known to nobody else. Never rejects.
 */
export async function endNamed(words: readonly string[], machine: Machine): Promise<void> {
  // The quotes keep the script, which has the words in its own command line, from meaning itself.
  const patterns = words.map((word) => `-e "${word.slice(0, 1)}"${word.slice(1)}`).join(' ');
  const script = [
    `meant=$(grep -Fls ${patterns} /proc/[0-9]*/environ /proc/[0-9]*/cmdline);`,
    // The machine may be this computer, where Ansible and ssh have them as well, maybe as another user.
    'ours=$(grep -Fls PACKER_RUN_UUID= /proc/[0-9]*/environ; grep -ls ^ssh /proc/[0-9]*/comm);',
    endProcesses(
      'case $ours in */proc/$p/*) false ;; *) case $meant in */proc/$p/*) ;; *) false ;; esac ;; esac',
    ),
  ].join(' ');
  const signal = AbortSignal.timeout(patience);
  const command = `exec sh -c '${script}'`;
  await machine.communicator.run({ command, signal }).catch(() => undefined);
}
