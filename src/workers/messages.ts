import { WorkerPlace } from '../config/workers.js';
import { type MetricReport } from '../metrics/metrics-of-workers.js';

/** From a worker to its supervisor. */
export type ToSupervisor =
  /** The worker serves calls. */
  | { readonly kind: 'started' }
  /** The worker cannot start, and ends. */
  | { readonly kind: 'failed'; readonly sentence: string }
  /** The event loop of the worker turns. */
  | { readonly kind: 'beat' }
  /** The worker wants the reports of all workers. */
  | { readonly kind: 'reports.wanted'; readonly id: number }
  /** The answer to `report.wanted`. */
  | { readonly kind: 'report'; readonly id: number; readonly report: MetricReport };

/** From the supervisor to a worker. */
export type ToWorker =
  | { readonly kind: 'report.wanted'; readonly id: number }
  /** The answer to `reports.wanted`. */
  | { readonly kind: 'reports'; readonly id: number; readonly reports: readonly MetricReport[] };

/** How often a worker shows that its event loop turns, in ms. */
export const BEAT_MS = 5_000;

/** The arguments of a worker's process. */
export const argumentsOf = ({ number, of }: WorkerPlace): string[] => [String(number), String(of)];

/** The place that the supervisor has given to a worker, from the arguments of its process. */
export const placeIn = ([, , number, of]: readonly string[]): WorkerPlace =>
  new WorkerPlace(Number(number), Number(of));
