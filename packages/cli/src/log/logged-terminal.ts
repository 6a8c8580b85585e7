import { bakeVersion, coreVersion } from '@bake/core/version';
import { type Terminal, withParts } from '../terminal.ts';
import { Log } from './log.ts';
import type { LogDestination } from './log-destination.ts';

/** Begins the log; `undefined`, with an explanation on standard error, when it cannot be written. */
export function startLog(destination: LogDestination, terminal: Terminal): Terminal | undefined {
  try {
    const log = new Log(destination);
    const system = `node ${process.version} ${process.platform} ${process.arch}`;
    log.line('INFO', `bake version: ${bakeVersion} (Packer ${coreVersion}) [${system}]`);
    return loggedTerminal(terminal, log);
  } catch (error) {
    process.stderr.write(
      `Couldn't setup log output: ${(error as Error).message}\nBAKE_LOG_PATH or PACKER_LOG_PATH must name a file that can be written.\n`,
    );
    return undefined;
  }
}

/** The same terminal; what is said on it is logged, and what nobody says goes to the log alone. */
function loggedTerminal(terminal: Terminal, log: Log): Terminal {
  return withParts(terminal, {
    write(text) {
      log.ui('ui', text.trimEnd());
      terminal.write(text);
    },
    writeError(text) {
      log.ui('ui error', text.trimEnd());
      terminal.writeError(text);
    },
    record(type, args, target = '') {
      log.ui('machine readable', `${target},${type} ${JSON.stringify(args)}`);
      terminal.record(type, args, target);
    },
    log: (level, text) => log.line(level, text),
  });
}
