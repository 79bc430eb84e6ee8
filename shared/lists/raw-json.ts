/** A number as it is written, for `JSON.stringify`: of ES2025, which Node 24 has and TypeScript does not know yet. */
export const toRawNumber = (text: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
