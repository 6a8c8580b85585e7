/** Milliseconds as Go writes a duration: `1h2m3s`, `1m0s`, `1.5s`, `300ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) {
    return milliseconds === 0 ? '0s' : `${milliseconds}ms`;
  }
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = `${(milliseconds % 60_000) / 1000}s`;
  if (hours > 0) {
    return `${hours}h${minutes}m${seconds}`;
  }
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
