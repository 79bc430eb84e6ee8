/** A command's backslash with its sign, or a dollar, which would end the formula. */
const DOLLAR = /\\.|\$/gs;
/** What begins a tag where a reader knows no mathematics. */
const TAG = /<(?=[a-z/!?])/gi;

/** A formula between dollars: nothing in it is escaped, and nothing in it ends it. Empty where there is none. */
export function inlineTex(tex: string): string {
  const safe = safeTex(tex.replace(/\s+/g, ' ').trim());
  return safe === '' ? '' : `$${safe}$`;
}

/** A displayed formula as the lines of a block. An empty line would end it. */
export function displayTex(tex: string): string[] {
  const lines = safeTex(tex)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? [] : ['$$', ...lines, '$$'];
}

function safeTex(tex: string): string {
  const safe = tex
    .toWellFormed()
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .replace(DOLLAR, (sign) => (sign === '$' ? '\\$' : sign))
    .replace(TAG, '\\lt ');
  return endsInEscape(safe) ? safe.slice(0, -1) : safe;
}

/** A last backslash alone would take the closing dollar for its own. */
function endsInEscape(tex: string): boolean {
  let count = 0;
  while (tex.at(-1 - count) === '\\') count += 1;
  return count % 2 === 1;
}
