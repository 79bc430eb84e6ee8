/** Milliseconds in tenths: what page records tell. */
export function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
