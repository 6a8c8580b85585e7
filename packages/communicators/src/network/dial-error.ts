/** A try to connect that failed in a stage; another one may succeed. */
export class DialError<Stage extends string = string> extends Error {
  override readonly name = 'DialError';
  readonly stage: Stage;
  /** It did not fail, there was only no more time for it. */
  readonly isCutOff: boolean;

  constructor(stage: Stage, reason: string, isCutOff = false) {
    super(reason);
    this.stage = stage;
    this.isCutOff = isCutOff;
  }
}

/** The reason of a signal that aborts because all the time that may be spent on connecting is spent. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
}

/** What a try rejects with that was aborted in this stage. */
export function abortedIn(stage: string, signal: AbortSignal): unknown {
  if (!(signal.reason instanceof TimeUp)) return signal.reason;
  return new DialError(stage, 'there was no answer yet when the time was up', true);
}
