/**
 * Runs the work of each key one after another, in the order of the calls. Changes of one workspace wait here for each other,
 * and not with a connection of the pool: ten waiting changes of one tenant would leave no connection to the others.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const own = (this.last.get(key) ?? Promise.resolve()).then(work);
    const ended = own.catch(() => undefined);
    this.last.set(key, ended);
    try {
      return await own;
    } finally {
      if (this.last.get(key) === ended) this.last.delete(key);
    }
  }
}
