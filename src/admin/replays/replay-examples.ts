/** Example bodies. The destination's id is a placeholder for that of an earlier answer. */
const DAY = {
  destinationId: 'PASTE_DESTINATION_ID',
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-02T00:00:00Z',
};

export const REPLAY_CREATE_EXAMPLES = {
  everything: {
    summary: 'All events of one day, at most 500 per second',
    value: { ...DAY, rateLimit: 500 },
  },
  some: {
    summary: 'Orders of that day',
    value: { ...DAY, types: ['track'], events: ['Order *'] },
  },
  failed: { summary: 'Events of that day that became dead letters', value: { ...DAY, onlyFailed: true } },
};
