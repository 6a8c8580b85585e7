import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Loads an ES module by its path: at once where Node can, which takes half the time that `import` does, and otherwise
 * (one that awaits at its top level, or is loaded under a test runner) by `import`.
 *
 * Alone in a file: the command runs its bundle from V8's cache, where `import` does not work for what is outside,
 * and so leaves this file outside.
 */
export async function importModule(path: string): Promise<unknown> {
  try {
    return createRequire(import.meta.url)(path);
  } catch (error) {
    if (!needsImport(error)) throw error;
    return import(pathToFileURL(path).href);
  }
}

const codes: readonly unknown[] = ['ERR_REQUIRE_ASYNC_MODULE', 'ERR_REQUIRE_ESM'];

/** Not by its class: the error of a test runner is of another realm. */
function needsImport(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && codes.includes(error.code)
  );
}
