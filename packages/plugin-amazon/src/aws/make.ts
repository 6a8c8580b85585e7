import { delayedSignal, type RunContext, type Traces } from '@bake/plugin-sdk';
import type { RemainKind } from '../remains.ts';
import type { Ec2 } from './ec2.ts';
import { hadNoEffect } from './refusal.ts';
import { removers } from './removers.ts';
import type { Pace } from './wait.ts';

/** Something to make in the cloud. */
export interface Making {
  readonly kind: RemainKind;
  /** What a person calls it. */
  readonly label: string;
  /** By which it is found when the answer is lost. */
  readonly traces: Traces;
  /** A build that succeeds keeps it. */
  readonly isKept?: boolean;
  readonly pace: Pace;
  /** Makes it and gives its ID. The signal aborts late, so that the answer is heard. */
  make(signal: AbortSignal): Promise<string>;
}

/** Something that was made. */
export interface Made {
  readonly id: string;
  /** Notes more by which other processes find what belongs to it. */
  learn(traces: Traces): void;
  /** Removes it before the end. */
  remove(): Promise<void>;
}

/** For whom it is made. */
export type Maker = Pick<RunContext, 'signal' | 'ui' | 'journal' | 'onCleanup'>;

/** Makes it: noted in the journal before, removed at the end, also when nobody heard whether it was made. */
export async function make(ec2: Ec2, making: Making, context: Maker): Promise<Made> {
  const { kind, label, pace } = making;
  const { signal, ui, journal, onCleanup } = context;
  signal.throwIfAborted();
  let traces: Traces = { ...ec2.traces, ...making.traces };
  const entry = journal({ kind, label: `${label} in ${ec2.region}`, traces });
  const learn = (more: Traces): void => {
    traces = { ...traces, ...more };
    entry.learn(more);
  };
  const cleanup = onCleanup(
    `remove the ${label}`,
    async (later) => {
      ui.say(`Removing the ${label}`);
      await removers[kind](ec2, traces, { signal: later, pace });
    },
    { entry, ...(making.isKept ? { onFailureOnly: true as const } : {}) },
  );
  const id = await making.make(delayedSignal(signal, answerPatience)).catch((error: unknown) => {
    if (hadNoEffect(error)) cleanup.dismiss();
    throw error;
  });
  learn({ id });
  signal.throwIfAborted();
  return { id, learn, remove: () => cleanup.now() };
}

/** Milliseconds that a call which makes something may go on after a cancel. */
const answerPatience = 10_000;
