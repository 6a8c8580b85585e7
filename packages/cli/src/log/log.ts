import { fileWriter } from './file-writer.ts';
import type { LogDestination } from './log-destination.ts';

/** Words in front of a log line, as Packer has them. */
export type LogLevel = 'INFO' | 'DEBUG' | 'WARN' | 'ERROR';

/** Writes lines in the form of Go's logger: `2006/01/02 15:04:05 [INFO] text`. */
export class Log {
  readonly #write: (line: string) => void;
  readonly #holdsUi: boolean;

  /** Throws when the file cannot be opened. */
  constructor(destination: LogDestination) {
    this.#holdsUi = destination !== 'stderr';
    this.#write =
      destination === 'stderr'
        ? (line) => void process.stderr.write(line)
        : fileWriter(destination.path);
  }

  line(level: LogLevel, text: string): void {
    this.#write(`${stamp(new Date())} [${level}] ${text}\n`);
  }

  /** What is said to people, or told to programs. */
  ui(kind: 'ui' | 'ui error' | 'machine readable', text: string): void {
    if (this.#holdsUi) this.#write(`${stamp(new Date())} ${kind}: ${text}\n`);
  }
}

function stamp(time: Date): string {
  const two = (count: number): string => String(count).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('/');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}
