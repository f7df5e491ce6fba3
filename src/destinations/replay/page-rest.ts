import { type Eligible } from '../delivery/model/eligible.js';
import { type Outcome } from '../delivery/model/outcome.js';
import { type HistoryPage } from './history/history.js';
import { counting, standing, type ReplayProgress } from './progress.js';

/** An event of a page that need not be sent again. */
export interface Finished {
  readonly event: Eligible;
  readonly outcome: Outcome;
}

/** What of a page is still to be sent, and where the replay stands on it. */
export class PageRest {
  private passed = 0;
  private rest: readonly Eligible[];

  /** `ahead` are the names of events that were finished before the page was read again. */
  constructor(
    readonly page: HistoryPage,
    eligible: readonly Eligible[],
    replayId: string,
    ahead: readonly string[],
  ) {
    const done = new Set(ahead);
    const left = eligible.filter(({ offset }) => !done.has(page.nameOf(offset)));
    this.rest = left.map((one) => marked(one, replayId, page.nameOf(one.offset)));
  }

  get isEmpty(): boolean {
    return this.rest.length === 0;
  }

  first(count: number): readonly Eligible[] {
    return this.rest.slice(0, count);
  }

  /** The progress when these are finished as well: the position moves up to the first event that is not. */
  after(progress: ReplayProgress, finished: readonly Finished[]): ReplayProgress {
    const { page } = this;
    const { records } = page.batch;
    const done = new Set(finished.map(({ event }) => event));
    this.rest = this.rest.filter((one) => !done.has(one));
    const counted = counting(
      progress,
      finished.map(({ event, outcome }) => [page.nameOf(event.offset), outcome]),
    );
    const [next] = this.rest;
    const end = next ? records.findIndex(({ offset }) => offset === next.offset) : records.length;
    const passed = records.slice(this.passed, end);
    this.passed = end;
    const last = passed.at(-1);
    if (last === undefined) return counted;
    const told = passed.map(({ timestamp, offset }) => ({ timestamp, name: page.nameOf(offset) }));
    return standing(counted, page.after(last.offset), told);
  }
}

/** The event as a delivery of its own, which carries the mark of its replay wherever it goes. */
function marked({ offset, delivery }: Eligible, replayId: string, name: string): Eligible {
  const headers = { ...delivery.headers, replay: replayId };
  const item = { ...delivery.item, replay: replayId };
  return { offset, delivery: { ...delivery, origin: `replay/${replayId}/${name}`, item, headers } };
}
