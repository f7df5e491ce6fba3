import { type ApplyDocumentDto } from './workspace-document.dto.js';

/** The example of the API document. */
export const DOCUMENT_EXAMPLE: ApplyDocumentDto = {
  version: 1,
  sources: [
    {
      name: 'Website',
      enabled: true,
      writeKeys: [
        {
          name: 'Production',
          hash: 'sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
          prefix: 'Kq3vZ8xT',
          scopes: ['browser'],
          allowedOrigins: ['https://www.example.com'],
        },
      ],
    },
  ],
  destinations: [
    {
      name: 'Warehouse',
      type: 'webhook',
      enabled: true,
      settings: { url: 'https://example.com/events' },
      secrets: { secret: { $secret: 'Warehouse/secret' } },
    },
  ],
  connections: [{ source: 'Website', destination: 'Warehouse', filter: { types: ['track'] } }],
  secrets: { 'Warehouse/secret': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
};
