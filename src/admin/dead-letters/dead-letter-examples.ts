/** Bodies for the document, the plainest first: Swagger UI fills that in. */
export const REDELIVER_EXAMPLES = {
  all: { summary: 'All that were not redelivered yet', value: { all: true } },
  reason: { summary: 'All that were given up for one reason', value: { all: true, reason: 'http_400' } },
  some: { summary: 'Some of them', value: { ids: ['dl_0Uq3b2VtZ8kQ1x7mYd4HpR'] } },
};
