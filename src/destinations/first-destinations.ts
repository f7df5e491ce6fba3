import { type Config } from '../config/config.js';
import { type FirstDestination } from '../database/bootstrap.js';

/**
 * Destinations of a new installation: a console beside the embedded Postgres, where the operator sits in front of a
 * terminal, and a webhook if the operator configured one.
 */
export function firstDestinations({
  DATABASE_URL,
  BOOTSTRAP_WEBHOOK_URL: url,
  DESTINATION_TYPES: allowed,
}: Pick<Config, 'DATABASE_URL' | 'BOOTSTRAP_WEBHOOK_URL' | 'DESTINATION_TYPES'>): FirstDestination[] {
  return [
    ...(DATABASE_URL === undefined ? [{ type: 'console', name: 'Console', settings: {} }] : []),
    ...(url === undefined ? [] : [{ type: 'webhook', name: 'Webhook', settings: { url } }]),
  ].filter(({ type }) => allowed?.includes(type) ?? true);
}
