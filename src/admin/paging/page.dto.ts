import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

/** The page of a list. */
export class PageQuery {
  /** Most items of the page. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** Start of the page: `pagination.next` of the previous page. */
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{1,100}$/, { message: 'cursor must be the value of pagination.next' })
  cursor?: string;
}

export class Pagination {
  /** Cursor of the next page; null on the last one. */
  next!: string | null;
}
