import type { BakeEvent, Listener, StepStart } from '@bake/core';

/** Gives lines for a log about what people are not told: where builds and steps begin and end, and how. */
export function logListener(write: (line: string) => void): Listener {
  const steps = new Map<string, StepStart>();
  return (event) => {
    const line = lineOf(event, steps);
    if (line !== undefined) write(line);
  };
}

function lineOf(event: BakeEvent, steps: Map<string, StepStart>): string | undefined {
  switch (event.type) {
    case 'run-start':
      return `(run) ${event.runUuid}: ${event.builds.join(', ')}`;
    case 'build-start':
      return `(${event.build}) starting`;
    case 'step-start':
      steps.set(stepKey(event), event);
      return `(${event.build}) starting ${stepTitle(event)}`;
    case 'step-end': {
      const start = steps.get(stepKey(event));
      const title = start === undefined ? 'step' : stepTitle(start);
      return `(${event.build}) ${title}: ${event.outcome} after ${Math.round(event.milliseconds)} ms`;
    }
    case 'build-end':
      return `(${event.build}) ${[event.outcome, event.error?.summary, event.error?.stack].filter(Boolean).join(': ')}`;
    case 'run-end':
      return `(run) ${event.outcome}`;
    default:
      return undefined;
  }
}

/** What a step is called in logs and tables: `provisioner shell`, and of the builder's own the name alone. */
export function stepTitle({ kind, name }: StepStart): string {
  return kind === 'builder' ? name : `${kind} ${name}`;
}

/** Ties the start and the end of a step together. */
export function stepKey({
  build,
  step,
}: {
  readonly build: string;
  readonly step: string;
}): string {
  return JSON.stringify([build, step]);
}
