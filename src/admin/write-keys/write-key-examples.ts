/** Bodies for the document, the plainest first: Swagger UI fills that in. */
export const WRITE_KEY_CREATE_EXAMPLES = {
  generated: { summary: 'A random key that anybody may use', value: { name: 'Production' } },
  restricted: {
    summary: 'For web pages of one domain, with a limit and an end',
    value: {
      name: 'Web shop',
      scopes: ['browser'],
      allowedOrigins: ['https://www.example.com', 'https://*.example.com'],
      rateLimit: 100,
      expiresAt: '2031-01-01T00:00:00Z',
    },
  },
  imported: {
    summary: 'A key that apps have already',
    value: { name: 'From before', value: 'the-key-of-your-apps', allowedCidrs: ['203.0.113.0/24'] },
  },
};

export const WRITE_KEY_UPDATE_EXAMPLES = {
  limited: { summary: 'Only so many calls per second', value: { rateLimit: 200 } },
  restricted: {
    summary: 'Only for web pages of one domain',
    value: { scopes: ['browser', 'pixel'], allowedOrigins: ['https://www.example.com'] },
  },
  open: {
    summary: 'For everybody, for ever',
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
  usual: { summary: 'The old key works for a day', value: { overlapHours: 24 } },
  atOnce: { summary: 'The old key ends at once', value: { overlapHours: 0 } },
};
