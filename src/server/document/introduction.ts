import { type PartName } from './tags.js';

const WHAT =
  'Self-hosted event collector and router. It speaks the Segment HTTP Tracking API and pixel API and the RudderStack pixel ' +
  'API: point an existing SDK at this address, without further changes.';

/** The first steps. The links open the operations in Swagger UI. */
const STEPS = [
  '### From an empty workspace to a delivered event',
  '',
  'Every step is an operation below: open it, replace the placeholders in the example, and press **Execute**.',
  '',
  '1. Press **Authorize** and enter your admin token under *adminToken*: it was printed at the first start. Then ' +
    '[create a workspace](#/Workspaces/createWorkspace) and keep the `id` of the answer (`wsp_…`).',
  '2. [Create a source](#/Sources/createSource) in that workspace and keep its `id` (`src_…`).',
  '3. [Create a write key](#/Write%20keys/createWriteKey) for that source. Only this answer shows its `value`: press **Authorize** ' +
    'again and enter it under *writeKey*, as the user name without a password.',
  '4. [Create a destination](#/Destinations/createDestination), such as a webhook with the `url` to call, and keep its `id` ' +
    '(`dst_…`).',
  '5. [Connect the two](#/Connections/createConnection): `sourceId` is that of step 2, `destinationId` that of step 4.',
  '6. [Track an event](#/Tracking/track). The answer `{"success":true}` means that the event is stored durably. The ' +
    'destination receives it a moment later.',
].join('\n');

const KEYS =
  'Press **Authorize** and enter a write key under *writeKey*, as the user name without a password. For pixels and the ' +
  'beacon, enter it under *writeKeyQuery*. Then you can try every call below.';

const ADMINISTRATION = [
  'Lists come in pages: `pagination.next` of one page is the `cursor` of the next. With `If-Match` and the entity tag that you ' +
    'read, a change is refused if the resource was changed in the meantime. With an `Idempotency-Key`, a POST can be repeated ' +
    'safely. Every error is `application/problem+json` (RFC 9457) with a `code` for programs and a pointer to each wrong field.',
].join('\n');

export const INTRODUCTION = [WHAT, STEPS, KEYS, ADMINISTRATION].join('\n\n');

/** Introductions of the parts, for readers who open only one. */
export const PART_INTRODUCTIONS: Record<PartName, string> = {
  tracking: [WHAT, KEYS].join('\n\n'),
  pixels: [WHAT, KEYS].join('\n\n'),
  administration: [
    'The administration of tenants. Press **Authorize** and enter an admin token under *adminToken*: the first one was ' +
      'printed at the first start.',
    ADMINISTRATION,
  ].join('\n\n'),
};
