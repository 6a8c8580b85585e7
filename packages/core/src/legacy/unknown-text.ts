/** Thrown where text is to be expanded that depends on a service's answer which is not known. */
export class UnknownText extends Error {
  override readonly name = 'UnknownText';
}

/** True for an `UnknownText`, also inside what rendering a template wraps the errors of its functions in. */
export function isUnknownText(error: unknown): boolean {
  return error instanceof UnknownText || (error as Error).cause instanceof UnknownText;
}
