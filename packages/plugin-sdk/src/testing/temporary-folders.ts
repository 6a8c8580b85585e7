import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which something that is still there is taken for left behind. */
const patience = 60_000;

/** What is made in the folder for temporary files from now on. */
export interface TemporaryFolders {
  /** Names that are new and stay; none as soon as there are none. Those of other tests at the same time go away by themselves. */
  left(): Promise<readonly string[]>;
}

/** Watches names of a kind in the folder for temporary files, to see that nothing is left there. */
export function temporaryFolders(kind: RegExp): TemporaryFolders {
  const names = (): readonly string[] => readdirSync(tmpdir()).filter((name) => kind.test(name));
  const before = names();
  return {
    async left() {
      const end = Date.now() + patience;
      const made = names().filter((name) => !before.includes(name));
      for (;;) {
        const now = names();
        const still = made.filter((name) => now.includes(name));
        if (still.length === 0 || Date.now() > end) return still;
        await sleep(100);
      }
    },
  };
}
