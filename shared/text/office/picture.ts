/** What a picture, chart or drawing shows, in its author's words. The picture itself stays in the document. */
export function pictureText(attributes: ReadonlyMap<string, string>): string {
  const words = attributes.get('descr')?.trim() || attributes.get('title')?.trim() || '';
  // programs write the name of the file, or that a machine guessed
  const text = words.replace(GUESSED, '').replace(/\s+/g, ' ').trim();
  return text === '' || ADDRESS.test(text) ? '' : `[Image: ${text}]`;
}

/** Where a picture came from is no word about it. */
const ADDRESS = /^(?:https?|file):\/\/\S*$/i;
const GUESSED =
  /\s*(?:Description automatically generated(?: with .{1,40} confidence)?|AI-generated content may be incorrect\.?)\s*$/i;
