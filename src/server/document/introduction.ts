import { type PartName } from './tags.js';

const WHAT =
  'Self-hosted event collector and router. It speaks the Segment HTTP Tracking API and pixel API and the RudderStack pixel ' +
  'API: point an existing SDK at this address and nothing else changes.';

/** From nothing to an event at its destination; the links open the operation. */
const STEPS = [
  '### From an empty workspace to a delivered event',
  '',
  'Every step is an operation below: open it, change the example where it says so, press **Execute**.',
  '',
  '1. Press **Authorize** and enter your admin token under *adminToken*: it was printed at the first start. Then ' +
    '[make a workspace](#/Workspaces/createWorkspace) and keep the `id` of the answer (`wsp_…`).',
  '2. [Make a source](#/Sources/createSource) in that workspace and keep its `id` (`src_…`).',
  '3. [Make a write key](#/Write%20keys/createWriteKey) for that source. Its `value` is shown this once: press **Authorize** ' +
    'again and enter it under *writeKey*, as the user name without a password.',
  '4. [Make a destination](#/Destinations/createDestination), such as a webhook with the `url` to call, and keep its `id` ' +
    '(`dst_…`).',
  '5. [Connect the two](#/Connections/createConnection): `sourceId` is that of step 2, `destinationId` that of step 4.',
  '6. [Track an event](#/Tracking/track). The answer `{"success":true}` means that it is stored durably; the destination has ' +
    'it a moment later.',
].join('\n');

const KEYS =
  'Press **Authorize** and enter a write key under *writeKey*, as the user name without a password; where an address is all ' +
  'there is, under *writeKeyQuery*. Then every call below can be tried.';

const ADMINISTRATION = [
  'Lists come in pages: `pagination.next` of one is the `cursor` of the next. A change may name the version it was made for ' +
    '(`If-Match`, with the entity tag that was read), and a POST may be sent again with the same `Idempotency-Key`. Every ' +
    'error is `application/problem+json` (RFC 9457) with a `code` for programs and a pointer to each wrong field.',
].join('\n');

export const INTRODUCTION = [WHAT, STEPS, KEYS, ADMINISTRATION].join('\n\n');

/** What somebody reads who looks at one part only. */
export const PART_INTRODUCTIONS: Record<PartName, string> = {
  tracking: [WHAT, KEYS].join('\n\n'),
  pixels: [WHAT, KEYS].join('\n\n'),
  administration: [
    'The administration of tenants. Press **Authorize** and enter an admin token under *adminToken*: the first one was ' +
      'printed at the first start.',
    ADMINISTRATION,
  ].join('\n\n'),
};
