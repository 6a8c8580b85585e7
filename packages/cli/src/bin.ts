import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

// A reader that goes away (`bake inspect | head`) is no mistake of the user's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void run();

async function run(): Promise<never> {
  const terminal = processTerminal();
  const code = await main(process.argv.slice(2), terminal).catch(reportBug);
  await terminal.flush();
  // Everything is undone and written by now. HashiCorp's parser, where it was asked, would keep the process alive.
  process.exit(code);
}

/** Whatever gets here was foreseen by nobody. A user's mistake never does. */
function reportBug(error: unknown): number {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `bake has come to a point that it should not have. This is a bug; please report it with these lines.\n\n${what}\n`,
  );
  return 1;
}
