import { isServiceFault } from '../aws/service-fault.ts';

/**
 * What AWS failed at while an item was at work. A kind may wrap such an error, or make a failure of its own of it; the item is
 * not to blame for it all the same.
 */
export class ServiceFaults {
  first: Error | undefined;

  /** Passes a call's answer or error on, and remembers a fault of the service. */
  async see<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof Error && isServiceFault(error)) this.first ??= error;
      throw error;
    }
  }

  async *seeAll<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = values[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.see(iterator.next());
      if (next.done) return;
      yield next.value;
    }
  }
}
