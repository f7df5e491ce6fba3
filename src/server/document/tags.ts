/** Views of the document that can be shown apart; an operation is in the one that its tag names, if any. */
export type PartName = 'tracking' | 'pixels' | 'administration';

export interface Tag {
  readonly name: string;
  readonly part?: PartName;
  readonly description: string;
}

/** What people do, in the order in which somebody new does it. */
export const TAGS: readonly Tag[] = [
  {
    name: 'Tracking',
    part: 'tracking',
    description:
      'One call, one event: who somebody is, what they did, what they looked at. A 200 means that the event is stored ' +
      'durably. Fields that are not listed pass through as they came.',
  },
  {
    name: 'Batch',
    part: 'tracking',
    description:
      'Many events in one call, as SDKs send them. An invalid message is left out and costs the others nothing; with ' +
      '`Prefer: return=representation` the answer says what became of each.',
  },
  {
    name: 'Beacon',
    part: 'tracking',
    description: 'What a page sends while it closes, when it can set no headers any more.',
  },
  {
    name: 'SDK settings',
    part: 'tracking',
    description:
      'What SDKs in browsers and apps load before they send. Point them here instead of at a CDN, and they need no other ' +
      'server.',
  },
  {
    name: 'Segment pixel',
    part: 'pixels',
    description:
      'Events from places where only an image can be loaded, such as a mail, in the form of Segment. It answers the image ' +
      'whatever is wrong with the call, so that nobody ever sees a broken one.',
  },
  {
    name: 'RudderStack pixel',
    part: 'pixels',
    description: 'The same in the form of RudderStack, which answers 400 to what is wrong, with the image.',
  },
  {
    name: 'Me',
    part: 'administration',
    description: 'Which token you hold, and what it may do.',
  },
  {
    name: 'Workspaces',
    part: 'administration',
    description:
      'The tenants. A workspace owns sources, destinations and tokens, and reaches nothing of another: whatever belongs to ' +
      'somebody else is answered 404.',
  },
  {
    name: 'Sources',
    part: 'administration',
    description:
      'What sends events: a website, an app, a server. A source owns the write keys that its SDKs are given.',
  },
  {
    name: 'Write keys',
    part: 'administration',
    description:
      'What SDKs show when they send. A source may have several, so that one replaces another without a gap; each can be ' +
      'imported, limited to servers, browsers or pixels, to origins and networks, slowed down, rotated and revoked. A change ' +
      'takes effect on every instance within two seconds.',
  },
  {
    name: 'Destination types',
    part: 'administration',
    description: 'What this build can deliver to, with the JSON Schema of each type’s settings.',
  },
  {
    name: 'Destinations',
    part: 'administration',
    description:
      'Where events go: a type with its settings. Each has a backlog of its own, so a slow one delays nobody else. Secrets ' +
      'in settings are stored encrypted and never shown again.',
  },
  {
    name: 'Connections',
    part: 'administration',
    description:
      'Which source feeds which destination, with a filter where not everything should go. A destination gets what is sent ' +
      'from the moment it is connected.',
  },
  {
    name: 'Deliveries',
    part: 'administration',
    description: 'Where one message went: what became of it at each destination, attempt by attempt.',
  },
  {
    name: 'Dead letters',
    part: 'administration',
    description:
      'Events that a destination refused for good, or that failed for too long. Look at them, mend what was wrong, and ' +
      'deliver them again, one, some or all; or discard them.',
  },
  {
    name: 'Replays',
    part: 'administration',
    description:
      'Events of the past, once more, for one destination: after an outage of its own, a fault in what it does with them, or ' +
      'when it is new. See first how many there are; pause, resume and cancel as it goes.',
  },
  {
    name: 'Tokens',
    part: 'administration',
    description:
      'Who may administer: `workspace-viewer` reads, `workspace-admin` changes one workspace, `instance-admin` everything.',
  },
  {
    name: 'Audit log',
    part: 'administration',
    description: 'One row per change, written with it: who, when, from where, and what was before and after.',
  },
  {
    name: 'Declarative',
    part: 'administration',
    description:
      'A workspace as a document that can live in git: export it, and make a workspace equal to it again, with a dry run ' +
      'that shows the difference.',
  },
  {
    name: 'Health',
    description: 'For the probes of whatever runs the process. They need no key.',
  },
];
