import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { EVENT_TYPES, type EventType } from '../../events/event.js';
import { FitsOperator } from './operand.js';

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

/** What an operator compares with. */
export type Scalar = string | number | boolean | null;

const SCALAR = [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }];

/** One condition on one place of an event. */
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
   * How the value there is compared. `equals` and `in` ask for the same type and value, `not_equals` and `not_in` are their
   * opposites and hold also where there is nothing. `greater_than` and `less_than` compare numbers with numbers and text with
   * text. `contains` finds text in a text, or a value in a list. `exists` holds also for `null`.
   */
  @ApiProperty({ enum: OPERATORS })
  @IsIn(OPERATORS)
  operator!: Operator;

  /**
   * What to compare with: a list for `in` and `not_in`, nothing for `exists` and `not_exists`, else a text, number or boolean.
   * @example 'pro'
   */
  @ApiProperty({ required: false, oneOf: [...SCALAR, { type: 'array', items: { oneOf: SCALAR } }] })
  @FitsOperator()
  value?: Scalar | Scalar[];
}

/** Which events a connection lets pass. Each part that is given must hold; without parts every event passes. */
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
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EVENT_TYPES.length)
  @IsIn(EVENT_TYPES, { each: true })
  types?: EventType[];

  /**
   * Names that pass: of track calls their `event`, of page and screen calls their `name`. `*` stands for any text, else case
   * and spelling count. Events of other types have no name and do not pass.
   * @example ['Order Completed', 'Checkout *']
   */
  @ApiProperty({
    required: false,
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: { type: 'string', minLength: 1, maxLength: 200 },
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  events?: string[];

  /** Conditions on the contents of an event. All must hold. */
  @ApiProperty({ required: false, type: () => [PropertyCondition], minItems: 1, maxItems: 100 })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => PropertyCondition)
  properties?: PropertyCondition[];
}
