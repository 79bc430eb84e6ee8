/** Beside shared/web-assembly.d.ts: what tesseract's thread uses of WebAssembly's JavaScript interface. */
declare namespace WebAssembly {
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
