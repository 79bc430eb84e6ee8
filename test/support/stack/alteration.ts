import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Another text in one module of the bundled functions, for a test: a planted bug, or a limit that small inputs reach. */
export interface Alteration {
  /** The module, from the repository's root. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The build fails when a module no longer has the text: an alteration must not pass by without effect. */
export function toPlugin(alterations: readonly Alteration[]): Plugin {
  return {
    name: 'alterations',
    setup({ onLoad }) {
      for (const file of new Set(alterations.map((each) => each.file))) {
        const filter = new RegExp(`/${file.replaceAll('.', '\\.')}$`);
        const ofFile = alterations.filter((each) => each.file === file);
        onLoad({ filter }, async ({ path }) => {
          return { contents: alter(await readFile(path, 'utf8'), ofFile), loader: 'ts' };
        });
      }
    },
  };
}

function alter(source: string, alterations: readonly Alteration[]): string {
  return alterations.reduce((text, { file, from, to }) => {
    if (!text.includes(from)) throw new Error(`${file}: expected ${from}, found another text`);
    return text.replace(from, to);
  }, source);
}
