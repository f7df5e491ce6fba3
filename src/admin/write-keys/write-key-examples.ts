/** Example bodies of the API document. Swagger UI fills in the first one, so it is the simplest. */
export const WRITE_KEY_CREATE_EXAMPLES = {
  generated: { summary: 'A random key without restrictions', value: { name: 'Production' } },
  restricted: {
    summary: 'For web pages of one domain, with a limit and an expiry',
    value: {
      name: 'Web shop',
      scopes: ['browser'],
      allowedOrigins: ['https://www.example.com', 'https://*.example.com'],
      rateLimit: 100,
      expiresAt: '2031-01-01T00:00:00Z',
    },
  },
  imported: {
    summary: 'A key that your apps already have',
    value: { name: 'From before', value: 'the-key-of-your-apps', allowedCidrs: ['203.0.113.0/24'] },
  },
};

export const WRITE_KEY_UPDATE_EXAMPLES = {
  limited: { summary: 'At most 200 calls per second', value: { rateLimit: 200 } },
  restricted: {
    summary: 'Only for web pages of one domain',
    value: { scopes: ['browser', 'pixel'], allowedOrigins: ['https://www.example.com'] },
  },
  open: {
    summary: 'Without restrictions, limit and expiry',
    value: {
      scopes: ['server', 'browser', 'pixel'],
      allowedOrigins: [],
      allowedCidrs: [],
      rateLimit: null,
      expiresAt: null,
    },
  },
};

export const ROTATE_EXAMPLES = {
  usual: { summary: 'The old key works for another day', value: { overlapHours: 24 } },
  atOnce: { summary: 'The old key stops working at once', value: { overlapHours: 0 } },
};
