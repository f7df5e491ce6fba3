/** Bodies for the document: the destination's id is that of another answer. */
const DAY = {
  destinationId: 'PASTE_DESTINATION_ID',
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-02T00:00:00Z',
};

export const REPLAY_CREATE_EXAMPLES = {
  everything: {
    summary: 'Everything of one day, at most 500 events per second',
    value: { ...DAY, rateLimit: 500 },
  },
  some: {
    summary: 'Orders of that day',
    value: { ...DAY, types: ['track'], events: ['Order *'] },
  },
  failed: { summary: 'What had failed for good', value: { ...DAY, onlyFailed: true } },
};
