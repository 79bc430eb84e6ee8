/** A path as it is when percent signs are read as encoding; exporters differ in whether they encode the manifest's names. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
