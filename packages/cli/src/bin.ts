import { systemReason } from '@bake/plugin-sdk';
import { main } from './main.ts';
import { processTerminal, type Terminal } from './terminal.ts';

let isOutputLost = false;

// A reader that goes away (`bake inspect | head`) is no mistake of the user's. A full disk is told once, and what was
// begun goes on, so that it is also undone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || isOutputLost) return;
  isOutputLost = true;
  process.stderr.write(`The output cannot be written: ${systemReason(error)}.\n`);
});

void run();

async function run(): Promise<never> {
  const terminal = terminalHere();
  const code = await main(process.argv.slice(2), terminal).catch(reportBug);
  await terminal.flush();
  // Everything is undone and written by now. HashiCorp's parser, where it was asked, would keep the process alive.
  process.exit(isOutputLost ? code || 1 : code);
}

/** Somebody may have removed the folder that bake was started in, and without one no path leads anywhere. */
function terminalHere(): Terminal {
  try {
    return processTerminal();
  } catch (error) {
    const reason = systemReason(error);
    process.stdout.write(
      `Error: Could not find current working directory\n\nThe system says: ${reason}. Go to a folder that exists.\n\n`,
    );
    process.exit(1);
  }
}

/** Whatever gets here was foreseen by nobody. A user's mistake never does. */
function reportBug(error: unknown): number {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `bake has come to a point that it should not have. This is a bug; please report it with these lines.\n\n${what}\n`,
  );
  return 1;
}
