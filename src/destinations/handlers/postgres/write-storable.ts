import type pg from 'pg';
import { sqlStateOf } from './postgres.failure.js';
import { type Charset } from './storable-json.js';
import { type RowForm, type Rows, WHOLE, writeRows } from './write-rows.js';

/** A text is too long for an index of the owner, whose entries have 2,704 bytes. */
const LIMIT_EXCEEDED = '54000';
/** The encoding of the database lacks a character. */
const UNTRANSLATABLE = '22P05';
const NOT_IN_REPERTOIRE = '22021';
/** Characters of up to four bytes each that fit into an index entry together with a few short columns. */
const MOST_INDEXED = 500;
const LESSER_CHARSETS: Readonly<Partial<Record<Charset, Charset>>> = { utf8: 'latin1', latin1: 'ascii' };

/**
 * Writes a batch. What a server of another encoding, or an index of the owner, cannot hold of an event is left out when the event
 * is alone: the framework has halved the batch by then, so that no other event loses anything.
 */
export async function writeStorable(client: pg.Client, rows: Rows, form = WHOLE): Promise<void> {
  try {
    await writeRows(client, rows, form);
  } catch (error) {
    const isAlone = [...rows.values()].flat().length === 1;
    const lesser = isAlone ? lesserForm(form, sqlStateOf(error)) : undefined;
    if (lesser === undefined) throw error;
    await writeStorable(client, rows, lesser);
  }
}

/** A form that holds less than the refused one, if the SQLSTATE is about what it holds. */
function lesserForm({ charset, mostCharacters }: RowForm, state?: string): RowForm | undefined {
  if (state === LIMIT_EXCEEDED && mostCharacters === undefined)
    return { charset, mostCharacters: MOST_INDEXED };
  if (state !== UNTRANSLATABLE && state !== NOT_IN_REPERTOIRE) return undefined;
  const lesser = LESSER_CHARSETS[charset];
  return lesser && { charset: lesser, ...(mostCharacters !== undefined && { mostCharacters }) };
}
