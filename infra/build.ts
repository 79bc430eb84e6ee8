import { copyFile, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Where the functions' code lies: one folder for all of them, so that chunks are shared and `import()` stays lazy. */
export const FUNCTIONS_DIR = join(root, 'dist', 'functions');

/** One for each function, and the thread that process runs items in. */
const ENTRIES = {
  ...Object.fromEntries(
    ['split', 'process', 'finish', 'abandon', 'sweep'].map((step) => [step, `functions/${step}.ts`]),
  ),
  'item-worker': 'shared/item-worker.ts',
};

/** CommonJS packages inside an ES module bundle still call `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles the functions; what an entry does not import at once is a chunk of its own. `inject` names modules that every
 * entry imports first: the tests register their kinds this way.
 */
export async function build(
  outdir = FUNCTIONS_DIR,
  inject: string[] = [],
  entryPoints: Record<string, string> = ENTRIES,
): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await esbuild({
    absWorkingDir: root,
    entryPoints,
    outdir,
    inject,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: false,
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
  });
  // mupdf looks for its WebAssembly beside the module that loads it, under this name.
  const mupdf = createRequire(import.meta.url).resolve('mupdf');
  await copyFile(join(dirname(mupdf), 'mupdf-wasm.wasm'), join(outdir, 'mupdf-wasm.wasm'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
