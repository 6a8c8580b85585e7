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
  const streams = {
    stdout: new LineAssembler((line) => {
      events.emit({ type: 'output', ...origin, stream: 'stdout', line });
    }),
    stderr: new LineAssembler((line) => {
      events.emit({ type: 'output', ...origin, stream: 'stderr', line });
    }),
  };
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
