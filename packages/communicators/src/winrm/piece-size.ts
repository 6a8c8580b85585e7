import { sealedOverhead } from './sealed-body.ts';
import type { Sessions } from './sessions.ts';
import { findElement } from './xml.ts';

/** KiB that a message may have: what the oldest versions take, and more than which we want of none. */
const atLeast = 150;
const atMost = 500;

/** Bytes of a message that are not what is sent. */
const overhead = 4096 + sealedOverhead;

/** Milliseconds that the answer is worth. */
const patience = 10_000;

/**
 * Asks how large a message the machine takes, which only administrators are told, and gives how many bytes
 * can be fed to a command in one. Never rejects.
 */
export async function pieceSize(sessions: Sessions): Promise<number> {
  const limit = await largestMessage(sessions);
  const characters = Math.min(Math.max(limit, atLeast), atMost) * 1024 - overhead;
  // Base64 makes four characters of three bytes.
  return Math.floor(characters / 4) * 3;
}

async function largestMessage(sessions: Sessions): Promise<number> {
  try {
    const answer = await sessions.exchange(
      { action: 'get', resource: 'config' },
      AbortSignal.timeout(patience),
    );
    return Number(findElement(answer, 'MaxEnvelopeSizekb')?.text) || atLeast;
  } catch {
    // If it is not just that it does not tell, the next request says so.
    return atLeast;
  }
}
