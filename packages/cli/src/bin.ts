import { systemReason } from '@bake/plugin-sdk';
import { bugReport, watchForEarlyEnds } from './early-end.ts';
import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

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
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const earlyEnd = watchForEarlyEnds(tell);
  const terminal = processTerminal();
  // Whatever gets here was foreseen by nobody. A user's mistake never does.
  const code = await main(process.argv.slice(2), terminal).catch((error: unknown) => {
    tell(bugReport(error));
    return 1;
  });
  await terminal.flush();
  // Everything is undone and written by now. HashiCorp's parser, where it was asked, would keep the process alive.
  process.exit(isOutputLost || earlyEnd.happened ? code || 1 : code);
}
