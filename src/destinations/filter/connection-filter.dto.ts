import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { EVENT_TYPES, type EventType } from '../../events/event.js';
import { FitsOperator } from './operand.js';

/** The part may be left out but, unlike with IsOptional, may not be null: the schema of the API document has no null. */
const LeftOutOrGiven = (): PropertyDecorator =>
  ValidateIf((_filter: object, value: unknown) => value !== undefined);

export const OPERATORS = [
  'equals',
  'not_equals',
  'in',
  'not_in',
  'exists',
  'not_exists',
  'greater_than',
  'less_than',
  'contains',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** A value that operators compare with. */
export type Scalar = string | number | boolean | null;

const SCALAR = [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }];

/** A condition on the value at one place of an event. */
export class PropertyCondition {
  /**
   * Place in the event as a JSON pointer (RFC 6901).
   * @example '/properties/plan'
   */
  @Matches(/^(\/([^~/]|~[01])*){1,20}$/, {
    message: '$property must be a JSON pointer such as /properties/plan',
  })
  @MaxLength(256)
  pointer!: string;

  /**
   * How the value at the place is compared. `equals` and `in` need the same type and value; `not_equals` and `not_in` are
   * their opposites, and also hold for a missing value. `greater_than` and `less_than` compare numbers with numbers and text
   * with text. `contains` finds text in a text, or a value in a list. `exists` also holds for `null`.
   */
  @ApiProperty({ enum: OPERATORS })
  @IsIn(OPERATORS)
  operator!: Operator;

  /**
   * Value to compare with: a list for `in` and `not_in`, none for `exists` and `not_exists`, otherwise a text, number, boolean
   * or null.
   * @example 'pro'
   */
  @ApiProperty({ required: false, oneOf: [...SCALAR, { type: 'array', items: { oneOf: SCALAR } }] })
  @FitsOperator()
  value?: Scalar | Scalar[];
}

/** Which events pass a connection. All given parts must match; a filter without parts lets every event pass. */
export class ConnectionFilter {
  /**
   * Types of events that pass.
   * @example ['track', 'identify']
   */
  @ApiProperty({
    required: false,
    enum: EVENT_TYPES,
    isArray: true,
    minItems: 1,
    maxItems: EVENT_TYPES.length,
  })
  @LeftOutOrGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EVENT_TYPES.length)
  @IsIn(EVENT_TYPES, { each: true })
  types?: EventType[];

  /**
   * Names that pass: the `event` of track calls, the `name` of page and screen calls. `*` matches any text; everything else
   * is case-sensitive. Events of other types have no name and do not pass.
   * @example ['Order Completed', 'Checkout *']
   */
  @ApiProperty({
    required: false,
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: { type: 'string', minLength: 1, maxLength: 200 },
  })
  @LeftOutOrGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  events?: string[];

  /** Conditions on the content of an event. All must hold. */
  @ApiProperty({ required: false, type: () => [PropertyCondition], minItems: 1, maxItems: 100 })
  @LeftOutOrGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => PropertyCondition)
  properties?: PropertyCondition[];
}
