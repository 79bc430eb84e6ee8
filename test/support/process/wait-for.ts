const POLL_MS = 100;

/**
 * Polls until `probe` gives a value; fails after `seconds` with what was waited for and, by `describe`, how things stand
 * then: a test that hangs must say on what.
 */
export async function waitFor<T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | undefined>,
  describe: () => Promise<unknown> = async () => '',
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`waited ${seconds} s for ${what}; found ${JSON.stringify(await describe(), null, 1)}`);
}
