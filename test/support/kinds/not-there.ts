/** For contexts of tests in which no output is read. */
export async function* notThere(path: string): AsyncIterable<Uint8Array> {
  yield await Promise.reject(new Error(`expected no output to be read, found ${path}`));
}
