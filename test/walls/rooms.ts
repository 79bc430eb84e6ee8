/**
 * The rooms of the house, and which rooms each may import: arrows run only downwards. The linter's patterns are made of
 * this table (`npm run walls`); what is not named here is refused.
 *
 * A room is a folder with all that lies below it, but for the rooms below it that are named, too. `*` is any one folder.
 */
export interface Room {
  /** Rooms (`shared/run`) and single files (`shared/errors.ts`). */
  readonly imports: readonly string[];
  /** May it import AWS's clients? */
  readonly hasSdk?: true;
}

const inShared = (names: readonly string[]): string[] => names.map((name) => `shared/${name}`);
const inPdf = (names: readonly string[]): string[] => names.map((name) => `shared/pdf/${name}`);
const inLocal = (names: readonly string[]): string[] => names.map((name) => `infra/local/${name}`);

/** What everything may know: the words that rooms have in common. */
const FOUNDATION = inShared([
  'errors.ts',
  'kind.ts',
  'range-source.ts',
  'scratch-file.ts',
  'server-settings.ts',
  'safe-text',
]);
/** What a library of the lowest floor may know. */
const PLAIN = inShared([
  'errors.ts',
  'range-source.ts',
  'scratch-file.ts',
  'server-settings.ts',
  'safe-text',
]);

/** Libraries, each floor above those that it may import. */
const FLOOR_1 = inShared(['json', 'markdown', 'xml', 'csv', 'command']);
const FLOOR_2 = [...FLOOR_1, ...inShared(['http', 'zip', 'page'])];
const FLOOR_3 = [...FLOOR_2, ...inShared(['vision', 'parquet', 'lists'])];
const FLOOR_4 = [...FLOOR_3, ...inShared(['text'])];
const LIBRARIES = [
  ...FLOOR_4,
  ...inShared(['pdf', ...['layout', 'markdown', 'ocr', 'pages'].map((n) => `pdf/${n}`)]),
];

/** Of the PDF library: what its rooms stand on. */
const PDF_BASE = inPdf([
  'document.ts',
  'elapsed.ts',
  'engine.ts',
  'facts-schema.ts',
  'page-ranges.ts',
  'page-result.ts',
  'pdf-options.ts',
  'render-page.ts',
  'version.ts',
]);
const PDF_FLOOR_1 = [...PLAIN, ...FLOOR_4, ...PDF_BASE];
const PDF_FLOOR_2 = [...PDF_FLOOR_1, ...inPdf(['read'])];
const PDF_FLOOR_3 = [...PDF_FLOOR_2, ...inPdf(['tables', 'ocr', 'figures'])];
const PDF_FLOOR_4 = [...PDF_FLOOR_3, ...inPdf(['layout'])];
const PDF_FLOOR_5 = [...PDF_FLOOR_4, ...inPdf(['markdown', 'vision'])];

/** The kinds' registry: names, limits, and their code by `import()`. */
const KINDS = ['shared/kinds/index.ts'];
const RUN = [...FOUNDATION, ...KINDS, ...inShared(['json', 'aws', 'run'])];
const PROCESS = [...RUN, ...inShared(['plan', 'process', 'process/memory'])];
const STEPS = inShared(['split', 'finish', 'rescue']);
/** What infra may know of the code that it deploys: names and limits. */
const NAMES = [
  ...KINDS,
  ...inShared([
    'errors.ts',
    'kind.ts',
    'safe-text',
    'aws/budgets.ts',
    'aws/env.ts',
    'aws/retries.ts',
    'aws/secret-grant.ts',
    'aws/server-grant.ts',
    'aws/table.ts',
    'process/memory/heap-flags.ts',
  ]),
];
const LOCAL_BASE = [
  'shared/errors.ts',
  'shared/safe-text',
  'shared/json',
  ...inLocal(['gateway.ts', 'counts.ts', 'template.ts', 'replay.ts', 'lock.ts']),
];

export const rooms: Readonly<Record<string, Room>> = {
  functions: { imports: [...PROCESS, ...STEPS] },
  'shared/rescue': { imports: [...PROCESS, ...STEPS] },
  'shared/split': { imports: PROCESS },
  'shared/finish': { imports: PROCESS },
  'shared/process': { imports: PROCESS },
  'shared/plan': { imports: RUN },
  'shared/run': { imports: RUN },
  'shared/aws': { imports: [...FOUNDATION, 'shared/json'], hasSdk: true },
  'shared/kinds': { imports: [...FOUNDATION, ...LIBRARIES, 'shared/kinds/*/index.ts'] },
  'shared/kinds/*': { imports: [...FOUNDATION, ...LIBRARIES, 'shared/kinds/zip-entries.ts'] },
  shared: { imports: ['shared/safe-text'] },
  'shared/safe-text': { imports: [] },

  'shared/pdf/cli': {
    imports: [...PDF_FLOOR_5, 'shared/pdf', 'shared/pdf/pages', 'shared/process/memory/heap-flags.ts'],
  },
  'shared/pdf/pages': { imports: [...PDF_FLOOR_5, 'shared/kind.ts', 'shared/pdf'] },
  'shared/pdf': { imports: PDF_FLOOR_5 },
  'shared/pdf/markdown': { imports: PDF_FLOOR_4 },
  'shared/pdf/vision': { imports: PDF_FLOOR_5 },
  'shared/pdf/layout': { imports: PDF_FLOOR_3 },
  'shared/pdf/tables': { imports: PDF_FLOOR_2 },
  'shared/pdf/ocr': { imports: PDF_FLOOR_2 },
  'shared/pdf/figures': { imports: PDF_FLOOR_2 },
  'shared/pdf/read': { imports: PDF_FLOOR_1 },

  'shared/text': { imports: [...PLAIN, ...FLOOR_3] },
  'shared/lists': { imports: [...PLAIN, ...FLOOR_2] },
  'shared/parquet': { imports: [...PLAIN, ...FLOOR_2] },
  'shared/vision': { imports: [...PLAIN, ...FLOOR_2], hasSdk: true },
  'shared/page': { imports: [...PLAIN, ...FLOOR_1] },
  'shared/http': { imports: [...PLAIN, ...FLOOR_1] },
  'shared/zip': { imports: [...PLAIN, ...FLOOR_1] },
  'shared/command': { imports: PLAIN },
  'shared/csv': { imports: PLAIN },
  'shared/xml': { imports: PLAIN },
  'shared/markdown': { imports: PLAIN },
  'shared/json': { imports: PLAIN },

  infra: { imports: NAMES, hasSdk: true },
  'infra/cli': {
    imports: [
      ...PROCESS,
      ...STEPS,
      'shared/command',
      'infra/config.ts',
      'infra/config-hosts.ts',
      'infra/local',
      'infra/sample',
      ...inLocal(['s3', 'lambda']),
    ],
    hasSdk: true,
  },
  'infra/sample': { imports: [] },
  'infra/local': {
    imports: [...LOCAL_BASE, ...inLocal(['faults', 'iam', 'services', 's3', 'lambda'])],
    hasSdk: true,
  },
  'infra/local/faults': { imports: [...LOCAL_BASE, ...inLocal(['iam', 'services', 's3'])] },
  'infra/local/iam': { imports: [...LOCAL_BASE, ...inLocal(['services', 's3'])] },
  'infra/local/services': {
    imports: [...LOCAL_BASE, ...inLocal(['s3', 'lambda'])],
    hasSdk: true,
  },
  'infra/local/lambda': { imports: LOCAL_BASE },
  'infra/local/s3': { imports: ['shared/errors.ts'] },
};
