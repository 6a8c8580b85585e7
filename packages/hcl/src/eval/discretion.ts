import { FunctionFailure } from '../functions/define-function.ts';
import type { ConversionFailure } from '../value/convert.ts';
import { containsSensitive, type Value } from '../value/value.ts';

/** The failure of a call as it may be told: what it says of its arguments may quote them, which a secret does not allow. */
export function discreet<F extends FunctionFailure | ConversionFailure>(
  failure: F,
  given: readonly Value[],
): F | FunctionFailure {
  const isDiscreet = 'isDiscreet' in failure && failure.isDiscreet === true;
  if (isDiscreet || !given.some(containsSensitive)) return failure;
  return new FunctionFailure(
    'An argument is sensitive, so why it does not fit is not shown.',
    'argument' in failure ? failure.argument : undefined,
  );
}
