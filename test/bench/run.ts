/** `npm run bench -- NAME…`: runs the named benches one after the other; without a name, all of them. */
const BENCHES: Readonly<Record<string, () => Promise<{ bench(): Promise<void> }>>> = {
  memory: () => import('./memory.ts'),
  book: () => import('./book.ts'),
  guard: () => import('./guard.ts'),
  zip: () => import('./zip.ts'),
  pdf: () => import('./pdf.ts'),
  canvas: () => import('./canvas.ts'),
  'canvas-visible': () => import('./canvas-visible.ts'),
  'pdf-files': () => import('./pdf-files.ts'),
  'pdf-quality': () => import('./pdf-quality.ts'),
  galaxy: () => import('./galaxy.ts'),
  gtfs: () => import('./gtfs.ts'),
  rows: () => import('./rows.ts'),
};

const names = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`bench: expected ${Object.keys(BENCHES).join(', ')}, found ${unknown.join(', ')}`);
  process.exit(2);
}
for (const [name, load] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n== ${name} ==`);
  await (await load()).bench();
}
process.exit(process.exitCode ?? 0);
