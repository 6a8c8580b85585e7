/** A time as Packer's `-timestamp-ui` has it: RFC 3339, of this place, in seconds. */
export function localTime(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  const there = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  return `${there}${offset(minutes)}`;
}

function offset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(rest)}`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
