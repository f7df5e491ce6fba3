import { ViewDto } from './view.dto.js';

/** Says which page of a website a user saw. */
export class PageDto extends ViewDto {}
