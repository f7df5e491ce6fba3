/** Example bodies. The first is the simplest, because Swagger UI fills it in. */
export const DESTINATION_CREATE_EXAMPLES = {
  webhook: {
    summary: 'A webhook: each event as a POST to your URL',
    value: { type: 'webhook', name: 'Warehouse', settings: { url: 'https://example.com/events' } },
  },
  signed: {
    summary: 'A webhook that signs its requests and sends a token of the receiver',
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
    summary: 'The console of the process, to watch events',
    value: { type: 'console', name: 'Console', settings: {} },
  },
};

export const DESTINATION_UPDATE_EXAMPLES = {
  address: {
    summary: 'Change the URL, and send the secrets again',
    value: {
      settings: {
        url: 'https://example.com/other',
        headers: { authorization: 'Bearer YOUR_TOKEN' },
        secret: null,
      },
    },
  },
  unsigned: { summary: 'Remove the secret', value: { settings: { secret: null } } },
  patient: {
    summary: 'Four attempts per event, the last one an hour after the third',
    value: { retryDelaysSeconds: [5, 60, 3600] },
  },
  disabled: { summary: 'Disable it', value: { enabled: false } },
};
