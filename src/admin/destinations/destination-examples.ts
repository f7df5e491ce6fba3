/** Bodies for the document, the plainest first: Swagger UI fills that in. */
export const DESTINATION_CREATE_EXAMPLES = {
  webhook: {
    summary: 'A webhook: each event as a POST to your address',
    value: { type: 'webhook', name: 'Warehouse', settings: { url: 'https://example.com/events' } },
  },
  signed: {
    summary: 'A webhook that signs, and shows a token of its own',
    value: {
      type: 'webhook',
      name: 'Billing',
      settings: {
        url: 'https://example.com/events',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        headers: { authorization: 'Bearer YOUR_TOKEN' },
        batch: true,
      },
    },
  },
  console: {
    summary: 'The console of the process, to see events come by',
    value: { type: 'console', name: 'Console', settings: {} },
  },
};

export const DESTINATION_UPDATE_EXAMPLES = {
  address: {
    summary: 'Another address, for which the secrets are given again',
    value: {
      settings: {
        url: 'https://example.com/other',
        headers: { authorization: 'Bearer YOUR_TOKEN' },
        secret: null,
      },
    },
  },
  unsigned: { summary: 'Without its secret', value: { settings: { secret: null } } },
  patient: {
    summary: 'Four attempts of each event, the last one an hour after the third',
    value: { retryDelaysSeconds: [5, 60, 3600] },
  },
  disabled: { summary: 'Out of use for now', value: { enabled: false } },
};
