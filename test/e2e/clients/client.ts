import { type AppCall, type Kind } from './calls.js';
import { type Scenario } from './table.js';
import { type WebSite } from './web-site.js';

/** How a test starts an SDK. */
export interface Start {
  /** The product, as the SDK sees it. */
  readonly host: string;
  readonly writeKey: string;
  /** The application brings along what a browser otherwise asks the product about its source. */
  readonly knowsSource?: boolean;
  /** It sends nothing of its own accord, so that everything is still queued when the page is closed. */
  readonly holdsBack?: boolean;
}

/** An SDK at work, in this process or in a page of a browser. */
export interface Session {
  /** Makes the calls as an application does, and waits for nothing that comes of them. */
  send(calls: readonly AppCall[]): Promise<void>;
  /** What it has reported about things that went wrong. */
  complaints(): readonly string[];
  /** Resolves when it has sent whatever it will ever send; in a browser ten minutes go by at once. */
  finish(): Promise<void>;
  /** The visitor closes the page, once the SDK has taken the calls in. */
  leave(): Promise<void>;
  /** The visitor opens the page again. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** One of the vendors' SDKs, set up by its documented options only. */
export interface Client {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Why a scenario cannot be had with it. */
  readonly without: Readonly<Partial<Record<Scenario, string>>>;
  /** It waits as long as a Retry-After says. */
  readonly obeysRetryAfter: boolean;
  /** It tells the application when it gives an event up. */
  readonly complains: boolean;
  /** It sends what is queued when its page is closed; others keep it for the next visit. */
  readonly sendsOnLeaving: boolean;
  open(start: Start, site: WebSite): Promise<Session>;
}
