// Loaded before anything else in every process of the stack: at a moment, the machine's clock is set, for all of them.
const { atMs, offsetMs } = JSON.parse(process.env.CHAOS_CLOCK ?? '{}');

if (atMs !== undefined) {
  const Real = Date;
  const realNow = Real.now.bind(Real);
  const now = () => (realNow() < atMs ? realNow() : realNow() + offsetMs);
  globalThis.Date = class extends Real {
    constructor(...args) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static now() {
      return now();
    }
  };
}
