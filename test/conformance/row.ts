import { type JsonObject } from '../../src/events/event.js';

/** One request, as it goes over the socket: nothing is added but what HTTP itself needs. */
export interface Send {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Sent in chunks, without a Content-Length. */
  readonly chunked?: boolean;
  /** Sent through a cache that keeps whatever it may. */
  readonly cached?: boolean;
}

/** What must come back. */
export interface Answer {
  readonly status: number;
  /** The exact bytes, or the code of an error whose sentence is ours to choose. */
  readonly body: Buffer | { readonly code: string };
  /** Headers that matter, with lower-case names; null for one that must not be there. */
  readonly headers: Readonly<Record<string, string | RegExp | null>>;
}

/** A time in ms since the epoch, or one that follows from the server's clock. */
export type Time = string | ((receivedAt: number) => number);

/** An event of the log: each field that is named is exactly this (a matcher of Vitest may stand for a value). */
export interface ExpectedEvent extends JsonObject {
  /** Fields that must not be there, with dots for nesting. */
  readonly absent?: readonly string[];
  readonly times?: Readonly<Partial<Record<'originalTimestamp' | 'sentAt' | 'timestamp', Time>>>;
  /** A part of the record's text, where parsing it would hide the point. */
  readonly text?: string;
  /** It has no other fields than those named and those that are made here. */
  readonly nothingElse?: true;
  /** Which destinations its `integrations` let it go to, by title. */
  readonly delivered?: Readonly<Record<string, boolean>>;
}

/** A record of the rejected topic: its code, or also where the fault is. */
export type ExpectedRejection = string | { code: string; pointer?: string; index?: number };

/** What the collector stands on while a case is sent. */
export type LogState = 'well' | 'away' | 'full' | 'faulty';

/** Requests in their order, with everything that must come of them: nothing else may be in the log afterwards. */
export interface Case {
  readonly send: Send | readonly Send[];
  /** One for all requests, or one for each. */
  readonly answer: Answer | readonly Answer[];
  /** The only event; without this and without `events` there must be none. */
  readonly event?: ExpectedEvent;
  readonly events?: readonly ExpectedEvent[];
  /** Records of the rejected topic; those that follow from a refusal with 400 need not be named. */
  readonly rejected?: readonly ExpectedRejection[];
  /** Settings of the process, where the defaults are not meant. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: LogState;
}

interface Named {
  /** Section and number in WIRE, or the name of the vector. */
  readonly id: string;
  readonly title: string;
}

/** A row of WIRE: one case, or several under one number. */
export type Row = Named & (Case | { readonly cases: readonly Case[] });

export const casesOf = (row: Row): readonly Case[] => ('cases' in row ? row.cases : [row]);
