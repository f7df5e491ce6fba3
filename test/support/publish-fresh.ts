import { type Deduplication } from '../../src/deduplication/deduplication.js';
import { type Identified } from '../../src/deduplication/tracked-message.js';

/** Claims, appends and confirms as the publisher does; releases and rejects when an append fails. */
export async function publishFresh<Message extends Identified>(
  deduplication: Deduplication,
  sourceId: string,
  messages: readonly Message[],
  append: (messages: readonly Message[]) => Promise<void>,
): Promise<void> {
  let claim = await deduplication.claim(sourceId, messages);
  for (;;) {
    const { fresh, release, confirm } = claim;
    await append(fresh).catch(async (error: unknown) => {
      await release();
      throw error;
    });
    const next = await confirm();
    if (next === undefined) return;
    claim = next;
  }
}
