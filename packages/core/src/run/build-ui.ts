import type { Ui } from '@bake/plugin-sdk';
import type { EventStream } from '../events/event-stream.ts';
import { LineAssembler } from '../events/line-assembler.ts';

/** A `Ui` whose words become events, and the way to hand out lines that were never ended. */
export interface BuildUi extends Ui {
  flush(): void;
}

/** The ui of one build, or of one post-processor of it. */
export function buildUi(events: EventStream, build: string, postProcessor?: string): BuildUi {
  const origin = { build, ...(postProcessor !== undefined && { postProcessor }) };
  const assembler = (stream: 'stdout' | 'stderr'): LineAssembler =>
    new LineAssembler(
      (line) => events.emit({ type: 'output', ...origin, stream, line }),
      events.split,
    );
  const streams = { stdout: assembler('stdout'), stderr: assembler('stderr') };
  const message = (level: 'info' | 'error', text: string): void =>
    events.emit({ type: 'message', level, ...origin, text: text.trimEnd() });

  return {
    say: (text) => message('info', text),
    error: (text) => message('error', text),
    output: (stream, chunk) => streams[stream].push(chunk),
    progress: (report) => events.emit({ type: 'progress', build, ...report }),
    flush() {
      streams.stdout.flush();
      streams.stderr.flush();
    },
  };
}
