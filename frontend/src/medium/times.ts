/** Pictures of a video and their times: pure. A picture is shown from its own time until that of the next. */

/** The number of the picture that is shown at a moment; 0 before the first. */
export function frameAt(at_ms: readonly number[], ms: number): number {
  let [low, high] = [0, at_ms.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at_ms[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Where to seek so that just this picture is shown: inside its time, away from both ends, which players round. */
export function momentOf(at_ms: readonly number[], frame: number): number {
  const at = at_ms[frame] ?? 0;
  const next = at_ms[frame + 1] ?? at + 40;
  return (at + Math.min(next - at, 40) / 2) / 1000;
}

/** «01:02.36»: minutes, seconds and hundredths. */
export function timecode(ms: number): string {
  const hundredths = Math.floor(Math.max(0, ms) / 10);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(hundredths / 6000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

/** The time after, or before, a moment among some in order; null where there is none. */
export function beside(times: readonly number[], now: number, way: 1 | -1): number | null {
  const found = way > 0 ? times.find((time) => time > now + 1) : [...times].reverse().find((time) => time < now - 1);
  return found ?? null;
}
