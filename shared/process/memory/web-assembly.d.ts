/** What of WebAssembly's JavaScript interface the guard uses (TypeScript has it among the browser's types only). */
declare namespace WebAssembly {
  class Module {
    private readonly module: unique symbol;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  type Source = ArrayBuffer | ArrayBufferView;
  function compile(source: Source): Promise<Module>;
  function instantiate(source: Source | Module, imports?: object): Promise<unknown>;
}
