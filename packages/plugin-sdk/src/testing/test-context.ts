import type { BuildFacts, Cleanup, CleanupOptions, RunContext, Undo } from '../context.ts';
import { Failure } from '../failure.ts';
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
  const secretQuestions: string[] = [];
  return {
    signal: options.signal ?? new AbortController().signal,
    ui: recordUi(),
    build: { ...facts, ...options.build },
    data: options.data ?? {},
    secrets,
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
    dismiss: () => void take(),
    now: async () => {
      if (take()) await cleanup.undo(new AbortController().signal);
    },
  };
}

async function cleanUp(cleanups: PendingCleanup[], outcome: 'succeeded' | 'failed'): Promise<void> {
  const errors: unknown[] = [];
  for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) {
    if (next.settings.onFailureOnly && outcome === 'succeeded') continue;
    try {
      await next.undo(new AbortController().signal);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
