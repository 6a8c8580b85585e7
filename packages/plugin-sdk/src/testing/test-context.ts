import type { BuildFacts, Cleanup, CleanupOptions, RunContext, Undo } from '../context.ts';
import { Failure } from '../failure.ts';
import type { Creation, JournalEntry } from '../journal.ts';
import { type RecordedUi, recordUi } from './record-ui.ts';

/** What a test context starts from; everything has a default. */
export interface TestContextOptions {
  readonly signal?: AbortSignal;
  readonly build?: Partial<BuildFacts>;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Lines that are typed, one a question; after them nobody is there. */
  readonly answers?: readonly string[];
}

/** A `RunContext` that a test can look into. */
export interface TestContext extends RunContext {
  readonly ui: RecordedUi;
  /** What was protected so far. */
  readonly secrets: readonly string[];
  /** What was asked so far. */
  readonly questions: readonly string[];
  /** What was noted in the journal and is not closed, oldest first. */
  readonly journaled: readonly Creation[];
  /** Those among them whose answers are not to be seen. */
  readonly secretQuestions: readonly string[];
  /** Labels of the cleanups that are still to be done, oldest first. */
  readonly pending: readonly string[];
  /** Does what core does at the end of a build: undoes in reverse order. Rejects with what went wrong first. */
  cleanUp(outcome?: 'succeeded' | 'failed'): Promise<void>;
}

/** Makes a context for calling a component in a test. */
export function testContext(options: TestContextOptions = {}): TestContext {
  const cleanups: PendingCleanup[] = [];
  const secrets: string[] = [];
  const questions: string[] = [];
  const journaled: Creation[] = [];
  const secretQuestions: string[] = [];
  return {
    signal: options.signal ?? new AbortController().signal,
    ui: recordUi(),
    build: { ...facts, ...options.build },
    data: options.data ?? {},
    secrets,
    journaled,
    journal: (creation) => note(journaled, creation),
    get pending() {
      return cleanups.map((cleanup) => cleanup.label);
    },
    protect: (secret) => void secrets.push(secret),
    questions,
    secretQuestions,
    ask: async (question, settings) => {
      if (settings?.isSecret) secretQuestions.push(question);
      const answer = options.answers?.[questions.push(question) - 1];
      if (answer === undefined) throw new Failure({ summary: 'Nobody is there to answer' });
      return answer;
    },
    onCleanup: (label, undo, settings = {}) => register(cleanups, { label, undo, settings }),
    cleanUp: (outcome = 'succeeded') => cleanUp(cleanups, outcome),
  };
}

const facts: BuildFacts = {
  name: 'test.example',
  sourceName: 'example',
  builderType: 'test',
  runUuid: '00000000-0000-4000-8000-000000000000',
  coreVersion: '1.16.0',
  force: false,
  debug: false,
};

interface PendingCleanup {
  readonly label: string;
  readonly undo: Undo;
  readonly settings: CleanupOptions;
}

function register(cleanups: PendingCleanup[], cleanup: PendingCleanup): Cleanup {
  cleanups.push(cleanup);
  const take = (): boolean => {
    const index = cleanups.indexOf(cleanup);
    if (index >= 0) cleanups.splice(index, 1);
    return index >= 0;
  };
  return {
    dismiss: () => {
      if (take()) cleanup.settings.entry?.close();
    },
    now: async () => {
      if (take()) await undo(cleanup);
    },
  };
}

async function undo(cleanup: PendingCleanup): Promise<void> {
  await cleanup.undo(new AbortController().signal);
  cleanup.settings.entry?.close();
}

function note(journaled: Creation[], creation: Creation): JournalEntry {
  let noted = creation;
  journaled.push(noted);
  const replace = (...by: readonly Creation[]): void => {
    const index = journaled.indexOf(noted);
    if (index >= 0) journaled.splice(index, 1, ...by);
  };
  return {
    learn(traces) {
      const known = { ...noted, traces: { ...noted.traces, ...traces } };
      replace(known);
      noted = known;
    },
    close: () => replace(),
  };
}

async function cleanUp(cleanups: PendingCleanup[], outcome: 'succeeded' | 'failed'): Promise<void> {
  const errors: unknown[] = [];
  for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) {
    if (next.settings.onFailureOnly && outcome === 'succeeded') {
      next.settings.entry?.close();
      continue;
    }
    try {
      await undo(next);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
