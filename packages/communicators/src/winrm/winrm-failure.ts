import { Failure } from '@bake/plugin-sdk';
import { Fault } from './fault.ts';
import { adviceFor, describeStage, TryError } from './stage.ts';

/** Turns what ended an operation on a machine that was connected before into a `Failure`, if it is of WinRM's making. */
export function winrmFailure(error: unknown): unknown {
  if (error instanceof Fault) {
    const code = error.code === undefined ? '' : ` (code ${error.code})`;
    return new Failure({
      summary: `The machine refused: ${error.message}`,
      detail: `It answered with a fault of WS-Management${code}. Check the quotas and policies of its WinRM service.`,
      cause: error,
    });
  }
  if (!(error instanceof TryError)) return error;
  return new Failure({
    summary: `Lost the WinRM connection: ${error.message}`,
    detail: `The last request ${describeStage(error)}. ${adviceFor(error.stage)}`,
    cause: error,
  });
}
