import { copyFile, glob, mkdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild, type Plugin } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { resolve } = createRequire(import.meta.url);

/** Where the functions' code lies: one folder for all of them, so that chunks are shared and `import()` stays lazy. */
export const FUNCTIONS_DIR = join(root, 'dist', 'functions');

/** One for each function, and the thread that process runs items in. */
const ENTRIES = {
  ...Object.fromEntries(
    ['split', 'process', 'finish', 'abandon', 'sweep'].map((step) => [step, `functions/${step}.ts`]),
  ),
  'item-worker': 'shared/process/item-worker.ts',
};

/** The thread of OCR: apart, as it needs nothing that `inject` names. */
const OCR_WORKER = { 'ocr-worker': 'shared/pdf/ocr/worker.ts' };
const OCR_CORE = 'tesseract.js-core/tesseract-core-simd-lstm';
/** The models that are installed, and where in its package each is: `<language>/<folder>/<language>.traineddata.gz`. */
const OCR_MODELS = '*/4.0.0_best_int/*.traineddata.gz';

/** Lambda's limit for what a function's archive unpacks to. */
const MAX_UNPACKED_MB = 250;

/** CommonJS packages inside an ES module bundle still call `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles the functions; what an entry does not import at once is a chunk of its own. `inject` names modules that every
 * entry imports first: the tests register their kinds this way. `plugins` are esbuild's own.
 */
export async function build(
  outdir = FUNCTIONS_DIR,
  inject: string[] = [],
  entryPoints: Record<string, string> = ENTRIES,
  plugins: Plugin[] = [],
): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await bundle(outdir, entryPoints, inject, plugins);
  await bundle(outdir, OCR_WORKER, []);
  // mupdf looks for its WebAssembly beside the module that loads it, under this name.
  await copyFile(join(dirname(resolve('mupdf')), 'mupdf-wasm.wasm'), join(outdir, 'mupdf-wasm.wasm'));
  await copyOcr(join(outdir, 'ocr'));
}

async function bundle(
  outdir: string,
  entryPoints: Record<string, string>,
  inject: string[],
  plugins: Plugin[] = [],
): Promise<void> {
  await esbuild({
    absWorkingDir: root,
    entryPoints,
    outdir,
    inject,
    plugins,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ES modules where a package has them: their unused parts are left out (they were half of the 2 MB that process loaded)
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: false,
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
  });
}

/** Tesseract finds its files by paths (shared/pdf/ocr/files.ts). */
async function copyOcr(folder: string): Promise<void> {
  await mkdir(folder);
  // A package.json above may say that `.js` is an ES module; this one is CommonJS.
  await copyFile(resolve(`${OCR_CORE}.js`), join(folder, 'core.cjs'));
  await copyFile(resolve(`${OCR_CORE}.wasm`), join(folder, 'core.wasm'));
  const packages = dirname(dirname(resolve('@tesseract.js-data/eng/package.json')));
  for await (const model of glob(OCR_MODELS, { cwd: packages }))
    await copyFile(join(packages, model), join(folder, basename(model)));
}

/** @throws Error when Lambda would not take the functions' code */
async function checkSize(folder: string): Promise<number> {
  let bytes = 0;
  for await (const path of glob('**/*', { cwd: folder })) bytes += (await stat(join(folder, path))).size;
  const mb = bytes / 1024 / 1024;
  if (mb < MAX_UNPACKED_MB) return mb;
  throw new Error(`${folder}: expected less than Lambda's ${MAX_UNPACKED_MB} MB, found ${mb.toFixed(1)} MB`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  console.log(`functions: ${(await checkSize(FUNCTIONS_DIR)).toFixed(1)} MB of Lambda's ${MAX_UNPACKED_MB}`);
}
