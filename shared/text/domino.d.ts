// The package's own declarations name another module.
declare module '@mixmark-io/domino' {
  const domino: { createDocument(html?: string): unknown };
  export = domino;
}
