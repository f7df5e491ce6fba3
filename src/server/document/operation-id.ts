/** Operations whose names in a client would not say what they do. */
const NAMES: Readonly<Record<string, string>> = {
  AuditLog_read: 'readAuditEntry',
  Batch_batch: 'batch',
  Batch_import: 'importBatch',
  Beacon_batch: 'sendBeacon',
  DeadLetters_discardAll: 'discardDeadLetters',
  DeadLetters_redeliverMany: 'redeliverDeadLetters',
  DestinationActions_pause: 'pauseDestination',
  DestinationActions_resume: 'resumeDestination',
  DestinationActions_tryOut: 'testDestination',
  Declarative_apply: 'applyWorkspace',
  Declarative_export: 'exportWorkspace',
  Health_live: 'isAlive',
  Health_ready: 'isReady',
  Me_read: 'readMe',
  SegmentSettings_read: 'readSegmentSettings',
  WorkspaceAuditLog_read: 'readWorkspaceAuditEntry',
  WriteKeyRotation_revoke: 'revokeWriteKey',
  WriteKeyRotation_rotate: 'rotateWriteKey',
};

/** Name of an operation as a method of a client: `createWorkspace`, `listSources`, `track`, `trackBySegmentPixel`. */
export function operationIdOf(controller: string, method: string): string {
  const noun = controller.replace(/Controller$/, '');
  const name = NAMES[`${noun}_${method}`];
  if (name !== undefined) return name;
  if (noun === 'Tracking') return method;
  if (noun.endsWith('Pixel')) return `${method}By${noun}`;
  if (method === 'list') return `list${noun}`;
  return `${method === 'remove' ? 'delete' : method}${singularOf(noun)}`;
}

const singularOf = (noun: string): string => noun.replace(/ies$/, 'y').replace(/s$/, '');
