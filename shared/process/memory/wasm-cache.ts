/** Compiled modules by the size of their binary: a thread that is started again does not compile 10 MB again. */
export type WasmModules = ReadonlyMap<number, WebAssembly.Module>;

/**
 * Makes `WebAssembly.instantiate` use the modules that an earlier thread compiled, and report the ones that this thread
 * compiles. Loaders (Emscripten's, for one) notice nothing.
 */
export function shareCompiledModules(
  known: WasmModules,
  onCompiled: (bytes: number, module: WebAssembly.Module) => void,
): void {
  const { compile, instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) => {
    if (source instanceof WebAssembly.Module) return await instantiate(source, imports);
    const bytes = source.byteLength;
    const module = known.get(bytes) ?? (await compile(source));
    if (!known.has(bytes)) onCompiled(bytes, module);
    return { module, instance: await instantiate(module, imports) };
  };
}
