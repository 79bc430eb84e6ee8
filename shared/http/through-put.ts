/** Puts a stream; what the stream itself throws comes out as it is, whatever the store makes of it. */
export async function throughPut<T>(
  body: AsyncIterable<Uint8Array>,
  put: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const failure: { error?: unknown } = {};
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      failure.error = error;
      throw error;
    }
  }
  try {
    return await put(watched());
  } catch (error) {
    throw failure.error ?? error;
  }
}
