import { IsOptional, IsString, validateSync, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject } from '../../events/event.js';
import { compileCheck } from './compiled-check.js';
import { AliasDto } from '../messages/alias.dto.js';
import { BatchDto } from '../messages/batch.dto.js';
import { GroupDto } from '../messages/group.dto.js';
import { IdentifyDto } from '../messages/identify.dto.js';
import { PageDto, ScreenDto } from '../messages/view.dto.js';
import { TrackDto } from '../messages/track.dto.js';
import { code } from '../messages/rules.js';

const text = fc.oneof(
  fc.string(),
  fc.constant(''),
  fc.constant('x'.repeat(101)),
  fc.constant('ä'.repeat(513)),
);
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 1 }), fc.constant(undefined), fc.constant({}));
const fields = ['messageId', 'anonymousId', 'userId', 'groupId', 'previousId', 'event', 'name', 'category'];
const message = fc.dictionary(fc.constantFrom(...fields, 'properties', 'traits', 'batch'), value, {
  noNullPrototype: true,
});

/** What class-validator itself says: every broken rule as property and code. */
function verdictOf(dto: new () => object, body: JsonObject) {
  const errors = validateSync(Object.assign(new dto(), body));
  return errors.flatMap(({ property, contexts }) =>
    Object.values(contexts ?? {}).map(({ code }: { code: string }) => ({ property, code })),
  );
}

const dtos = [IdentifyDto, TrackDto, PageDto, ScreenDto, GroupDto, AliasDto, BatchDto];

describe.each(dtos.map((dto) => [dto.name, dto] as const))('%s', (_, dto) => {
  const check = compileCheck(dto);

  it('has the same verdict compiled as class-validator has', () => {
    fc.assert(
      fc.property(message, (body) => {
        const expected = verdictOf(dto, body);
        const found = check(body);
        if (found) expect(expected).toContainEqual(found);
        else expect(expected).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('compileCheck', () => {
  it('names the first broken rule in reading order', () => {
    const check = compileCheck(TrackDto);
    expect(check({ userId: 'u' })).toEqual({ property: 'event', code: 'event_not_defined' });
    expect(check({ userId: 'u', event: 5 })).toEqual({ property: 'event', code: 'event_not_string' });
    expect(check({ userId: 5, event: 'e' })).toEqual({ property: 'userId', code: 'id_not_string' });
    expect(check({ event: 'e' })).toEqual({ property: 'userId', code: 'no_user_anon_id' });
    expect(check({ userId: 'u', event: 'e' })).toBeUndefined();
  });

  it('refuses decorators that it does not know, or that have no code', () => {
    class Nested {
      @ValidateNested(code('bad_request'))
      inner?: Nested;
    }
    class WithoutCode {
      @IsOptional()
      @IsString()
      text?: string;
    }
    expect(() => compileCheck(Nested)).toThrow(/inner/);
    expect(() => compileCheck(WithoutCode)).toThrow(/text/);
  });
});
