interface AwsError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** The error of AWS's SDK behind a failure of a call. */
function awsError(error: unknown): AwsError {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  return (cause ?? error ?? {}) as AwsError;
}

/** AWS's code for why it refused a call: `InvalidInstanceID.NotFound`. */
export function codeOf(error: unknown): string {
  return awsError(error).name ?? '';
}

/** Whether a call was refused with a code like that. */
export function isRefusal(error: unknown, code: RegExp): boolean {
  return code.test(codeOf(error));
}

/** Whether the call was made more than once, so that an earlier one may have taken effect unseen. */
export function wasRepeated(error: unknown): boolean {
  return (awsError(error).$metadata?.attempts ?? 2) > 1;
}

/** Whether it is certain that the call had no effect. */
export function hadNoEffect(error: unknown): boolean {
  const status = awsError(error).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && !wasRepeated(error);
}
