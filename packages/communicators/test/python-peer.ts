import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Python with packages that others have made, or the reason why there is none. */
export type PythonPeer = { readonly path: string } | { readonly reason: string };

/** Where what was installed once stays. */
const cache = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'bake-peers');

/** Milliseconds. */
const patience = 90_000;

/** Installs packages, in fixed versions, from Python's registry where that can be reached. Never rejects. */
export async function pythonPeer(packages: readonly string[]): Promise<PythonPeer> {
  const path = join(cache, packages.join('+'));
  // Debian's own Python comes without pip, which each environment has.
  const venv = `${path}.venv`;
  const args = ['-m', 'pip', 'install', '--quiet', '--target', path, ...packages];
  const run = promisify(execFile);
  try {
    const modules = packages.map((name) => name.replace(/=.*/, '').replaceAll('-', '_'));
    const env = { ...process.env, PYTHONPATH: path };
    const imports = modules.map((name) => (name === 'pyspnego' ? 'spnego' : name)).join(', ');
    await run('python3', ['-c', `import ${imports}`], { env }).catch(async () => {
      await mkdir(cache, { recursive: true });
      await run('python3', ['-m', 'venv', venv], { timeout: patience });
      await run(join(venv, 'bin', 'python'), args, { timeout: patience });
      await run('python3', ['-c', `import ${imports}`], { env });
    });
    return { path };
  } catch {
    return {
      reason: `python3 has no ${packages.join(', ')} and pip cannot install it (Debian: python3-venv)`,
    };
  }
}
