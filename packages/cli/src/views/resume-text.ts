import type { Resume } from '@bake/core';

/** What a build goes on from, and why not from later: in one or two lines. */
export function resumeText({ done, total, made = '', next, reason }: Resume): string {
  const ofAll = `provisioner ${done} of ${total}`;
  const when = `the checkpoint of ${made.replace('T', ' ').slice(0, 19)} UTC`;
  const from =
    done === total
      ? `Nothing is left to provision: ${when} holds.`
      : `Going on after ${ofAll}, from ${when}.`;
  const why =
    reason === undefined ? [] : [`Provisioner ${done + 1} of ${total} (${next}) runs: ${reason}.`];
  return [...(done > 0 ? [from] : []), ...why].join('\n');
}
