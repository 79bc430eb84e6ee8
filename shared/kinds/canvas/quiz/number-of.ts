/** A number that a text begins with; undefined where it begins with none. */
export function numberOf(text: string): number | undefined {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : undefined;
}
