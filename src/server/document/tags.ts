/** Parts of the document that can be shown separately. The tag of an operation decides its part. */
export type PartName = 'tracking' | 'pixels' | 'administration';

export interface Tag {
  readonly name: string;
  readonly part?: PartName;
  readonly description: string;
}

/** Subjects of the operations, in the order in which a new user needs them. */
export const TAGS: readonly Tag[] = [
  {
    name: 'Tracking',
    part: 'tracking',
    description:
      'One event per call: who a user is, what they did, and what they viewed. A 200 means that the event is stored ' +
      'durably. Fields that are not listed are passed on unchanged.',
  },
  {
    name: 'Batch',
    part: 'tracking',
    description:
      'Many events per call, as SDKs send them. An invalid message is rejected without affecting the others. With ' +
      '`Prefer: return=representation` the answer lists the result of each.',
  },
  {
    name: 'Beacon',
    part: 'tracking',
    description: 'Events that a page sends while it closes, when it can no longer set headers.',
  },
  {
    name: 'SDK settings',
    part: 'tracking',
    description:
      'Settings that SDKs in browsers and apps load before they send events. Point the SDKs here instead of at a CDN, and ' +
      'they need no other server.',
  },
  {
    name: 'Segment pixel',
    part: 'pixels',
    description:
      'Events from places that can only load an image, such as an e-mail, in Segment’s format. The answer is always the ' +
      'image, even for an invalid call, so that readers never see a broken one.',
  },
  {
    name: 'RudderStack pixel',
    part: 'pixels',
    description: 'The same in RudderStack’s format, which answers an invalid call with 400 and the image.',
  },
  {
    name: 'Me',
    part: 'administration',
    description: 'The token that you send, and its role.',
  },
  {
    name: 'Workspaces',
    part: 'administration',
    description:
      'The tenants. A workspace owns sources, destinations and tokens. It cannot access those of another workspace: requests ' +
      'for them are answered with 404.',
  },
  {
    name: 'Sources',
    part: 'administration',
    description:
      'The senders of events: a website, an app, a server. A source owns the write keys that its SDKs use.',
  },
  {
    name: 'Write keys',
    part: 'administration',
    description:
      'The credentials of SDKs. A source may have several, so that one can replace another without a gap. Keys can be imported, ' +
      'restricted to servers, browsers or pixels, to origins and to networks, rate-limited, rotated and revoked. A change ' +
      'takes effect on every instance within two seconds.',
  },
  {
    name: 'Destination types',
    part: 'administration',
    description: 'The types of destinations that this build has, with the JSON Schema of their settings.',
  },
  {
    name: 'Destinations',
    part: 'administration',
    description:
      'The receivers of events: a type with its settings. Each has its own backlog, so a slow one does not delay the others. ' +
      'Secret settings are stored encrypted and never shown again.',
  },
  {
    name: 'Connections',
    part: 'administration',
    description:
      'Which destination receives the events of which source, with an optional filter. A destination receives events that are ' +
      'sent after it was connected.',
  },
  {
    name: 'Deliveries',
    part: 'administration',
    description: 'What happened to one message at each destination, attempt by attempt.',
  },
  {
    name: 'Dead letters',
    part: 'administration',
    description:
      'Events that a destination refused for good, or whose retries were exhausted. Read them, correct the cause, and ' +
      'redeliver one, some or all; or discard them.',
  },
  {
    name: 'Replays',
    part: 'administration',
    description:
      'Repeated delivery of past events to one destination: after an outage or a fault of the receiver, or when the ' +
      'destination is new. Count the events first with a dry run. A replay can be paused, resumed and cancelled.',
  },
  {
    name: 'Tokens',
    part: 'administration',
    description:
      'The credentials of administrators: `workspace-viewer` reads one workspace, `workspace-admin` also changes it, ' +
      '`instance-admin` has all permissions.',
  },
  {
    name: 'Quotas',
    part: 'administration',
    description:
      'What a workspace may have, and what it has: sources, write keys, tokens, destinations, connections, waiting deliveries, ' +
      'dead letters, audit entries, and entries of an apply. An instance admin sets them. What would exceed one is answered ' +
      '409 with the code `quota_exceeded`.',
  },
  {
    name: 'Audit log',
    part: 'administration',
    description:
      'One entry per change, written in its transaction: the caller, the time, and the resource before and after.',
  },
  {
    name: 'Declarative',
    part: 'administration',
    description:
      'A workspace as a document to keep in git: export it, and apply it to make a workspace equal to it. A dry run lists ' +
      'the changes first.',
  },
  {
    name: 'Health',
    description: 'Liveness and readiness probes. They need no key.',
  },
];
