import type { PlannedComponent } from './plan.ts';

/**
 * Hash over what goes into a step, wherever it is written, hexadecimal: equal steps have equal ones. It is not part
 * of the plan, since few want it: Node's cryptography alone takes 4 ms to load.
 */
export function fingerprintOf(component: PlannedComponent): string {
  const { type, plugin, config, deferred, override } = component;
  const inputs = JSON.stringify({ type, plugin, config, deferred, override });
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(inputs).digest('hex');
}
