import { type Eligible } from '../delivery/model/eligible.js';
import { type Attempted } from '../delivery/engine/attempted.js';
import { type HistoryPage } from './history/history.js';
import { counting, moved, type ReplayProgress } from './progress.js';

/** An event of a page with an outcome other than held. */
export type Finished = Attempted<Eligible>;

/** The events of a page that are still to be attempted, and the position of the replay on it. */
export class PageRest {
  private passed = 0;
  private rest: readonly Eligible[];

  /** `ahead`: names of events that were finished before the page was read again. */
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

  /** The progress once these are finished too: the position moves up to the first unfinished event. */
  after(progress: ReplayProgress, finished: readonly Finished[]): ReplayProgress {
    const { page } = this;
    const { records } = page.batch;
    const done = new Set(finished.map(({ candidate }) => candidate));
    this.rest = this.rest.filter((one) => !done.has(one));
    const counted = counting(
      progress,
      finished.map(({ candidate, outcome }) => [page.nameOf(candidate.offset), outcome]),
    );
    const [next] = this.rest;
    const end = next ? records.findIndex(({ offset }) => offset === next.offset) : records.length;
    const passed = records.slice(this.passed, end);
    this.passed = end;
    const last = passed.at(-1);
    if (last === undefined) return counted;
    const named = passed.map(({ timestamp, offset }) => ({ timestamp, name: page.nameOf(offset) }));
    return moved(counted, page.after(last.offset), named);
  }
}

/** The event as a delivery of the replay, whose mark its headers carry. */
function marked({ offset, delivery }: Eligible, replayId: string, name: string): Eligible {
  const headers = { ...delivery.headers, replay: replayId };
  const item = { ...delivery.item, replay: replayId };
  return { offset, delivery: { ...delivery, origin: `replay/${replayId}/${name}`, item, headers, replayId } };
}
