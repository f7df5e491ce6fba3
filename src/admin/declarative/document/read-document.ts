import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { type JsonObject } from '../../../events/event.js';
import { yieldToEventLoop } from '../../../resilience/pauses.js';
import { problemPartsOf } from '../../problems/admin.pipe.js';
import { type ProblemPart, refuseFaults } from '../../problems/problem.js';
import { ApplyDocumentDto } from './workspace-document.dto.js';

type List = 'sources' | 'destinations' | 'connections';

const LISTS: readonly List[] = ['sources', 'destinations', 'connections'];
/** Entries that are validated without a pause: about 5 ms of work. */
const ENTRIES_AT_A_TIME = 50;
const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };

/** A part of a document, and what is wrong with it. */
interface Checked {
  readonly document: ApplyDocumentDto;
  readonly errors: readonly ValidationError[];
}

/**
 * Validates a document as `AdminPipe` validates other bodies, but in parts: the validation of thousands of entries at once would
 * keep the calls of all other clients waiting. Throws `invalid_request` with each wrong or unknown field.
 */
export async function readDocument(body: JsonObject): Promise<ApplyDocumentDto> {
  const long = LISTS.filter((name) => lengthOf(body[name]) > ENTRIES_AT_A_TIME);
  const rest = { ...body, ...Object.fromEntries(long.map((name) => [name, []])) };
  const { document, errors } = await checked(rest);
  const faults: ProblemPart[] = problemPartsOf(errors);
  for (const name of long) {
    const { entries, errors: broken } = await checkedList(name, body[name] as unknown[]);
    Object.assign(document, { [name]: entries });
    faults.push(...problemPartsOf(broken));
  }
  refuseFaults('invalid_request', faults);
  return document;
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

async function checked(part: JsonObject): Promise<Checked> {
  const document = plainToInstance(ApplyDocumentDto, part);
  return { document, errors: await validate(document, RULES) };
}

async function checkedList(
  name: List,
  list: readonly unknown[],
): Promise<{ readonly entries: readonly object[]; readonly errors: ValidationError[] }> {
  const entries: object[] = [];
  const ofList: ValidationError[] = [];
  const ofEntries: ValidationError[] = [];
  for (let first = 0; first < list.length; first += ENTRIES_AT_A_TIME) {
    const part = await checked({ [name]: list.slice(first, first + ENTRIES_AT_A_TIME) });
    entries.push(...(part.document[name] ?? []));
    for (const error of part.errors.filter(({ property }) => property === name)) {
      if (error.constraints) ofList.push(error);
      for (const child of error.children ?? []) ofEntries.push(moved(child, first));
    }
    await yieldToEventLoop();
  }
  const constraints = ofList[0]?.constraints;
  const error = { property: name, ...(constraints && { constraints }), children: ofEntries };
  return { entries, errors: [error] };
}

/** The error of an entry, at its place in the whole list. */
const moved = (error: ValidationError, first: number): ValidationError =>
  Object.assign(error, { property: String(Number(error.property) + first) });
