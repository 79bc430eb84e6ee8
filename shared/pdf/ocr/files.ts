/** Where tesseract's parts lie: in `ocr/` beside the bundle, where infra/build.ts puts them, or in their packages. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface OcrFiles {
  /** The loader of the WASM module, CommonJS. */
  readonly core: string;
  readonly wasm: string;
  /** The languages' models, gzipped, each named `<language>.traineddata.gz`. */
  readonly models: readonly string[];
}

const IS_SOURCE = import.meta.url.endsWith('.ts');
/** The thread's module: beside this one, in the bundle as in the sources. */
export const OCR_WORKER = new URL(IS_SOURCE ? './worker.ts' : './ocr-worker.js', import.meta.url);

/** Without the legacy engine. The variant with relaxed SIMD is no faster and differs from processor to processor. */
const CORE = 'tesseract.js-core/tesseract-core-simd-lstm';
/** The LSTM model in integers: a third of the size, as good on print. */
const MODEL_FOLDER = '4.0.0_best_int';
const MODEL_SUFFIX = '.traineddata.gz';
/** Tesseract's names of languages and scripts. The name becomes part of a path. */
const LANGUAGE = /^[a-z]{3}(_[a-z]+)*$/i;

/** @throws Error that names the first language without data */
export function findOcrFiles(languages: readonly string[]): OcrFiles {
  return IS_SOURCE ? inPackages(languages) : besideBundle(languages);
}

function besideBundle(languages: readonly string[]): OcrFiles {
  const folder = fileURLToPath(new URL('./ocr/', import.meta.url));
  return {
    core: join(folder, 'core.cjs'),
    wasm: join(folder, 'core.wasm'),
    models: languages.map((language) => findModel(language, () => folder)),
  };
}

function inPackages(languages: readonly string[]): OcrFiles {
  const { resolve } = createRequire(import.meta.url);
  const packages = dirname(dirname(resolve('@tesseract.js-data/eng/package.json')));
  return {
    core: resolve(`${CORE}.js`),
    wasm: resolve(`${CORE}.wasm`),
    models: languages.map((language) => findModel(language, () => join(packages, language, MODEL_FOLDER))),
  };
}

function findModel(language: string, folderOf: () => string): string {
  if (LANGUAGE.test(language)) {
    const path = join(folderOf(), language + MODEL_SUFFIX);
    if (existsSync(path)) return path;
  }
  throw new Error(`no OCR data for the language "${language}": install @tesseract.js-data/${language}`);
}

/** The language of a model, by its file. */
export function languageOf(model: string): string {
  return basename(model, MODEL_SUFFIX);
}
